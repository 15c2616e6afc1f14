"""What may be said to a relay board that would hold any coil for an hour, and what speaks against using one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.boards import (
    AskAddress,
    ForeignOrder,
    NotInDialect,
    Order,
    Outputs,
    Refusal,
    Registers,
    ReleasedAll,
    Side,
    Unlock,
    dialect,
)
from tests.firmware_protocol.boards.frames_of import frames

BOARD = dialect("waveshare-modbus")
NORMAL = Registers(1, (0,) * 8)
RELEASED, NOTHING_ON = ReleasedAll(1), Outputs(1, (False,) * 8)
WRITE_OUTPUT, ALL_OFF = 0x05, bytes.fromhex("00 FF 00 00")


def objection(*answers):
    assert BOARD.greeting
    return BOARD.greeting.objection(answers)


@given(frame=frames("waveshare-modbus", Side.HOST))
def test_nothing_is_written_to_station_0_and_no_coil_is_switched_but_off_or_for_a_while(frame):
    octets = BOARD.encode(frame)

    assert octets[0] != 0
    if octets[1] == WRITE_OUTPUT:
        assert octets[2:6] == ALL_OFF or (octets[2] == 0x02 and 1 <= int.from_bytes(octets[4:6]) <= 30)


@pytest.mark.parametrize(
    "frame",
    [
        Unlock(0, 1),
        Unlock(1, 9),
        Unlock(248, 1),
        Unlock(1, 1, pulse_ms=0),
        Unlock(1, 1, pulse_ms=150),
        Unlock(1, 1, pulse_ms=3100),
        Unlock(1, 1, pulse_ms=0xFF00 * 100),
        ForeignOrder(1, Order.HOLD, (1,)),
        ForeignOrder(1, Order.RELEASE, (1,)),
        ForeignOrder(1, Order.INTERRUPT, (1,), 700),
        AskAddress(),
        Registers(1, (0x10000,)),
        Registers(1, ()),
        Refusal(1, 5, 256),
    ],
    ids=str,
)
def test_what_must_not_be_said_has_no_bytes(frame):
    with pytest.raises(NotInDialect):
        BOARD.encode(frame)


def test_an_unlock_lasts_half_a_second_if_nobody_says():
    assert BOARD.encode(Unlock(1, 1)) == BOARD.encode(Unlock(1, 1, pulse_ms=500))


@given(octets=st.binary(max_size=6))
def test_a_request_of_the_greeting_is_never_its_own_answer(octets):
    """Else an echo would greet itself; only the write in it is answered by its own bytes."""
    assert BOARD.greeting
    first = BOARD.encode(BOARD.greeting.requests(1)[0])

    assert BOARD.decoder(Side.BOARD).feed(first + octets) == []


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ((NORMAL, RELEASED, NOTHING_ON), ""),
        ((Registers(1, (0, 1, 0, 0, 3, 0, 0, 0)), RELEASED, NOTHING_ON), "第 2、5 路"),
        ((Refusal(1, 3, 2), RELEASED, NOTHING_ON), "1000H"),
        ((NORMAL, Refusal(1, 5, 2), NOTHING_ON), "断开全部输出"),
        ((NORMAL, RELEASED, Refusal(1, 1, 2)), "断开全部输出"),
        ((NORMAL, RELEASED, Outputs(1, (False, False, True, *[False] * 5))), "第 3 路仍在通电"),
    ],
    ids=["fit", "linked", "no control modes", "keeps its outputs", "hides its outputs", "holds an output"],
)
def test_what_speaks_against_a_board_is_said_with_what_to_do(answers, said):
    reason = objection(*answers)

    assert said in reason
    assert bool(reason) is bool(said)
