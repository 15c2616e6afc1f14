"""An emulated Winnsen board says after the pulse whether the door opened."""

import pytest

from firmware_protocol.boards import ChannelStatus, ReadChannel, ReadStatus, Said, Status, Unlock, UnlockReply
from firmware_protocol.emulators import Fittings, emulated_board

FITTINGS = Fittings(closed_bit=0, pulse_ms=300, springs_open_ms=80, answer_after_ms=2)


def board_of(channels=16):
    return emulated_board("winnsen", 1, channels, FITTINGS)


@pytest.mark.parametrize(("is_jammed", "said"), [(False, Said.DONE), (True, Said.FAILED)], ids=["opens", "jammed"])
def test_it_answers_after_the_pulse_and_hears_nothing_meanwhile(is_jammed, said):
    board = board_of()
    board.locks[3].is_jammed = is_jammed
    board.hear(Unlock(1, 3), 0)
    board.hear(ReadStatus(1), 100)

    assert board.due(301) == []
    assert board.due(302) == [UnlockReply(1, 3, None, said)]
    assert board.due(9999) == []


def test_a_resting_coil_is_not_pulsed():
    board = board_of()
    board.resting.add(3)
    board.hear(Unlock(1, 3), 0)

    assert board.due(2) == [UnlockReply(1, 3, None, Said.RESTING)]
    assert not board.locks[3].is_open(1000)


def test_an_open_door_is_1_in_the_usual_wiring():
    board = board_of()
    board.locks[9].force()
    board.hear(ReadStatus(1), 0)
    board.hear(ReadChannel(1, 9), 0)

    assert board.due(2) == [Status(1, tuple(channel == 9 for channel in range(1, 17))), ChannelStatus(1, 9, bit=True)]
