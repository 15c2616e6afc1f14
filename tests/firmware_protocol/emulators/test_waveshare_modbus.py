"""An emulated relay board repeats its orders, times its pulses, and tells its settings."""

import pytest

from firmware_protocol.boards import (
    AddressTold,
    AskAddress,
    ForeignOrder,
    Order,
    OrderReply,
    Outputs,
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    Refusal,
    Registers,
    ReleaseAll,
    ReleasedAll,
    Status,
    Unlock,
    UnlockReply,
)
from firmware_protocol.emulators import Fault, Fittings, emulated_board

SPRING = Fittings(springs_open_ms=80, answer_after_ms=2)
BY_HAND = Fittings(springs_open_ms=None, answer_after_ms=2)


def board_of(fittings=SPRING):
    return emulated_board("waveshare-modbus", 1, 8, fittings)


def said(board, *frames, now_ms=0.0):
    for frame in frames:
        board.hear(frame, now_ms)
    return board.due(now_ms + 2)


def outputs(*channels):
    return Outputs(1, tuple(channel in channels for channel in range(1, 9)))


def test_an_unlock_is_repeated_at_once_and_its_pulse_ends_by_itself():
    board = board_of(BY_HAND)
    assert said(board, Unlock(1, 3, 700)) == [UnlockReply(1, 3, None, pulse_ms=700)]

    assert said(board, ReadOutputs(1), now_ms=690) == [outputs(3)]
    assert said(board, ReadOutputs(1), now_ms=700) == [outputs()]
    assert not board.locks[3].pull(701)


def test_its_status_is_its_inputs():
    board = board_of()
    said(board, Unlock(1, 3, 500))

    assert said(board, ReadStatus(1), now_ms=100) == [Status(1, tuple(channel != 3 for channel in range(1, 9)))]


def test_all_off_ends_every_pulse():
    board = board_of(BY_HAND)
    said(board, Unlock(1, 3, 3000), ForeignOrder(1, Order.HOLD, (4,)))

    assert said(board, ReleaseAll(1), now_ms=100) == [ReleasedAll(1)]
    assert said(board, ReadOutputs(1), now_ms=200) == [outputs()]
    assert not board.locks[3].pull(210)


@pytest.mark.parametrize(
    ("order", "reply", "on"),
    [
        (ForeignOrder(1, Order.HOLD, (2,)), OrderReply(1, Order.HOLD, 2), {2}),
        (ForeignOrder(1, Order.HOLD), OrderReply(1, Order.HOLD), set(range(1, 9))),
        (ForeignOrder(1, Order.TOGGLE, (2,)), OrderReply(1, Order.TOGGLE, 2), {2}),
        (ForeignOrder(1, Order.RELEASE, (2,)), OrderReply(1, Order.RELEASE, 2), set()),
        (ForeignOrder(1, Order.INTERRUPT, (2,), 700), OrderReply(1, Order.INTERRUPT, 2, time_ms=700), set()),
    ],
    ids=str,
)
def test_it_obeys_what_no_host_of_ours_orders(order, reply, on):
    board = board_of()

    assert said(board, order) == [reply]
    assert said(board, ReadOutputs(1), now_ms=5000) == [outputs(*on)]


@pytest.mark.parametrize(("fault", "mode"), [(Fault.NONE, 0), (Fault.MISSET, 1)])
def test_it_tells_its_control_modes(fault, mode):
    board = board_of()
    board.fault = fault

    assert said(board, ReadRegisters(1, 0x1000, 8)) == [Registers(1, (mode,) * 8)]


@pytest.mark.parametrize("wanted", [(0x1001, 8), (0x0FFF, 1), (0x8000, 1)], ids=str)
def test_other_registers_are_refused(wanted):
    assert said(board_of(), ReadRegisters(1, *wanted)) == [Refusal(1, 3, 2)]


def test_it_tells_its_address_to_whoever_asks_the_only_board():
    assert said(board_of(), AskAddress()) == [AddressTold(1)]
