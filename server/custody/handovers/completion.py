"""How far the township's first handover has come: for each cooperative, where it stands and what is missing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from server.custody.facts import Cooperative
from server.custody.handovers.content import is_difference
from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature
from server.custody.handovers.signing import parts_left
from server.custody.handovers.states import HandoverKind, HandoverState, Part
from server.custody.states import ItemKind, ItemState


class Completion(StrEnum):
    """Where a cooperative stands on the way into the cabinet. Those who left (退出共管) are not waited for."""

    DONE = "done"
    UNDER_WAY = "under_way"
    NOT_BEGUN = "not_begun"
    LEFT = "left"


COMPLETION_TITLES: Mapping[Completion, str] = {
    Completion.DONE: "已办结",
    Completion.UNDER_WAY: "正在办",
    Completion.NOT_BEGUN: "未开始",
    Completion.LEFT: "已退出",
}


@dataclass(frozen=True, slots=True)
class OpenList:
    """What is still missing of a handover that is going on."""

    uncounted: int
    unsettled: int
    total: int
    unsigned: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class FinishedFirst:
    """A first handover that was signed, without its list."""

    id: str
    is_demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One cooperative. `first` is its finished first handover; `going_on` whichever is open, with what that lacks.

    `counts` are its things by kind and whereabouts.
    """

    cooperative: Cooperative
    counts: Mapping[tuple[ItemKind, ItemState], int]
    first: FinishedFirst | None = None
    going_on: Handover | None = None
    lacks: OpenList | None = None

    @property
    def completion(self) -> Completion:
        """Where it stands."""
        if self.cooperative.revoked_on is not None:
            return Completion.LEFT
        if self.first is not None:
            return Completion.DONE
        return Completion.NOT_BEGUN if self.going_on is None else Completion.UNDER_WAY

    def things(self, *states: ItemState) -> int:
        """How many things are where `states` say; everything without one."""
        return sum(n for (_kind, state), n in self.counts.items() if not states or state in states)

    def of_kind(self, kind: ItemKind) -> int:
        """How many things of this kind the cooperative has on record."""
        return sum(n for (each, _state), n in self.counts.items() if each is kind)


def lacks_of(handover: Handover, lines: Sequence[HandoverLine], signatures: Sequence[HandoverSignature]) -> OpenList:
    """What is still missing before the handover is done."""
    return OpenList(
        uncounted=sum(line.found is None for line in lines),
        unsettled=sum(is_difference(line) and line.resolution is None for line in lines),
        total=len(lines),
        unsigned=parts_left(handover, signatures),
    )


def is_finished_first(handover: Handover) -> bool:
    """Whether this is a first handover that was signed."""
    return handover.kind is HandoverKind.FIRST and handover.state is HandoverState.DONE


def tally(progress: Sequence[Progress]) -> Mapping[Completion, int]:
    """How many cooperatives stand where."""
    return Counter(each.completion for each in progress)
