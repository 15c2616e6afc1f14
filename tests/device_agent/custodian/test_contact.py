"""How long ago the last contact can be: no clock that ran ahead shortens it, and what nobody knows allows nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.clock import AGREEMENT_S, RTC_ERROR_S, Reading, Timekeeper
from device_agent.custodian.contact import Contact
from device_agent.custodian.documents import contact_made
from device_agent.custodian.inputs import ContactMade
from device_agent.custodian.state import Waiting
from firmware_protocol.permit_checks import Clock
from tests.device_agent.hall import NOON, clock_at, hall, now_at

HOUR, HOUR_MS = timedelta(hours=1), 3_600_000
UNKNOWN = Clock(NOON, None, "unknown")
EARLIER = Contact(NOON + HOUR, counted=NOON)
"""An earlier run's, of a server whose clock was an hour ahead."""


@pytest.mark.parametrize(
    ("contact", "clock", "hours"),
    [
        pytest.param(Contact(NOON, 0), clock_at(NOON + 5 * HOUR), 5, id="of this run"),
        pytest.param(Contact(NOON + 3 * HOUR, 0), clock_at(NOON + 5 * HOUR), 5, id="the server's clock ran ahead"),
        pytest.param(Contact(NOON, 0), clock_at(NOON + HOUR), 5, id="the wall clock was set back"),
        pytest.param(Contact(NOON, 0), UNKNOWN, 5, id="of this run, the wall clock knows nothing"),
        pytest.param(EARLIER, clock_at(NOON + 5 * HOUR), 5, id="of an earlier run"),
        pytest.param(EARLIER, UNKNOWN, None, id="of an earlier run, the wall clock knows nothing"),
        pytest.param(Contact(NOON), clock_at(NOON + HOUR), None, id="of an earlier run without a battery clock"),
    ],
)
def test_a_contact_is_as_old_as_it_can_be(contact: Contact, clock: Clock, hours: int | None) -> None:
    age = contact.age_max(clock, 5 * HOUR_MS)
    if hours is None:
        assert age is None
    else:
        assert age is not None
        assert timedelta(0) <= age - hours * HOUR < timedelta(seconds=3)


@pytest.mark.parametrize(
    ("server_ahead", "battery_ahead", "counted"),
    [
        pytest.param(0, 0, 0, id="both clocks right"),
        pytest.param(3, 0, 0, id="the server's ahead"),
        pytest.param(0, 3, 0, id="the battery's ahead"),
        pytest.param(-3, 0, -3, id="the server's behind"),
    ],
)
def test_a_later_run_counts_from_no_later_than_the_contact(server_ahead: int, battery_ahead: int, counted: int) -> None:
    reading = Reading(NOON + battery_ahead * HOUR, 7)
    keeper, _ = Timekeeper(has_hardware_clock=True).observe(reading)
    assert keeper.counted(NOON + server_ahead * HOUR, 7) == NOON + counted * HOUR


def test_a_wall_clock_that_is_set_does_not_turn_the_battery_clock() -> None:
    keeper, _ = Timekeeper(has_hardware_clock=True).observe(Reading(NOON, 0))
    keeper, _ = keeper.observe(Reading(NOON + 5 * HOUR, 1000))
    assert keeper.counted(NOON + 5 * HOUR, 500) == NOON + timedelta(milliseconds=500)


def test_without_a_battery_clock_a_later_run_counts_from_nothing() -> None:
    keeper, _ = Timekeeper(has_hardware_clock=False).observe(Reading(NOON, 0))
    assert keeper.counted(NOON, 0) is None


@pytest.mark.parametrize(("asked_ms", "is_taken"), [(6, False), (8, True)], ids=["asked before", "asked later"])
def test_the_contact_is_what_was_asked_last_whatever_the_server_signed(asked_ms: int, *, is_taken: bool) -> None:
    custody, back = hall(contact=Contact(NOON + HOUR, 7)), Contact(NOON, asked_ms)
    assert (contact_made(custody, Waiting(), ContactMade(back), now_at()).custody.contact == back) is is_taken


@given(
    server_ahead_h=st.integers(-50, 50),
    wall_error_s=st.integers(-20, 20),
    off_h=st.integers(0, 100),
    steps_h=st.lists(st.integers(-50, 50), max_size=3),
)
def test_over_a_power_cut_a_contact_never_looks_younger_than_it_is(
    server_ahead_h: int, wall_error_s: int, off_h: int, steps_h: list[int]
) -> None:
    """With a battery clock that is right to some seconds, whatever was done to the wall clock, and to the server's."""
    keeper, wall = Timekeeper(has_hardware_clock=True), NOON + timedelta(seconds=wall_error_s)
    for number, step_h in enumerate([0, *steps_h]):
        wall += step_h * HOUR
        keeper, _ = keeper.observe(Reading(wall, number))
    at = NOON + server_ahead_h * HOUR
    contact = Contact(at, counted=keeper.counted(at, 0))
    woken = NOON + off_h * HOUR
    again, _ = Timekeeper(has_hardware_clock=True, floor=at, signed=at).observe(Reading(woken, 0))
    age = contact.age_max(again.clock(Reading(woken, 0)), 0)
    assert age is None or age >= off_h * HOUR
    if not server_ahead_h and off_h:
        assert age is not None
        assert age <= off_h * HOUR + timedelta(seconds=RTC_ERROR_S + 20 + AGREEMENT_S)
