"""What the agent makes of its wall clock, and that an uncertain time never comes out better than it is."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.clock import AGREEMENT_S, RTC_TRUST_D, Reading, Timekeeper
from tests.device_agent.hall import NOON

HOUR = timedelta(hours=1)


def reading(wall: datetime = NOON, elapsed_s: float = 0) -> Reading:
    """Both clocks, so many seconds after the start."""
    return Reading(wall, int(elapsed_s * 1000))


def after_contact(signed_at: datetime = NOON, wall: datetime = NOON, *, has_hardware_clock: bool = True) -> Timekeeper:
    """A timekeeper that heard the server sign `signed_at` when the wall clock showed `wall`."""
    return Timekeeper(has_hardware_clock).hear(signed_at, reading(wall), 0)


@pytest.mark.parametrize(
    ("keeper", "wall", "quality"),
    [
        pytest.param(Timekeeper(has_hardware_clock=True), NOON, "unknown", id="never heard from the server"),
        pytest.param(after_contact(), NOON, "sync", id="the server agrees"),
        pytest.param(after_contact(NOON - HOUR), NOON, "rtc", id="the server's message is old, the battery clock good"),
        pytest.param(
            after_contact(NOON - HOUR, has_hardware_clock=False), NOON, "unknown", id="no battery clock, no agreement"
        ),
        pytest.param(after_contact(NOON + HOUR), NOON, "floor", id="behind what the server signed"),
        pytest.param(
            Timekeeper(has_hardware_clock=True, floor=NOON, signed=NOON), NOON + HOUR, "rtc", id="after a night off"
        ),
        pytest.param(
            Timekeeper(has_hardware_clock=True, floor=NOON, signed=NOON),
            NOON + timedelta(days=RTC_TRUST_D + 1),
            "unknown",
            id="a battery clock gone wild",
        ),
        pytest.param(
            Timekeeper(has_hardware_clock=False, floor=NOON, signed=NOON), NOON - HOUR, "floor", id="woken in the past"
        ),
    ],
)
def test_the_clock_is_as_good_as_what_speaks_for_it(keeper: Timekeeper, wall: datetime, quality: str) -> None:
    clock = keeper.clock(reading(wall))
    assert clock.quality == quality
    assert clock.is_bounded == (quality in ("sync", "rtc"))


def test_a_time_behind_the_floor_is_not_written_down() -> None:
    keeper = after_contact(NOON + HOUR)
    assert keeper.best(reading(NOON)) == NOON + HOUR


def test_the_error_grows_while_nobody_agrees() -> None:
    keeper = after_contact()
    later = reading(NOON + 10 * HOUR, elapsed_s=36_000)
    clock = keeper.clock(later)
    assert clock.latest is not None
    assert clock.latest - later.wall > timedelta(seconds=AGREEMENT_S + 3)


@pytest.mark.parametrize("step_s", [-3600, -3, 3, 3600])
def test_a_step_is_noticed_and_ends_the_agreement(step_s: int) -> None:
    keeper, _ = after_contact().observe(reading())
    keeper, step_ms = keeper.observe(reading(NOON + timedelta(seconds=10 + step_s), elapsed_s=10))
    assert step_ms == step_s * 1000
    assert keeper.agreed is None


def test_a_clock_that_stepped_is_unknown_until_the_server_agrees_again() -> None:
    keeper, _ = after_contact().observe(reading())
    ahead = reading(NOON + 3 * HOUR, elapsed_s=10)
    keeper, _ = keeper.observe(ahead)
    assert keeper.quality(ahead) == "unknown"
    assert keeper.hear(ahead.wall, ahead, ahead.elapsed_ms).quality(ahead) == "sync"


def test_a_clock_that_is_merely_disciplined_has_not_stepped() -> None:
    keeper, _ = after_contact().observe(reading())
    keeper, step_ms = keeper.observe(reading(NOON + timedelta(seconds=11.5), elapsed_s=10))
    assert step_ms == 0
    assert keeper.agreed is not None


@pytest.mark.parametrize("step_ms", [-900, 900], ids=["backwards", "forwards"])
def test_many_small_steps_are_noticed_as_one(step_ms: int) -> None:
    keeper, _ = after_contact().observe(reading())
    steps = []
    for second in range(1, 6):
        wall = NOON + timedelta(seconds=second, milliseconds=second * step_ms)
        keeper, noticed_ms = keeper.observe(reading(wall, second))
        steps.append(noticed_ms)
    assert steps == [0, 0, 3 * step_ms, 0, 0]
    assert keeper.agreed is None


@pytest.mark.parametrize("slewed_ms", [-1900, 1900], ids=["backwards", "forwards"])
def test_a_small_step_is_inside_the_interval(slewed_ms: int) -> None:
    keeper, _ = after_contact(NOON, wall=NOON + timedelta(seconds=4)).observe(reading(NOON + timedelta(seconds=4)))
    later = reading(NOON + timedelta(seconds=14, milliseconds=slewed_ms), elapsed_s=10)
    clock = keeper.clock(later)
    assert clock.latest is not None
    assert clock.earliest <= NOON + timedelta(seconds=10) <= clock.latest


def test_a_document_signed_long_ago_raises_the_floor_and_proves_nothing_more() -> None:
    keeper = Timekeeper(has_hardware_clock=False).hear_of_past(NOON)
    assert keeper.quality(reading(NOON)) == "unknown"
    assert keeper.quality(reading(NOON - HOUR)) == "floor"
    assert keeper.hear_of_past(NOON - HOUR) == keeper


@pytest.mark.parametrize(
    ("came_after_s", "quality"),
    [(0, "sync"), (4, "sync"), (6, "unknown"), (24 * 3600, "unknown")],
    ids=["an answer at once", "a slow one", "one slower than clocks may differ", "one kept back for a day"],
)
def test_an_answer_proves_a_clock_right_only_by_as_much_as_it_came_soon(came_after_s: int, quality: str) -> None:
    """However well it agrees with the wall clock: that one may be late by just as long as the answer was kept back."""
    heard = reading(NOON, elapsed_s=came_after_s)
    assert Timekeeper(has_hardware_clock=False).hear(NOON, heard, 0).quality(heard) == quality


def test_an_old_message_told_again_changes_nothing() -> None:
    keeper = after_contact(NOON + HOUR, wall=NOON + HOUR)
    again = keeper.hear(NOON, reading(NOON + HOUR, 5), 5000)
    assert again.floor == keeper.floor
    assert again.agreed == keeper.agreed


def test_a_replayed_message_does_not_make_a_clock_set_back_right() -> None:
    keeper = Timekeeper(has_hardware_clock=True, floor=NOON + HOUR, signed=NOON + HOUR)
    fooled = keeper.hear(NOON, reading(NOON), 0)
    assert fooled.clock(reading(NOON)).quality == "floor"


def test_the_floor_follows_a_clock_the_server_agreed_with() -> None:
    keeper = after_contact()
    later, _ = keeper.observe(reading(NOON + HOUR, elapsed_s=3600))
    assert later.floor is not None
    assert NOON + HOUR - timedelta(seconds=10) < later.floor <= NOON + HOUR


@given(
    true_s=st.integers(0, 10**7),
    error_s=st.floats(-AGREEMENT_S, AGREEMENT_S),
    delay_s=st.floats(0, 3) | st.floats(0, 10**7),
    passed_s=st.integers(0, 10**6),
    drift_ppm=st.floats(-90, 90),
)
def test_while_it_says_sync_the_true_time_is_inside_the_interval(
    true_s: int, error_s: float, delay_s: float, passed_s: int, drift_ppm: float
) -> None:
    true = NOON + timedelta(seconds=true_s)
    wall = true + timedelta(seconds=error_s)
    heard = reading(wall, elapsed_s=delay_s)
    keeper = Timekeeper(has_hardware_clock=True).hear(true - timedelta(seconds=delay_s), heard, 0)
    keeper = replace(keeper, last=heard)
    drifted = passed_s * (1 + drift_ppm / 1_000_000)
    later = reading(wall + timedelta(seconds=drifted), elapsed_s=delay_s + drifted)
    clock = keeper.clock(later)
    if clock.quality == "sync" and clock.latest is not None:
        assert clock.earliest <= true + timedelta(seconds=passed_s) + timedelta(seconds=1)
        assert clock.latest >= true + timedelta(seconds=passed_s) - timedelta(seconds=1)
