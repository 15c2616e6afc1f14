"""A door has changed when its sensor says so often enough and long enough."""

import pytest

from device_agent.line.doors import Door
from device_agent.line.reports import DoorState
from device_agent.line.wiring import Timing

CLOSED, OPEN, UNKNOWN = DoorState.CLOSED, DoorState.OPEN, DoorState.UNKNOWN
TIMING = Timing(steady_reads=2, steady_ms=100)


@pytest.mark.parametrize(
    ("reads", "state"),
    [
        ([], UNKNOWN),
        ([(0, CLOSED)], UNKNOWN),
        ([(0, CLOSED), (50, CLOSED)], UNKNOWN),
        ([(0, CLOSED), (100, CLOSED)], CLOSED),
        ([(0, CLOSED), (50, CLOSED), (101, CLOSED)], CLOSED),
        ([(0, CLOSED), (100, CLOSED), (120, OPEN), (150, CLOSED), (180, OPEN)], CLOSED),
        ([(0, CLOSED), (100, CLOSED), (120, OPEN), (220, OPEN)], OPEN),
        ([(0, CLOSED), (100, CLOSED), (400, OPEN), (800, OPEN)], OPEN),
    ],
    ids=["no read", "one read", "too soon", "steady", "steady at last", "bouncing", "opened", "opened, asked seldom"],
)
def test_a_state_counts_once_it_is_steady(reads, state):
    door = Door(TIMING)
    for at_ms, seen in reads:
        door.see(seen, at_ms)

    assert door.state is state


def test_a_door_whose_board_is_lost_is_unknown_until_it_is_steady_again():
    door = Door(TIMING)
    door.see(CLOSED, 0)
    door.see(CLOSED, 100)
    door.settle(UNKNOWN)
    states = []
    for at_ms in (5000, 5100):
        door.see(CLOSED, at_ms)
        states.append(door.state)

    assert states == [UNKNOWN, CLOSED]


def test_only_a_closed_door_that_nothing_contradicts_is_quiet():
    door = Door(TIMING)
    quiet = []
    for at_ms, seen in ((0, CLOSED), (100, CLOSED), (200, OPEN)):
        door.see(seen, at_ms)
        quiet.append(door.is_quiet)

    assert quiet == [False, True, False]
