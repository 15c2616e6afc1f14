"""The office takes a permit back: the request or deposit it was for is over."""

from dataclasses import dataclass

from server.custody.facts import Checkout, IssuedPermit
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.custody.permits import refuse_revocation
from server.custody.refusals import Refused
from server.store.work import Work
from server.usecases.issuing import revoke
from server.usecases.refusing import UNKNOWN_PERMIT, acting, refuse
from server.usecases.texts import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokePermit:
    """Who revokes which permit, and why."""

    by: str
    permit: str
    reason: str


@dataclass(frozen=True, slots=True)
class Revoked:
    """The permit opens nothing any more as soon as its agent hears of it."""

    permit: str


def revoke_permit(work: Work, asked: RevokePermit) -> Revoked | Refused:
    """Revoke the permit, or say why not."""
    permit = work.get(IssuedPermit, asked.permit)
    if permit is None:
        return refuse(work, UNKNOWN_PERMIT, asked.by)
    reason = tidy(asked.reason)
    if (refused := refuse_revocation(acting(work, asked.by), permit, reason)) is not None:
        return refuse(work, refused, asked.by, permit=permit.id, checkout=permit.checkout, deposit=permit.deposit)
    revoke(work, permit, asked.by, "office", reason)
    checkout = work.get(Checkout, permit.checkout) if permit.checkout else None
    if checkout is not None and checkout_after(checkout.state, CheckoutCommand.WITHDRAW) is not None:
        work.record("checkout_withdrawn", {"checkout": checkout.id, "person": asked.by}, {"reason": reason})
    return Revoked(permit.id)
