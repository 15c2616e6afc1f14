"""The office opens a handover, has its list counted, or breaks it off."""

from dataclasses import dataclass

from server.custody.facts import Cooperative, Item
from server.custody.handovers.facts import Handover
from server.custody.handovers.opening import Plan, refuse_beginning, refuse_cancelling, refuse_opening
from server.custody.handovers.states import HandoverKind, HandoverState
from server.custody.refusals import Refused
from server.custody.states import ItemKind, ItemState
from server.store import find
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_COOPERATIVE, UNKNOWN_HANDOVER, acting, refuse
from server.usecases.texts import tidy

SALT_BYTES = 16
GONE = frozenset({ItemState.RELEASED, ItemState.DESTROYED})
_ORDER = tuple(ItemKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHandover:
    """Who opens which kind of handover for which cooperative, and why; the two persons of a change of custodian."""

    by: str
    cooperative: str
    kind: HandoverKind
    reason: str = ""
    outgoing: str = ""
    incoming: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginHandover:
    """Who has the list counted from now on."""

    by: str
    handover: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelHandover:
    """Who breaks it off, and why."""

    by: str
    handover: str
    reason: str


@dataclass(frozen=True, slots=True)
class HandoverStands:
    """The handover and where it stands now."""

    handover: str
    state: HandoverState


def open_handover(work: Work, asked: OpenHandover) -> HandoverStands | Refused:
    """Draft the list of everything the cooperative has registered, or say why not."""
    cooperative = work.get(Cooperative, asked.cooperative)
    if cooperative is None:
        return refuse(work, UNKNOWN_COOPERATIVE, asked.by)
    plan = plan_of(work, asked, cooperative)
    if (refused := refuse_opening(plan)) is not None:
        return refuse(work, refused, asked.by, cooperative=cooperative.id)
    return HandoverStands(draft_list(work, plan, None), HandoverState.DRAFT)


def draft_list(work: Work, plan: Plan, bundle: str | None) -> str:
    """Record the draft of a list that its rules allow; returns the handover's id."""
    handover_id, cooperative = work.new_id("h"), plan.cooperative
    about = {
        "handover": handover_id,
        "cooperative": cooperative.id,
        "kind": plan.kind,
        "compartment": cooperative.place,
        "items": listed_items(work, cooperative.id),
        "person": plan.opened_by.id,
        "outgoing": None if plan.outgoing is None else plan.outgoing.id,
        "incoming": None if plan.incoming is None else plan.incoming.id,
        "bundle": bundle,
    }
    work.record("handover_opened", about, {"reason": plan.reason, "salt": work.chance(SALT_BYTES).hex()})
    return handover_id


def begin_handover(work: Work, asked: BeginHandover) -> HandoverStands | Refused:
    """The draft was looked through: bring it up to date once more, and count."""
    handover = work.get(Handover, asked.handover)
    if handover is None:
        return refuse(work, UNKNOWN_HANDOVER, asked.by)
    if (refused := refuse_beginning(acting(work, asked.by), handover)) is not None:
        return refuse(work, refused, asked.by, cooperative=handover.cooperative)
    items = listed_items(work, handover.cooperative)
    about = {"handover": handover.id, "cooperative": handover.cooperative, "items": items, "person": asked.by}
    work.record("handover_begun", about)
    return standing_now(work, handover.id)


def cancel_handover(work: Work, asked: CancelHandover) -> HandoverStands | Refused:
    """Break it off; what a cabinet reported inside stays inside."""
    handover = work.get(Handover, asked.handover)
    if handover is None:
        return refuse(work, UNKNOWN_HANDOVER, asked.by)
    reason = tidy(asked.reason)
    if (refused := refuse_cancelling(acting(work, asked.by), handover, reason)) is not None:
        return refuse(work, refused, asked.by, cooperative=handover.cooperative)
    about = {"handover": handover.id, "cooperative": handover.cooperative, "person": asked.by}
    work.record("handover_cancelled", about, {"reason": reason})
    return standing_now(work, handover.id)


def listed_items(work: Work, cooperative: str) -> list[str]:
    """Everything a list of this cooperative has to have, in the order of the printed one; what left is not there."""
    kept = [item for item in find.items_of(work.facts, cooperative) if item.state not in GONE]
    return [item.id for item in sorted(kept, key=_by_kind)]


def standing_now(work: Work, handover_id: str) -> HandoverStands:
    """How the handover stands after what was just recorded; raises `LookupError` for one that is not there."""
    handover = work.get(Handover, handover_id)
    if handover is None:
        raise LookupError(handover_id)
    return HandoverStands(handover.id, handover.state)


def plan_of(work: Work, asked: OpenHandover, cooperative: Cooperative) -> Plan:
    """What is to be opened for this cooperative, with everything its rules look at."""
    is_change = asked.kind is HandoverKind.CUSTODIAN
    first = (each for each in find.handovers_of(work.facts, cooperative.id) if each.kind is HandoverKind.FIRST)
    return Plan(
        opened_by=acting(work, asked.by),
        cooperative=cooperative,
        kind=asked.kind,
        reason=tidy(asked.reason),
        outgoing=find.standing(work.facts, asked.outgoing) if is_change else None,
        incoming=find.standing(work.facts, asked.incoming) if is_change else None,
        was_counted_in=any(each.state is HandoverState.DONE for each in first),
        now=work.now,
    )


def _by_kind(item: Item) -> tuple[int, str, str]:
    return _ORDER.index(item.kind), item.key, item.id
