"""Guessing is made slow: after a few wrong tries each further one has to wait longer, restarts notwithstanding."""

from dataclasses import dataclass
from datetime import datetime, timedelta

FIRST_DELAY_S = 5
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Failures:
    """Wrong tries in a row, when the last one was, and until when the next is not looked at."""

    count: int
    failed_at: datetime
    until: datetime

    def wait_s(self, now: datetime) -> int:
        """Whole seconds still to wait; 0 when a try may be made."""
        return max(0, -((now - self.until) // timedelta(seconds=1)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """From which wrong try on the next one has to wait, and how long at most."""

    free_failures: int
    delay_s_max: int = 15 * 60


def after_failure(before: Failures | None, now: datetime, pace: Pace) -> Failures:
    """One more wrong try. The delay doubles from 5 s to the longest; an hour of peace starts over."""
    is_fresh = before is None or now - before.failed_at > FORGOTTEN_AFTER
    count = 1 if before is None or is_fresh else before.count + 1
    over = count - pace.free_failures
    delay_s = 0 if over < 0 else min(pace.delay_s_max, FIRST_DELAY_S * 2 ** min(over, 20))
    return Failures(count, now, now + timedelta(seconds=delay_s))
