"""The office replaces a permit whose door would not open, under the same approvals, in one tap."""

from dataclasses import dataclass

from firmware_protocol.permits import Permit
from server.custody.effects.permits import REPLACED
from server.custody.facts import Checkout, Cooperative, Deposit, IssuedPermit
from server.custody.mandates import refuse_without_mandate
from server.custody.people import Person
from server.custody.permits import Ground, permit_to_deposit, permit_to_take, refuse_reissue
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.issuing import ground_of, issue, revoke
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
    reason = _reason(work, permit)
    if permit is None or reason is None:
        return refuse(work, UNKNOWN_PERMIT, asked.by)
    cooperative = work.get(Cooperative, reason.cooperative)
    if cooperative is None:
        return refuse(work, UNKNOWN_PERMIT, asked.by)
    checkout = reason if isinstance(reason, Checkout) else None
    refused = refuse_reissue(acting(work, asked.by), permit, checkout, work.now)
    refused = refused or refuse_without_mandate(cooperative, work.now)
    if refused is not None:
        return refuse(work, refused, asked.by, permit=permit.id, cooperative=cooperative.id)
    return _replace(work, asked, permit, reason, cooperative)


def _reason(work: Work, permit: IssuedPermit | None) -> Checkout | Deposit | None:
    if permit is None:
        return None
    if permit.checkout is not None:
        return work.get(Checkout, permit.checkout)
    return None if permit.deposit is None else work.get(Deposit, permit.deposit)


def _replace(
    work: Work, asked: ReissuePermit, old: IssuedPermit, reason: Checkout | Deposit, cooperative: Cooperative
) -> Reissued | Refused:
    revoke(work, old, asked.by, REPLACED)
    ground = ground_of(work, cooperative, find.items(work.facts, reason.items))
    if isinstance(ground, Refused):
        return refuse(work, ground, asked.by, permit=old.id, cooperative=cooperative.id)
    about = {"permit": ground.permit, "replaces": old.id, "checkout": old.checkout, "deposit": old.deposit}
    work.record("permit_reissued", {**about, "person": asked.by})
    _issue(work, reason, ground)
    return Reissued(ground.permit)


def _issue(work: Work, reason: Checkout | Deposit, ground: Ground) -> None:
    if isinstance(reason, Deposit):
        issue(work, permit_to_deposit(reason, ground), ground, purpose="入柜", holder_name=None, off_site=False)
        return
    holder = work.get(Person, reason.holder)
    permit: Permit = permit_to_take(reason, ground)
    name = None if holder is None else holder.name
    issue(work, permit, ground, purpose=reason.purpose, holder_name=name, off_site=reason.off_site)
