"""What a board says of its own doing proves nothing: only its reads of the door do."""

import pytest

from device_agent.line.reports import DoorState, Outcome, Reason
from firmware_protocol.boards import DoorReport, ReadStatus, Said, Status, Unlock, UnlockReply, dialect
from firmware_protocol.emulators.winnsen import EmulatedWinnsen
from firmware_protocol.emulators.wkly import EmulatedWkly
from tests.device_agent.line.simulation import Simulation


@pytest.fixture
def hall():
    simulation = Simulation("wkly", sizes={0: 8})
    simulation.settle()
    return simulation


@pytest.fixture
def board(hall):
    board = hall.line.boards[0]
    assert isinstance(board, EmulatedWkly)
    return board


@pytest.mark.parametrize("said", [Said.DONE, Said.FAILED])
@pytest.mark.parametrize(
    ("is_jammed", "outcome"), [(False, Outcome.CONFIRMED), (True, Outcome.REFUSED)], ids=["opens", "jammed"]
)
def test_the_door_decides_whatever_the_board_says_of_the_unlock(hall, board, said, is_jammed, outcome):
    board.said_of_unlock = said
    board.locks[7].is_jammed = is_jammed
    hall.unlock(0, 7)

    assert hall.outcome().outcome is outcome
    assert len(hall.unlocks) == 1


@pytest.mark.parametrize("is_jammed", [False, True], ids=["opens", "jammed"])
def test_a_board_that_never_answers_an_unlock_is_read_instead(hall, board, is_jammed):
    board.answers_unlock = False
    board.locks[7].is_jammed = is_jammed
    hall.unlock(0, 7)

    assert hall.outcome().reason is (Reason.STAYED_CLOSED if is_jammed else Reason.OPENED)
    assert hall.lost == []


def test_a_lock_that_the_board_cannot_read_is_unknown_and_proves_nothing(hall, board):
    board.unreadable.add(7)
    hall.run(2000)
    assert hall.changes("0/7") == [DoorState.UNKNOWN]
    assert hall.changes("0/6") == []

    hall.unlock(0, 7)
    assert (hall.outcome().outcome, hall.outcome().reason) == (Outcome.UNKNOWN, Reason.NO_ANSWER)


def test_an_answer_to_the_unlock_of_another_lock_or_board_is_not_taken_for_ours(hall, board):
    board.answers_unlock = False
    hall.unlock(0, 7)
    hall.run(20)
    for stray in (UnlockReply(0, 6, bit=False, said=Said.DONE), UnlockReply(1, 7, bit=False, said=Said.DONE)):
        hall.babble(dialect("wkly").encode(stray))
    hall.run(300)

    assert [frame for _, frame in hall.frames if not isinstance(frame, Unlock)] == []
    assert hall.outcomes == {}


def test_a_report_between_a_request_and_its_answer_disturbs_neither(hall):
    hall.run_until(lambda: bool(hall.frames), 1000)
    hall.babble(dialect("wkly").encode(DoorReport(0, 3, bit=False)))
    hall.run(50)

    assert [frame for _, frame in hall.frames] == [ReadStatus(0)]
    hall.run(5000)
    assert hall.reports == []


def test_a_coil_that_rests_leaves_its_door_closed_and_the_unlock_refused():
    hall = Simulation("winnsen", sizes={1: 16})
    hall.settle()
    board = hall.line.boards[1]
    assert isinstance(board, EmulatedWinnsen)
    board.resting.add(7)
    hall.unlock(1, 7)

    assert (hall.outcome().outcome, hall.outcome().reason) == (Outcome.REFUSED, Reason.STAYED_CLOSED)


def test_one_flipped_bit_in_an_answer_without_a_check_opens_no_door():
    hall = Simulation("winnsen", sizes={1: 16})
    hall.settle()
    for _ in range(5):
        hall.run_until(lambda: bool(hall.frames), 1000)
        hall.frames.clear()
        hall.babble(dialect("winnsen").encode(Status(1, tuple(channel != 7 for channel in range(1, 17)))))
        hall.run(300)

    assert hall.reports == []
