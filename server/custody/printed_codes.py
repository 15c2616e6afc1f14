"""Whoever printed a one-time code could have used it: for a while the printer is not told apart from its owner.

A code is shown to whoever prints it, and whoever redeems it sets the password. So what was done under a password counts
as possibly done by the printer of its code, until the owner has had time to notice that their own code was no good.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from server.custody.people import OneTimeCode

UNNOTICED_MAX = timedelta(days=30)
"""How long a password set with somebody else's knowledge may go unnoticed by the person whose name it carries."""


def possible_hand(person: str, at: datetime, codes: Iterable[OneTimeCode]) -> str | None:
    """Who else could have acted as `person` at `at`: the printer of the code behind their password then, or None.

    `codes` are used ones, of whomever. The newest counts that was used by then: a code redeemed later changes nothing
    about what was done before. Codes printed at the machine by the operator name nobody.
    """
    used = ((code.used_at, code) for code in codes if code.person == person and code.used_at is not None)
    newest = max((each for each in used if each[0] <= at), key=lambda each: each[0], default=None)
    if newest is None or at - newest[0] > UNNOTICED_MAX:
        return None
    return newest[1].issued_by
