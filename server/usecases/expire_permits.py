"""What nobody came to collect is over, and its items are free again."""

from dataclasses import dataclass

from server.store import find
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class ExpirePermits:
    """Look for permits whose window is over; safe to ask as often as one likes."""


@dataclass(frozen=True, slots=True)
class Expired:
    """The checkouts that are over now."""

    checkouts: tuple[str, ...]


def expire_permits(work: Work, _asked: ExpirePermits) -> Expired:
    """End every checkout whose permit's window is over and of which nothing was taken.

    News of a take inside the window may still come from an agent that was offline; it then counts as taken.
    """
    lapsed = find.lapsed_checkouts(work.facts, work.now)
    for checkout, permit in lapsed:
        work.record("checkout_expired", {"checkout": checkout.id, "permit": permit.id})
    return Expired(tuple(checkout.id for checkout, _ in lapsed))
