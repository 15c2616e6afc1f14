"""An emulated CU48 keeps silent after an unlock; a CU48B says whatever a source heard it say."""

import pytest

from firmware_protocol.boards import (
    ReadEveryBoard,
    ReadStatus,
    Status,
    Unlock,
    UnlockAll,
    UnlockEveryBoard,
    UnlockReply,
)
from firmware_protocol.emulators import Fittings, emulated_board
from firmware_protocol.emulators.kerong_cu48 import EmulatedCu48b

SPRING = Fittings(pulse_ms=300, springs_open_ms=80, answer_after_ms=2)
NO_SENSORS = (False,) * 48


def closed(*open_channels):
    return tuple(channel not in open_channels for channel in range(1, 49))


def said(board, *frames, until_ms=1000.0):
    """What the board says to these frames, heard at 0 ms."""
    for frame in frames:
        board.hear(frame, 0.0)
    return board.due(until_ms)


def test_a_cu48_says_nothing_to_an_unlock_and_its_status_shows_the_door():
    board = emulated_board("kerong-cu48", 9, 48, SPRING)
    assert said(board, Unlock(9, 48)) == []

    board.hear(ReadStatus(9), 500)
    assert board.due(502) == [Status(9, closed(48))]


@pytest.mark.parametrize(
    ("habit", "answers"),
    [
        ("none", []),
        ("short", [UnlockReply(0, 5, bit=None)]),
        ("status", [Status(0, closed(), NO_SENSORS)]),
    ],
)
def test_a_cu48b_answers_an_unlock_in_each_way_that_was_heard(habit, answers):
    board = emulated_board("kerong-cu48b", 0, 48, SPRING)
    assert isinstance(board, EmulatedCu48b)
    board.unlock_answer = habit

    assert said(board, Unlock(0, 5), until_ms=2) == answers
    assert board.locks[5].is_open(80)


@pytest.mark.parametrize("family", ["kerong-cu48", "kerong-cu48b"])
@pytest.mark.parametrize("frame", [UnlockAll(3), UnlockEveryBoard()], ids=["a board", "the line"])
def test_unlock_all_opens_everything_because_a_real_board_would(family, frame):
    board = emulated_board(family, 3, 8, SPRING)
    said(board, frame)

    assert all(lock.is_open(1000) for lock in board.locks.values())


def test_boards_that_are_asked_together_answer_one_after_another():
    boards = [emulated_board("kerong-cu48", address, 48, SPRING) for address in (0, 1)]

    assert [len(said(board, ReadEveryBoard(), until_ms=10)) for board in boards] == [1, 0]
    assert boards[1].due(20) == [Status(1, closed())]
