"""Ending what could still be collected, when it may not be any more."""

from collections.abc import Iterable

from server.custody.facts import Checkout, IssuedPermit
from server.custody.states import PermitState
from server.store.work import Work
from server.usecases.issuing import revoke


def withdraw_permitted(
    work: Work, by: str, waiting: Iterable[tuple[Checkout, IssuedPermit]], reason: str, text: str
) -> tuple[str, ...]:
    """Revoke these permits and withdraw what they were for; answers with the checkouts.

    `reason` is a fixed word, `text` what was written.
    """
    ended = tuple(waiting)
    for checkout, permit in ended:
        if permit.state is PermitState.LIVE:
            revoke(work, permit, by, reason, text)
        work.record("checkout_withdrawn", {"checkout": checkout.id, "person": by}, {"reason": text})
    return tuple(checkout.id for checkout, _permit in ended)
