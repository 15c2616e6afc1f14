"""An applicant takes a request back; a permit that is out already is revoked."""

from dataclasses import dataclass

from server.custody.facts import Checkout, IssuedPermit
from server.custody.refusals import Refused
from server.custody.requests import refuse_withdrawal
from server.custody.states import PermitState
from server.store.work import Work
from server.usecases.issuing import revoke
from server.usecases.refusing import UNKNOWN_CHECKOUT, acting, refuse


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCheckout:
    """Who takes which request back."""

    by: str
    checkout: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The request is withdrawn and its items are free."""

    checkout: str


def withdraw_checkout(work: Work, asked: WithdrawCheckout) -> Withdrawn | Refused:
    """Withdraw the request, or say why not."""
    checkout = work.get(Checkout, asked.checkout)
    if checkout is None:
        return refuse(work, UNKNOWN_CHECKOUT, asked.by)
    refused = refuse_withdrawal(acting(work, asked.by), checkout)
    if refused is not None:
        return refuse(work, refused, asked.by, cooperative=checkout.cooperative, checkout=checkout.id)
    permit = work.get(IssuedPermit, checkout.permit) if checkout.permit else None
    if permit is not None and permit.state is PermitState.LIVE:
        revoke(work, permit, asked.by, "withdrawn")
    work.record("checkout_withdrawn", {"checkout": checkout.id, "person": asked.by})
    return Withdrawn(checkout.id)
