"""封存 and 启封: before an election nothing of a cooperative may be taken, until a handover or the office ends that."""

from dataclasses import dataclass

from server.custody.facts import Cooperative
from server.custody.freezing import Freezing, refuse_to_freeze, refuse_to_unfreeze
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.ending import withdraw_permitted
from server.usecases.refusing import UNKNOWN_COOPERATIVE, acting, refuse
from server.usecases.texts import tidy

FROZEN = "frozen"
"""The `reason` of a permit's revocation, and of the withdrawal of what it was for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeCooperative:
    """Who freezes which cooperative, and why."""

    by: str
    cooperative: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnfreezeCooperative:
    """Who lets it go on without a handover, and why."""

    by: str
    cooperative: str
    reason: str


@dataclass(frozen=True, slots=True)
class FreezeChanged:
    """It holds from now on; `withdrawn` are the checkouts that could have been collected."""

    cooperative: str
    withdrawn: tuple[str, ...] = ()


def freeze_cooperative(work: Work, asked: FreezeCooperative) -> FreezeChanged | Refused:
    """Freeze it, and revoke what could still open its compartment for taking."""
    cooperative = work.get(Cooperative, asked.cooperative)
    if cooperative is None:
        return refuse(work, UNKNOWN_COOPERATIVE, asked.by)
    freezing = Freezing(who=acting(work, asked.by), cooperative=cooperative, reason=tidy(asked.reason))
    if (refused := refuse_to_freeze(freezing)) is not None:
        return refuse(work, refused, asked.by, cooperative=cooperative.id)
    about = {"cooperative": cooperative.id, "person": asked.by}
    work.record("cooperative_frozen", about, {"reason": freezing.reason})
    waiting = find.open_permits_to_take(work.facts, cooperative.id)
    return FreezeChanged(cooperative.id, withdraw_permitted(work, asked.by, waiting, FROZEN, freezing.reason))


def unfreeze_cooperative(work: Work, asked: UnfreezeCooperative) -> FreezeChanged | Refused:
    """Let it go on; what was withdrawn is asked for again."""
    cooperative = work.get(Cooperative, asked.cooperative)
    if cooperative is None:
        return refuse(work, UNKNOWN_COOPERATIVE, asked.by)
    freezing = Freezing(who=acting(work, asked.by), cooperative=cooperative, reason=tidy(asked.reason))
    if (refused := refuse_to_unfreeze(freezing)) is not None:
        return refuse(work, refused, asked.by, cooperative=cooperative.id)
    about = {"cooperative": cooperative.id, "person": asked.by}
    work.record("cooperative_unfrozen", about, {"reason": freezing.reason})
    return FreezeChanged(cooperative.id)
