"""What nobody came to collect is over, and its items are free again."""

from dataclasses import dataclass

from server.custody.facts import Checkout
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.store import find
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class ExpirePermits:
    """Look for permits whose window is over; safe to ask as often as one likes."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The permits that were still live and are over now."""

    permits: tuple[str, ...]


def expire_permits(work: Work, _asked: ExpirePermits) -> Expired:
    """End every checkout whose permit's window is over.

    News of a take inside the window may still come from an agent that was offline; it then counts as taken.
    """
    lapsed = find.lapsed_permits(work.facts, work.now)
    for permit in lapsed:
        checkout = work.get(Checkout, permit.checkout) if permit.checkout else None
        if checkout is not None and checkout_after(checkout.state, CheckoutCommand.EXPIRE) is not None:
            work.record("checkout_expired", {"checkout": checkout.id, "permit": permit.id})
    return Expired(tuple(permit.id for permit in lapsed))
