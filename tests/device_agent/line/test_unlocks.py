"""What the reads after a pulse prove, and how often a coil may be pulsed."""

import pytest

from device_agent.line.reports import DoorState, Outcome, Reason
from device_agent.line.unlocks import DutyCycle, Order, Watch
from device_agent.line.wiring import Timing

CLOSED, OPEN = DoorState.CLOSED, DoorState.OPEN
TIMING = Timing(opens_within_ms=1500, blind_ms_max=1500, verdict_ms_max=3000)
ORDER = Order("o-1", 1, 7, stale_at_ms=5000)
EVERY_100_MS = [(at_ms, CLOSED) for at_ms in range(100, 1500, 100)]


@pytest.mark.parametrize(
    ("reads", "verdict"),
    [
        ([], None),
        ([(20, OPEN)], None),
        ([(20, CLOSED), (80, OPEN), (100, OPEN)], (Outcome.CONFIRMED, Reason.OPENED)),
        ([(2900, OPEN), (2950, OPEN)], (Outcome.CONFIRMED, Reason.OPENED)),
        (EVERY_100_MS, None),
        ([*EVERY_100_MS, (1500, CLOSED)], (Outcome.REFUSED, Reason.STAYED_CLOSED)),
        ([(100, CLOSED), (1600, CLOSED)], (Outcome.REFUSED, Reason.STAYED_CLOSED)),
        ([(50, OPEN), *EVERY_100_MS, (1500, CLOSED)], (Outcome.UNKNOWN, Reason.FLICKERED)),
        ([(1501, CLOSED), (1520, CLOSED)], (Outcome.UNKNOWN, Reason.UNOBSERVED)),
        ([(100, CLOSED), (1700, CLOSED)], (Outcome.UNKNOWN, Reason.UNOBSERVED)),
        ([(1600, CLOSED)], None),
    ],
    ids=[
        "nothing seen",
        "one read is no proof",
        "seen open twice",
        "open after a long silence",
        "still time to open",
        "closed throughout",
        "closed, hardly observed",
        "open for a moment",
        "unobserved at first",
        "unobserved between",
        "one read at the end",
    ],
)
def test_the_reads_after_a_pulse_prove(reads, verdict):
    watch = Watch(ORDER, 0, TIMING, DoorState.CLOSED)
    verdicts = [watch.see(seen, at_ms) for at_ms, seen in reads]

    assert next(filter(None, verdicts), None) == verdict


def test_a_watch_that_proves_nothing_ends_as_unknown():
    watch = Watch(ORDER, 0, TIMING, DoorState.CLOSED)

    assert watch.expire(2999) is None
    assert watch.expire(3000) == (Outcome.UNKNOWN, Reason.NO_ANSWER)


def test_a_coil_rests_after_each_pulse():
    duty = DutyCycle(2000, 10)
    assert duty.may_pulse(0)
    duty.pulsed(0)

    assert not duty.may_pulse(1999)
    assert duty.may_pulse(2000)


def test_a_coil_is_pulsed_ten_times_a_minute_at_most():
    duty = DutyCycle(2000, 10)
    for turn in range(10):
        assert duty.may_pulse(turn * 3000)
        duty.pulsed(turn * 3000)

    assert not duty.may_pulse(59_999)
    assert duty.may_pulse(60_000)
