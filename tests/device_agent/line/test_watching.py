"""Boards and doors on a line: found and lost, opened and closed, asked often or seldom; all on a told clock."""

import pytest

from device_agent.line.reports import DoorChanged, DoorState, Outcome, Reason
from firmware_protocol.boards import DoorReport, ReadStatus, dialect
from firmware_protocol.emulators import Fault, Fittings
from tests.device_agent.line.simulation import IN_EVERY_WIRING, SIZES, Simulation


@IN_EVERY_WIRING
def test_at_the_start_every_board_is_found_and_every_door_is_seen_closed(family, closed_bit, has_echo):
    hall = Simulation(family, fittings=Fittings(closed_bit=closed_bit), has_echo=has_echo)
    hall.run(1000)

    assert hall.found == list(SIZES[family])
    changed = {report.compartment for report in hall.reports if isinstance(report, DoorChanged)}
    assert len(changed) == sum(SIZES[family].values())
    assert all(hall.changes(place) == [DoorState.CLOSED] for place in changed)


def test_a_silent_board_is_lost_with_all_its_doors_and_is_not_pulsed(hall):
    hall.line.boards[hall.first].fault = Fault.DEAD
    hall.run(3000)
    assert hall.lost == [hall.first]
    assert hall.changes(f"{hall.first}/1") == [DoorState.UNKNOWN]

    hall.unlock(hall.first, 1)
    assert (hall.outcomes["o-1"].outcome, hall.outcomes["o-1"].reason) == (Outcome.REFUSED, Reason.BOARD_LOST)
    assert hall.unlocks == []


def test_a_board_that_comes_back_is_found_and_its_doors_are_known_again(hall):
    hall.line.boards[hall.first].fault = Fault.DEAD
    hall.run(3000)
    hall.lock(hall.first, 2).force()
    hall.line.boards[hall.first].fault = Fault.NONE
    hall.run(5000)

    assert hall.found == [hall.first]
    assert hall.changes(f"{hall.first}/1") == [DoorState.UNKNOWN, DoorState.CLOSED]
    assert hall.changes(f"{hall.first}/2") == [DoorState.UNKNOWN, DoorState.OPEN]


def test_a_forced_door_is_reported_within_a_second(hall):
    hall.lock(hall.first, 3).force()
    hall.run_until(lambda: bool(hall.changes(f"{hall.first}/3")), 5000)

    assert hall.changes(f"{hall.first}/3") == [DoorState.OPEN]
    assert hall.now_ms - 2000 < 1000


@pytest.mark.parametrize("family", [name for name in SIZES if not dialect(name).has_operation_ids])
def test_a_bounce_is_not_reported(family):
    hall = Simulation(family)
    hall.settle()
    hall.lock(hall.first, 3).force()
    hall.run_until(lambda: len(hall.frames) >= 1, 1000)
    hall.run(15)
    hall.lock(hall.first, 3).close()
    hall.run(3000)

    assert hall.reports == []


def test_a_door_closed_by_hand_is_reported_soon(hall):
    hall.unlock(hall.first, 7)
    hall.outcome()
    hall.run(10_000)
    closed_at_ms = hall.now_ms
    hall.lock(hall.first, 7).close()
    hall.run_until(lambda: len(hall.changes(f"{hall.first}/7")) == 2, 5000)

    assert hall.changes(f"{hall.first}/7") == [DoorState.OPEN, DoorState.CLOSED]
    assert hall.now_ms - closed_at_ms < 300


def test_a_quiet_cabinet_is_asked_seldom_and_an_open_door_often(hall):
    hall.run(10_000)
    quiet = len(hall.frames)
    hall.lock(hall.first, 1).force()
    hall.run(1000)
    hall.frames.clear()
    hall.run(10_000)

    boards = len(hall.sizes)
    assert quiet <= 26 * boards
    assert len(hall.frames) >= 100


def test_a_spontaneous_report_is_a_hint_to_read_now():
    hall = Simulation("bcc-8a")
    hall.settle()
    hall.run_until(lambda: len(hall.frames) == 1, 1000)
    hall.run(30)
    hall.frames.clear()
    hall.babble(dialect("bcc-8a").encode(DoorReport(1, 7, bit=False)))
    hall.run(20)

    assert [frame for _, frame in hall.frames] == [ReadStatus(1)]
    assert hall.reports == []


def test_noise_that_never_ends_does_not_silence_the_host(hall):
    for _ in range(200):
        hall.babble(b"\xff\x00")
        hall.run(4)

    assert len(hall.frames) >= 2
