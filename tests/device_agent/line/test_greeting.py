"""A board that an input could open is found out before it is used, and every coil is let go first."""

import pytest

from device_agent.line.reports import BoardFound, BoardLost, Outcome, Reason
from firmware_protocol.boards import (
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    Refusal,
    ReleaseAll,
    Unlock,
    dialect,
)
from firmware_protocol.emulators import Fault
from firmware_protocol.emulators.waveshare_modbus import EmulatedWaveshare
from tests.device_agent.line.simulation import SIZES, Simulation

FAMILY = "waveshare-modbus"
GREETING = [ReadRegisters(1, 0x1000, 8), ReleaseAll(1), ReadOutputs(1)]
WITH_AND_WITHOUT_ECHO = pytest.mark.parametrize("has_echo", [False, True], ids=["adapter", "echoing adapter"])


def line_of(*addresses, has_echo=False):
    return Simulation(FAMILY, sizes=dict.fromkeys(addresses, 8), has_echo=has_echo)


def said_to(hall, address):
    return [frame for _, frame in hall.frames if getattr(frame, "address", None) == address]


@WITH_AND_WITHOUT_ECHO
def test_a_board_is_greeted_once_before_its_first_poll(has_echo):
    hall = line_of(1, has_echo=has_echo)
    hall.run(2000)

    assert said_to(hall, 1)[:4] == [*GREETING, ReadStatus(1)]
    assert set(said_to(hall, 1)[4:]) == {ReadStatus(1)}
    assert hall.found == [1]


@pytest.mark.parametrize("family", sorted(name for name in SIZES if dialect(name).greeting is None))
def test_other_families_are_polled_at_once(family):
    hall = Simulation(family)
    hall.run_until(lambda: bool(hall.frames), 1000)

    assert hall.frames[0][1] == ReadStatus(hall.first)


@WITH_AND_WITHOUT_ECHO
def test_a_board_whose_inputs_drive_its_outputs_is_refused_with_the_reason_and_never_pulsed(has_echo):
    hall = line_of(1, 2, has_echo=has_echo)
    hall.line.boards[1].fault = Fault.MISSET
    hall.unlock(1, 7, "o-1")
    hall.run(8000)
    hall.unlock(1, 7, "o-2")
    hall.unlock(2, 7, "o-3")
    hall.run(8000)

    (lost,) = [report for report in hall.reports if isinstance(report, BoardLost)]
    assert lost.address == 1
    assert "控制模式" in lost.objection
    assert hall.outcomes["o-1"].reason is hall.outcomes["o-2"].reason is Reason.BOARD_LOST
    assert hall.outcomes["o-3"].outcome is Outcome.CONFIRMED
    assert [unlock.address for _, unlock in hall.unlocks] == [2]
    assert ReadStatus(1) not in said_to(hall, 1)


def test_a_board_that_was_put_right_is_used():
    hall = line_of(1)
    hall.line.boards[1].fault = Fault.MISSET
    hall.run(8000)
    hall.line.boards[1].fault = Fault.NONE
    hall.run(8000)
    hall.unlock(1, 7)

    assert hall.outcome().outcome is Outcome.CONFIRMED
    assert [type(report) for report in hall.reports if isinstance(report, BoardLost | BoardFound)] == [
        BoardLost,
        BoardFound,
    ]


def test_a_silent_board_is_lost_without_an_objection():
    hall = line_of(1)
    hall.line.boards[1].fault = Fault.DEAD
    hall.run(5000)

    assert [report.objection for report in hall.reports if isinstance(report, BoardLost)] == [""]


def test_a_silent_board_that_comes_back_unfit_is_reported_once_more_with_its_reason():
    hall = line_of(1)
    hall.line.boards[1].fault = Fault.DEAD
    hall.run(8000)
    hall.line.boards[1].fault = Fault.MISSET
    hall.run(20_000)

    lost = [report.objection for report in hall.reports if isinstance(report, BoardLost)]
    assert len(lost) == 2
    assert lost[0] == ""
    assert "控制模式" in lost[1]


def test_a_coil_that_somebody_left_energised_is_let_go():
    hall = line_of(1)
    board = hall.line.boards[1]
    assert isinstance(board, EmulatedWaveshare)
    board.energised_until_ms[3] = float("inf")
    hall.run(2000)

    assert not board.energised_until_ms[3] > hall.now_ms
    assert hall.found == [1]


def test_a_board_that_was_out_of_sight_is_greeted_again_before_it_is_used():
    hall = line_of(1)
    hall.settle()
    hall.line.boards[1].fault = Fault.DEAD
    hall.run(5000)
    hall.frames.clear()
    hall.line.boards[1].fault = Fault.NONE
    hall.run(5000)
    asked = [frame for frame in said_to(hall, 1) if frame != GREETING[0]]
    assert asked[:3] == [*GREETING[1:], ReadStatus(1)]

    hall.unplug()
    hall.replug()
    hall.frames.clear()
    hall.run(1000)
    assert said_to(hall, 1)[:4] == [*GREETING, ReadStatus(1)]


def test_an_unlock_ordered_during_the_greeting_waits_for_its_end():
    hall = line_of(1)
    hall.unlock(1, 7)

    assert hall.outcome().outcome is Outcome.CONFIRMED
    assert [type(frame) for frame in said_to(hall, 1)][:5] == [*map(type, GREETING), ReadStatus, Unlock]


def test_an_echo_is_not_taken_for_a_board():
    hall = line_of(1, has_echo=True)
    hall.line.boards[1].fault = Fault.MUTE
    hall.run(20_000)

    assert hall.found == []
    assert hall.lost == [1]


def test_a_board_without_control_modes_is_refused():
    hall = line_of(1)
    hall.line.boards[1].fault = Fault.DEAD
    hall.run_until(lambda: bool(hall.frames), 1000)
    hall.babble(dialect(FAMILY).encode(Refusal(1, 3, 2)))
    hall.line.boards[1].fault = Fault.NONE
    hall.run(2000)

    (lost,) = [report for report in hall.reports if isinstance(report, BoardLost)]
    assert "1000H" in lost.objection


@pytest.mark.parametrize(
    ("is_jammed", "outcome"), [(False, Outcome.CONFIRMED), (True, Outcome.REFUSED)], ids=["opens", "jammed"]
)
def test_a_refused_unlock_is_still_decided_by_the_door(is_jammed, outcome):
    hall = line_of(1)
    hall.settle()
    hall.lock(1, 7).is_jammed = is_jammed
    hall.unlock(1, 7)
    hall.babble(dialect(FAMILY).encode(Refusal(1, 5, 2)))

    assert hall.outcome().outcome is outcome
    assert len(hall.unlocks) == 1
