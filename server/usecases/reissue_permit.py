"""The office replaces a permit whose door would not open, under the same approvals, in one tap."""

from dataclasses import dataclass, replace

from server.custody.effects.permits import REPLACED
from server.custody.facts import Checkout, Cooperative, Deposit, IssuedPermit
from server.custody.mandates import refuse_without_mandate
from server.custody.permits import Ground, refuse_reissue
from server.custody.refusals import Refused
from server.custody.states import PermitState
from server.store import find
from server.store.work import Work
from server.usecases.issuing import ground_of, issue_to_deposit, issue_to_take, revoke
from server.usecases.refusing import UNKNOWN_PERMIT, acting, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class ReissuePermit:
    """Who has which permit replaced."""

    by: str
    permit: str


@dataclass(frozen=True, slots=True)
class Reissued:
    """The new permit's id; the old one opens nothing any more."""

    permit: str


def reissue_permit(work: Work, asked: ReissuePermit) -> Reissued | Refused:
    """Replace the permit, or say why not."""
    permit = work.get(IssuedPermit, asked.permit)
    reason = None if permit is None else _reason(work, permit)
    cooperative = None if reason is None else work.get(Cooperative, reason.cooperative)
    if permit is None or reason is None or cooperative is None:
        return refuse(work, UNKNOWN_PERMIT, asked.by)
    ground = _ground(work, asked, permit, reason, cooperative)
    if isinstance(ground, Refused):
        return refuse(work, ground, asked.by, permit=permit.id, cooperative=cooperative.id)
    if permit.state is PermitState.LIVE:
        ground = replace(ground, revocations_version=revoke(work, permit, asked.by, REPLACED))
    about = {"permit": ground.permit, "replaces": permit.id, "checkout": permit.checkout, "deposit": permit.deposit}
    work.record("permit_reissued", {**about, "person": asked.by})
    _issue(work, reason, ground)
    return Reissued(ground.permit)


def _reason(work: Work, permit: IssuedPermit) -> Checkout | Deposit | None:
    if permit.checkout is not None:
        return work.get(Checkout, permit.checkout)
    return None if permit.deposit is None else work.get(Deposit, permit.deposit)


def _ground(
    work: Work, asked: ReissuePermit, permit: IssuedPermit, reason: Checkout | Deposit, cooperative: Cooperative
) -> Ground | Refused:
    return (
        refuse_reissue(acting(work, asked.by), permit, reason, work.now)
        or refuse_without_mandate(cooperative, work.now)
        or ground_of(work, cooperative, find.items(work.facts, reason.items))
    )


def _issue(work: Work, reason: Checkout | Deposit, ground: Ground) -> None:
    if isinstance(reason, Deposit):
        issue_to_deposit(work, reason, ground)
    else:
        issue_to_take(work, reason, ground)
