"""A16 同人兼角: one person plays two parts that are kept apart."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.custody.findings.finding import Grounds, Level, Noticed, Rule
from server.custody.states import SealType


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts(Grounds):
    """Who played which part in one checkout."""

    checkout: str
    applicant: str
    holder: str
    approvers: tuple[str, ...]
    present: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class InOneHand(Grounds):
    """The seals of one cooperative that one person, the only one in `persons`, has out at the same time."""

    cooperative: str
    seal_types: frozenset[SealType]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoParts(Rule):
    """Approving what one asked for or holds, opening what one approved, or holding the seals `kept_apart`."""

    id: str = "A16"
    title: str = "同一人兼任应分开的角色"
    level: Level = Level.RED
    window: str = "每份申请、每次开柜"
    kept_apart: frozenset[SealType] = frozenset({SealType.FINANCE, SealType.LEGAL_REPRESENTATIVE})

    def judge(self, facts: Iterable[Parts | InOneHand]) -> tuple[Noticed, ...]:
        """A finding for each checkout, and each person with the pair."""
        noticed = (self._of_parts(each) if isinstance(each, Parts) else self._of_hand(each) for each in facts)
        return tuple(each for each in noticed if each is not None)

    def _of_parts(self, each: Parts) -> Noticed | None:
        doubled = sorted({*each.approvers} & {each.applicant, each.holder, *each.present})
        return self.notice(each.checkout, replace(each, persons=tuple(doubled))) if doubled else None

    def _of_hand(self, each: InOneHand) -> Noticed | None:
        if not self.kept_apart <= each.seal_types:
            return None
        return self.notice(":".join((*each.persons, each.cooperative)), each)
