"""What counts as a step of the server's clock."""

from datetime import datetime, timedelta

import pytest

from firmware_protocol.times import CHINA
from server.ledger.clock_steps import TOLERANCE, Reading, step_ms

NOON = datetime(2026, 11, 23, 12, tzinfo=CHINA)
RIGHT = Reading(NOON, 1_000)
A_MINUTE_ON = RIGHT.steady_ms + 60_000 if RIGHT.steady_ms is not None else 0


def wall(**later: int) -> datetime:
    return NOON + timedelta(minutes=1) + timedelta(**later)


STEPS = {
    "a minute later it is a minute later": (Reading(wall(), A_MINUTE_ON), NOON, 0),
    "put right by two seconds": (Reading(wall(seconds=-2), A_MINUTE_ON), NOON, 0),
    "set back": (Reading(wall(seconds=-3), A_MINUTE_ON), NOON, -3_000),
    "set back, but not behind the last entry": (Reading(wall(hours=-1), A_MINUTE_ON), wall(days=-1), -3_600_000),
    "set forward": (Reading(wall(days=1), A_MINUTE_ON), NOON, 86_400_000),
    "a log without an entry": (Reading(wall(hours=-1), A_MINUTE_ON), None, -3_600_000),
    "behind the last entry at a start": (Reading(NOON, 1_000), wall(), -60_000),
    "behind the last entry, and nobody counts": (Reading(NOON), wall(), -60_000),
    "a little behind the last entry": (Reading(NOON), NOON + TOLERANCE, 0),
    "far ahead, and nobody counts": (Reading(wall(days=9)), NOON, 0),
}


@pytest.mark.parametrize(("reading", "newest", "step"), STEPS.values(), ids=STEPS)
def test_a_clock_steps_by_what_no_time_accounts_for(reading: Reading, newest: datetime | None, step: int) -> None:
    assert step_ms(RIGHT, reading, newest) == step
