"""What waits at an agent is taken back, because nobody knows any more what became of it there."""

from server.custody.facts import Checkout, IssuedPermit
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.store import find
from server.store.work import Work
from server.usecases.issuing import revoke


def take_back_what_waits(work: Work, agent: str, reason: str, by: str | None) -> int:
    """Revoke every permit that waits there, for this fixed word; whoever asked asks again. How many there were."""
    waiting = find.live_permits(work.facts, agent, work.now)
    for permit in waiting:
        _take_back(work, permit, reason, by)
    return len(waiting)


def _take_back(work: Work, permit: IssuedPermit, reason: str, by: str | None) -> None:
    revoke(work, permit, by, reason)
    checkout = work.get(Checkout, permit.checkout) if permit.checkout else None
    if checkout is not None and checkout_after(checkout.state, CheckoutCommand.WITHDRAW) is not None:
        work.record("checkout_withdrawn", {"checkout": checkout.id, "person": by})
