"""Boards with a second row of inputs: door contacts beside locks, or light barriers, read off an emulated line."""

import pytest

from device_agent.line.reports import DoorChanged, DoorState, InsideChanged, Outcome, Reason
from device_agent.line.what_bits_mean import state_of
from device_agent.line.wiring import BoardWiring, Sensing
from firmware_protocol.boards import LockSaid
from firmware_protocol.emulators import Fittings
from tests.device_agent.line.simulation import Simulation

TWO_VALUES = Sensing(feedback="lock", sensors="doors")
FAMILIES = pytest.mark.parametrize("family", ["kerong-cu16", "kerong-cu48b"])
LOCK, UNLOCK, NOBODY_KNOWS = LockSaid.LOCKED, LockSaid.UNLOCKED, LockSaid.UNKNOWN


def simulated(family, sensing, **fittings):
    wired = Fittings(feedback=sensing.feedback, sensors=sensing.sensors, **fittings)
    hall = Simulation(family, fittings=wired, sizes={0: 8}, sensing=sensing)
    hall.settle()
    return hall


@pytest.mark.parametrize(
    ("sensing", "bits", "state", "lock"),
    [
        (Sensing(), (True, None), DoorState.CLOSED, NOBODY_KNOWS),
        (Sensing(), (False, True), DoorState.OPEN, NOBODY_KNOWS),
        (Sensing(feedback="lock"), (True, None), DoorState.CLOSED, LOCK),
        (Sensing(feedback="lock"), (False, None), DoorState.OPEN, UNLOCK),
        (Sensing(feedback="lock"), (None, None), DoorState.UNKNOWN, NOBODY_KNOWS),
        (TWO_VALUES, (True, True), DoorState.CLOSED, LOCK),
        (TWO_VALUES, (True, False), DoorState.OPEN, LOCK),
        (TWO_VALUES, (False, True), DoorState.RELEASED, UNLOCK),
        (TWO_VALUES, (False, False), DoorState.OPEN, UNLOCK),
        (TWO_VALUES, (True, None), DoorState.UNKNOWN, LOCK),
        (Sensing(feedback="lock", sensors="doors", sensor_bit=0), (True, False), DoorState.CLOSED, LOCK),
        (Sensing(sensors="items"), (True, False), DoorState.CLOSED, NOBODY_KNOWS),
    ],
)
def test_what_the_bits_of_a_channel_mean_is_wiring(sensing, bits, state, lock):
    assert state_of(BoardWiring(0, ("CAB-01/1",), 1, sensing=sensing), *bits) == (state, lock)


@FAMILIES
def test_a_door_opens_by_its_contact_and_is_closed_with_its_lock(family):
    hall = simulated(family, TWO_VALUES)
    hall.unlock(0, 7)
    assert hall.outcome().outcome is Outcome.CONFIRMED
    hall.run(1000)
    hall.line.boards[0].locks[7].close()
    hall.run(1000)
    changed = [(each.state, each.lock) for each in hall.reports if isinstance(each, DoorChanged)]
    assert changed[0][0] is DoorState.OPEN
    assert changed[-1] == (DoorState.CLOSED, LOCK)


@FAMILIES
def test_a_lock_that_lets_go_of_a_shut_door_is_released_and_not_open(family):
    hall = simulated(family, TWO_VALUES)
    hall.line.boards[0].locks[3].is_unhooked = True
    hall.run(1000)
    (changed,) = hall.reports
    assert (changed.compartment, changed.state, changed.lock) == ("0/3", DoorState.RELEASED, UNLOCK)


def test_a_door_that_nobody_pulls_after_the_pulse_stayed_closed():
    hall = simulated("kerong-cu16", TWO_VALUES, springs_open_ms=None)
    hall.unlock(0, 7)
    assert (hall.outcome().outcome, hall.outcome().reason) == (Outcome.REFUSED, Reason.STAYED_CLOSED)


def test_a_lock_that_stays_released_after_the_pulse_proves_nothing():
    hall = simulated("kerong-cu16", TWO_VALUES, springs_open_ms=None)
    hall.unlock(0, 7)
    hall.line.boards[0].locks[7].is_unhooked = True
    assert hall.outcome().outcome is Outcome.UNKNOWN


@FAMILIES
def test_a_light_barrier_tells_what_comes_and_goes_and_not_what_a_bounce_says(family):
    hall = simulated(family, Sensing(sensors="items"))
    lock = hall.line.boards[0].locks[5]
    lock.has_item = True
    hall.run(2000)
    lock.has_item = False
    hall.run(2000)
    assert [(each.compartment, each.has_something) for each in hall.reports if isinstance(each, InsideChanged)] == [
        ("0/5", True),
        ("0/5", False),
    ]


def test_nothing_is_known_of_what_is_inside_while_the_board_does_not_answer():
    hall = simulated("kerong-cu16", Sensing(sensors="items"))
    hall.line.is_cut = True
    hall.run(5000)
    assert {each.has_something for each in hall.reports if isinstance(each, InsideChanged)} == {None}
