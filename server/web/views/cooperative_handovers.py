"""A cooperative's handovers beside its things: the one going on, those before, and what may be begun."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from server.custody.facts import Cooperative
from server.custody.handovers.completion import is_finished_first
from server.custody.handovers.facts import Handover
from server.custody.handovers.lifecycle import OPEN_HANDOVERS
from server.custody.handovers.states import HANDOVER_KIND_TITLES, HANDOVER_STATE_TITLES, HandoverKind
from server.custody.people import Standing
from server.custody.roles import MAY_FREEZE, MAY_RUN_HANDOVERS
from server.web.views.handovers import SIGN_OF_STATE, Choice
from server.web.views.reading import Reading
from server.web.views.words import standing_title


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverMark:
    """A handover in a list."""

    href: str
    word: str
    at: str
    sign: str
    state_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoversHere:
    """What a cooperative's page says of handovers. `kinds` are those that may be opened now, `people` for a change."""

    marks: tuple[HandoverMark, ...]
    kinds: tuple[Choice, ...]
    people: tuple[Choice, ...]
    frozen_since: str
    may_freeze: bool
    may_run: bool


def handovers_here(
    cooperative: Cooperative,
    handovers: Sequence[Handover],
    who: Standing,
    officers: Iterable[Standing],
    reading: Reading,
) -> HandoversHere:
    """The section for this visitor. `officers` are those between whom custody can change."""
    may_run = who.holds_any(MAY_RUN_HANDOVERS) and cooperative.id not in who.cooperatives()
    names = {cooperative.id: cooperative.short_name}
    active = (each for each in officers if each.person.is_active)
    return HandoversHere(
        marks=tuple(handover_mark(each, reading) for each in handovers),
        kinds=tuple(_kinds(cooperative, handovers, reading)) if may_run else (),
        people=tuple(Choice(each.id, f"{each.name} {standing_title(each, names, reading.say)}") for each in active),
        frozen_since="" if cooperative.frozen_at is None else reading.moment(cooperative.frozen_at),
        may_freeze=who.holds_any(MAY_FREEZE) and cooperative.id not in who.cooperatives(),
        may_run=may_run,
    )


def handover_mark(handover: Handover, reading: Reading) -> HandoverMark:
    """The handover as a line of a list."""
    word = reading.say(HANDOVER_KIND_TITLES[handover.kind])
    return HandoverMark(
        href=f"/handovers/{handover.id}",
        word=reading.say("%(kind)s（演示数据）") % {"kind": word} if handover.is_demonstration else word,
        at=reading.moment(handover.ended_at or handover.opened_at),
        sign=SIGN_OF_STATE.get(handover.state, "late"),
        state_word=reading.say(HANDOVER_STATE_TITLES[handover.state]),
    )


def _kinds(cooperative: Cooperative, handovers: Sequence[Handover], reading: Reading) -> Iterable[Choice]:
    """Which kinds make sense now; the rules judge again, and say why not."""
    if any(each.state in OPEN_HANDOVERS for each in handovers) or cooperative.revoked_on is not None:
        return
    is_in = any(map(is_finished_first, handovers))
    for kind in HandoverKind:
        is_offered = is_in is not (kind is HandoverKind.FIRST)
        if is_offered and (kind is not HandoverKind.ELECTION or cooperative.frozen_at is not None):
            yield Choice(kind, reading.say(HANDOVER_KIND_TITLES[kind]))
