"""Whether an agent's journal goes on where the server's copy of it ends.

A journal that was put back (an old SD card) or rewritten cannot go on: what it says from there on never gets into the
log. The office has to know, once, and as long as that journal lives: until the agent is added again with a new epoch.
"""

from datetime import datetime

BEHIND = "journal_behind"
BROKEN = "broken_chain"
TWO_UNDER_ONE_NUMBER = "equivocation"
BREAKS = frozenset({BEHIND, BROKEN, TWO_UNDER_ONE_NUMBER})
"""Why a journal does not go on; sentences are in `contradictions.SENTENCES`."""


def break_id(agent: str, epoch: int, seq: int, what: str) -> str:
    """How one break is known: `what` is its rule, or the SHA-256 of the second document under one number."""
    return f"{agent}/{epoch}/{seq}/{what}"


def is_behind(last_seq: int, said_at: datetime, taken_seq: int, taken_at: datetime) -> bool:
    """Whether a journal that ended at `last_seq` at `said_at` lacks what the server has taken of it.

    `taken_at` is when the agent wrote its entry `taken_seq`, by the same clock as `said_at`: something said earlier
    is an old message that a broker delivers again, and says nothing about now.
    """
    return last_seq < taken_seq and said_at >= taken_at
