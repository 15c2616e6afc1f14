"""An emulated WKLY board answers everything, and tells of its doors unasked."""

import pytest

from firmware_protocol.boards import (
    ChannelStatus,
    DoorReport,
    ForeignOrder,
    Order,
    OrderReply,
    ReadChannel,
    ReadStatus,
    Said,
    Side,
    Status,
    Unlock,
    UnlockAll,
    UnlockReply,
    dialect,
)
from firmware_protocol.emulators import EmulatedBus, Fault, Fittings, emulated_board

SPRING = Fittings(pulse_ms=300, springs_open_ms=80, answer_after_ms=2)
BY_HAND = Fittings(pulse_ms=300, springs_open_ms=None, answer_after_ms=2)
DONE = Said.DONE


def board_of(channels, fittings=SPRING):
    return emulated_board("wkly", 0, channels, fittings)


def test_it_tells_as_many_locks_as_it_has_and_reports_what_it_cannot_read():
    board = board_of(3)
    board.unreadable.add(2)
    board.hear(ReadStatus(0), 0)
    board.hear(ReadChannel(0, 2), 0)

    told = board.due(10)
    assert Status(0, (True, None, True)) in told
    assert ChannelStatus(0, 2, None) in told


def test_an_unlock_is_answered_after_the_pulse_and_its_door_is_told_of_before():
    board = board_of(8)
    board.hear(Unlock(0, 7), 0)

    assert board.next_at_ms == 80
    assert board.due(301) == [DoorReport(0, 7, bit=False)]
    assert board.due(302) == [UnlockReply(0, 7, bit=False, said=DONE)]


def test_a_door_that_somebody_shuts_is_told_of_at_once():
    board = board_of(8)
    board.locks[3].force()
    assert board.due(5) == [DoorReport(0, 3, bit=False)]
    board.locks[3].close()

    assert board.next_at_ms == float("-inf")
    assert board.due(9) == [DoorReport(0, 3, bit=True)]
    assert board.next_at_ms is None


def test_a_report_takes_its_time_on_the_wire():
    board = board_of(8)
    line = EmulatedBus(dialect("wkly"), [board], 9600)
    line.advance(1000)
    board.locks[3].force()

    decoder = dialect("wkly").decoder(Side.BOARD)
    assert decoder.feed(line.advance(1001)) == []
    assert decoder.feed(line.advance(1012)) == [DoorReport(0, 3, bit=False)]


def test_a_mute_board_tells_nobody_of_its_doors():
    board = board_of(8)
    board.fault = Fault.MUTE
    board.locks[3].force()

    assert board.due(5) == []
    assert board.next_at_ms is None


@pytest.mark.parametrize(
    ("order", "channels", "reply", "open_doors"),
    [
        (Order.UNLOCK_TOGETHER, (1, 3), OrderReply(0, Order.UNLOCK_TOGETHER, None, DONE), {1, 3}),
        (Order.UNLOCK_IN_TURN, (2, 3), OrderReply(0, Order.UNLOCK_IN_TURN, None, DONE), {2, 3}),
        (Order.UNLOCK_TOGETHER, (1, 9), OrderReply(0, Order.UNLOCK_TOGETHER, None, Said.FAILED), {1}),
        (Order.BLINK, (2,), OrderReply(0, Order.BLINK, 2, DONE), set()),
        (Order.HOLD, (2,), OrderReply(0, Order.HOLD, 2, DONE), {2}),
    ],
    ids=str,
)
def test_it_obeys_what_no_host_of_ours_orders(order, channels, reply, open_doors):
    board = board_of(3)
    board.hear(ForeignOrder(0, order, channels), 0)

    assert reply in board.due(5)
    assert {channel for channel, lock in board.locks.items() if lock.is_open(2000)} == open_doors


def test_unlock_all_opens_everything_because_a_real_board_would():
    board = board_of(3)
    board.hear(UnlockAll(0), 0)

    assert board.due(2) == [OrderReply(0, Order.UNLOCK_ALL, None, DONE)]
    assert all(lock.is_open(1000) for lock in board.locks.values())


def test_a_coil_that_is_held_lets_a_hand_open_until_it_is_released():
    board = board_of(3, BY_HAND)
    board.hear(ForeignOrder(0, Order.HOLD, (2,)), 0)
    assert board.locks[2].pull(60_000)

    board.locks[2].close()
    board.hear(ForeignOrder(0, Order.HOLD, (2,)), 70_000)
    board.hear(ForeignOrder(0, Order.RELEASE, (2,)), 80_000)
    assert not board.locks[2].pull(80_001)
