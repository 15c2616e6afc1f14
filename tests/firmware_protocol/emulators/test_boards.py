"""An emulated board behaves like the bought one: its lock, its door, its answers, its faults."""

import pytest

from firmware_protocol.boards import (
    ChannelStatus,
    DoorReport,
    ReadChannel,
    ReadEveryBoard,
    ReadStatus,
    SetPulse,
    Status,
    Unlock,
    UnlockAll,
    UnlockReply,
)
from firmware_protocol.emulators import EmulatedLock, Fault, Fittings, emulated_board

SPRING = Fittings(pulse_ms=300, springs_open_ms=80, answer_after_ms=2)
NO_SENSORS = (False,) * 16
BY_HAND = Fittings(pulse_ms=300, springs_open_ms=None)


def said(board, *frames, until_ms=1000.0):
    """What the board says to these frames, heard at 0 ms."""
    for frame in frames:
        board.hear(frame, 0.0)
    return board.due(until_ms)


def closed(count, *open_channels):
    return tuple(channel not in open_channels for channel in range(1, count + 1))


def test_a_pulse_lets_the_spring_open_the_door():
    lock = EmulatedLock(SPRING)
    lock.pulse(300, 1000)

    assert not lock.is_open(1079)
    assert lock.is_open(1080)


def test_a_door_without_spring_is_pulled_during_the_pulse_or_not_at_all():
    lock = EmulatedLock(BY_HAND)
    lock.pulse(300, 1000)

    assert not lock.is_open(1299)
    assert not lock.pull(1300)
    lock.pulse(300, 2000)
    assert lock.pull(2100)


def test_a_locked_door_resists_a_hand_but_not_a_crowbar():
    lock = EmulatedLock(SPRING)

    assert not lock.pull(0)
    lock.force()
    assert lock.is_open(0)


def test_a_jammed_latch_takes_the_pulse_and_stays_shut_until_it_is_freed():
    lock = EmulatedLock(SPRING)
    lock.is_jammed = True
    lock.pulse(300, 0)
    assert not lock.pull(100)

    lock.is_jammed = False
    lock.pulse(300, 1000)
    assert lock.is_open(1080)


def test_a_closed_door_is_latched_even_while_the_coil_is_warm():
    lock = EmulatedLock(SPRING)
    lock.pulse(300, 0)
    lock.is_open(80)
    lock.close()

    assert not lock.pull(100)


@pytest.mark.parametrize(("closed_bit", "bit_when_closed"), [(1, True), (0, False)])
def test_the_raw_bit_of_a_closed_door_depends_on_the_switch(closed_bit, bit_when_closed):
    lock = EmulatedLock(Fittings(closed_bit=closed_bit))

    assert lock.feedback(0) is bit_when_closed
    lock.force()
    assert lock.feedback(0) is not bit_when_closed


@pytest.mark.parametrize(("channels", "bits"), [(8, 24), (16, 16), (24, 24)])
def test_an_8a_board_answers_in_two_or_three_groups(channels, bits):
    board = emulated_board("bcc-8a", 1, channels, SPRING)

    assert said(board, ReadStatus(1)) == [Status(1, closed(channels) + (False,) * (bits - channels))]


def test_an_8a_board_answers_an_unlock_after_its_pulse_and_hears_nothing_meanwhile():
    board = emulated_board("bcc-8a", 1, 24, SPRING)
    board.hear(Unlock(1, 7), 0)
    board.hear(ReadStatus(1), 100)

    assert board.due(300) == []
    assert board.due(302) == [UnlockReply(1, 7, bit=False)]
    assert board.due(9999) == []


def test_the_answer_of_a_jammed_lock_says_that_the_door_is_shut():
    board = emulated_board("bcc-8a", 1, 24, SPRING)
    board.locks[7].is_jammed = True

    assert said(board, Unlock(1, 7)) == [UnlockReply(1, 7, bit=True)]


def test_a_cu16_says_nothing_to_an_unlock_and_its_status_shows_the_door():
    board = emulated_board("kerong-cu16", 2, 16, SPRING)
    assert said(board, Unlock(2, 16)) == []

    board.hear(ReadStatus(2), 500)
    assert board.due(502) == [Status(2, closed(16, 16), NO_SENSORS)]


def test_every_cu16_takes_its_turn_in_answering_a_bus_wide_read():
    boards = [emulated_board("kerong-cu16", address, 16, SPRING) for address in (0, 1)]

    assert [len(said(board, ReadEveryBoard(), until_ms=10)) for board in boards] == [1, 0]
    assert boards[1].due(20) == [Status(1, closed(16), NO_SENSORS, to_every_board=True)]


def test_a_cu16_takes_a_new_pulse_length():
    board = emulated_board("kerong-cu16", 0, 16, BY_HAND)
    said(board, SetPulse(0, pulse_ms=5000), Unlock(0, 1))

    assert board.locks[1].pull(4000)


@pytest.mark.parametrize(("family", "address"), [("bcc-8a", 1), ("kerong-cu16", 0)])
def test_unlock_all_opens_everything_because_a_real_board_would(family, address):
    board = emulated_board(family, address, 3, SPRING)
    said(board, UnlockAll(address))

    assert all(lock.is_open(1000) for lock in board.locks.values())


def test_an_8a_board_tells_a_single_channel():
    assert said(emulated_board("bcc-8a", 1, 24, SPRING), ReadChannel(1, 3)) == [ChannelStatus(1, 3, bit=True)]


@pytest.mark.parametrize("frame", [Unlock(2, 1), Unlock(1, 9), ReadStatus(2), DoorReport(1, 1, bit=True)], ids=str)
def test_what_is_not_for_this_board_changes_nothing(frame):
    board = emulated_board("bcc-8a", 1, 8, SPRING)

    assert said(board, frame) == []
    assert not any(lock.is_open(1000) for lock in board.locks.values())


@pytest.mark.parametrize(("fault", "opens"), [(Fault.MUTE, True), (Fault.DEAD, False)])
def test_a_mute_board_acts_and_a_dead_one_does_not_but_neither_answers(fault, opens):
    board = emulated_board("bcc-8a", 1, 24, SPRING)
    board.fault = fault

    assert said(board, Unlock(1, 7)) == []
    assert board.locks[7].is_open(1000) is opens


@pytest.mark.parametrize(
    ("family", "address", "channels"), [("bcc-8a", 0, 24), ("bcc-8a", 1, 25), ("kerong-cu16", 0, 0)]
)
def test_a_board_that_nobody_sells_is_not_emulated(family, address, channels):
    with pytest.raises(ValueError, match=family):
        emulated_board(family, address, channels)
