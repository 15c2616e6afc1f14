"""Steps of the server's clock: what counts as one, and what its entries' times must keep to. Pure.

Times of the server's own entries never go back, but behind an entry that says so: `server_clock_stepped`. What a step
back hides elsewhere is therefore said in the log itself, and whoever leaves that entry out is found by `verify` and
`verify_log.py`. A clock set forward while the server stood still cannot be told from time that has passed; witnesses
hold the log's own time against theirs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

STEPPED = "server_clock_stepped"
TOLERANCE = timedelta(seconds=2)
_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Reading:
    """The wall clock, and the milliseconds that only ever grow (None where nobody counts them), at one moment."""

    wall: datetime
    steady_ms: int | None = None


def step_ms(since: Reading, reading: Reading, newest: datetime | None) -> int:
    """By how much the clock has stepped since a reading that was right, or is behind the server's newest entry.

    0 where it did neither by more than `TOLERANCE`; `newest` is None before the first entry.
    """
    astray = _astray(since, reading)
    if abs(astray) > TOLERANCE:
        return astray // _MS
    return (reading.wall - newest) // _MS if newest is not None and runs_back(newest, reading.wall) else 0


def runs_back(before: datetime, after: datetime) -> bool:
    """Whether a time is further behind the one before it than clocks are put right by, now and then."""
    return after < before - TOLERANCE


def _astray(since: Reading, reading: Reading) -> timedelta:
    """How much further the wall clock went than the milliseconds that only ever grow."""
    if since.steady_ms is None or reading.steady_ms is None:
        return timedelta(0)
    return reading.wall - since.wall - (reading.steady_ms - since.steady_ms) * _MS
