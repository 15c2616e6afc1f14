"""What waits at an agent is taken back: nobody knows what became of it there, or no agent believes it any more."""

from firmware_protocol.key_changes import PERMIT
from server.custody.facts import Checkout, IssuedPermit
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.store import find
from server.store.log_files import bears
from server.store.rotations import ended_keys
from server.store.work import Work
from server.usecases.issuing import revoke

KEY_ENDED = "key_ended"
"""The `reason` of a revocation where the key that signed the permit is not believed any more."""


def take_back_what_waits(work: Work, agent: str, reason: str, by: str | None) -> int:
    """Revoke every permit that waits there, for this fixed word; whoever asked asks again. How many there were."""
    waiting = find.live_permits(work.facts, agent, work.now)
    for permit in waiting:
        _take_back(work, permit, reason, by)
    return len(waiting)


def take_back_what_ended_keys_signed(work: Work, _asked: None = None) -> int:
    """Revoke every permit that waits under a key that has ended, so that people know of it. How many there were.

    Safe to ask as often as one likes; agents open nothing for it whether or not this was asked.
    """
    ended = ended_keys(work.facts, PERMIT)
    waiting = [each for agent in find.agents(work.facts) for each in find.live_permits(work.facts, agent.id, work.now)]
    over = [permit for permit in waiting if any(bears(permit.document.encode(), key) for key in ended)]
    for permit in over:
        _take_back(work, permit, KEY_ENDED, None)
    return len(over)


def _take_back(work: Work, permit: IssuedPermit, reason: str, by: str | None) -> None:
    revoke(work, permit, by, reason)
    checkout = work.get(Checkout, permit.checkout) if permit.checkout else None
    if checkout is not None and checkout_after(checkout.state, CheckoutCommand.WITHDRAW) is not None:
        work.record("checkout_withdrawn", {"checkout": checkout.id, "person": by})
