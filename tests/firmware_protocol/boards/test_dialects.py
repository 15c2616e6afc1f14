"""The traps of the families: what looks alike, and what nobody may send."""

import pytest

from firmware_protocol.boards import (
    ChannelStatus,
    ForeignOrder,
    NotInDialect,
    Order,
    OrderReply,
    ReadChannel,
    ReadEveryBoard,
    ReadStatus,
    Said,
    SetPulse,
    Side,
    Status,
    Unlock,
    UnlockAll,
    UnlockEveryBoard,
    UnlockReply,
    dialect,
)
from firmware_protocol.boards.checks import XOR

ALL_OPEN = (False,) * 24
CU48 = (False,) * 48


def heard(family, side, octets):
    """What is decoded before the line falls silent."""
    return dialect(family).decoder(side).feed(bytes.fromhex(octets))


def test_an_unlock_and_the_answer_door_closed_are_told_apart_by_their_side_only():
    assert heard("bcc-8a", Side.HOST, "8A 01 01 11 9B")[0].kind == "unlock"
    assert heard("bcc-8a", Side.BOARD, "8A 01 01 11 9B")[0].kind == "unlock_reply"


def test_the_read_all_request_is_not_taken_for_an_all_open_answer():
    assert heard("bcc-8a", Side.HOST, "80 01 00 33 B2") == [ReadStatus(1)]
    assert heard("bcc-8a", Side.BOARD, "80 01 00 33 B2") == []
    assert heard("bcc-8a", Side.BOARD, "80 01 00 00 00 33 B2") == [Status(1, ALL_OPEN)]


def test_a_short_answer_that_may_grow_waits_for_silence():
    decoder = dialect("bcc-8a").decoder(Side.BOARD)

    assert decoder.feed(bytes.fromhex("80 01 01 00 80")) == []
    assert decoder.is_holding
    assert decoder.idle() == [ChannelStatus(1, 1, bit=False)]
    assert not decoder.is_holding


def test_the_same_short_answer_grows_into_a_long_one_when_more_comes():
    decoder = dialect("bcc-8a").decoder(Side.BOARD)
    decoder.feed(bytes.fromhex("80 01 01 00 80"))

    (frame,) = decoder.feed(bytes.fromhex("33 33"))

    assert frame == Status(1, tuple(channel in {8, 17} for channel in range(1, 25)))


@pytest.mark.parametrize("head", ["81", "82"])
def test_a_spontaneous_report_is_heard_under_both_heads(head):
    check = 0x01 ^ 0x07 ^ 0x11 ^ int(head, 16)

    assert heard("bcc-8a", Side.BOARD, f"{head} 01 07 11 {check:02X}")[0].kind == "door_report"


@pytest.mark.parametrize(
    "octets",
    [
        "0E 00 84 00 03 00 01 FF 7E",
        "0D 00 84 00 04 00 01 FF 7A",
        "0D 00 84 00 02 00 01 FF 7C",
        "0D 00 84 00 03 00 02 FF 7E",
    ],
    ids=["LEN too long", "n too large", "n too small", "a lock that is neither"],
)
def test_a_count_of_locks_that_contradicts_the_length_is_no_answer(octets):
    frame = bytes.fromhex("57 4B 4C 59 " + octets)
    assert XOR.over(frame[:-1]) == frame[-1:]

    decoder = dialect("wkly").decoder(Side.BOARD)
    assert decoder.feed(frame) + decoder.idle() == []


def test_a_failed_read_of_the_wkly_board_says_nothing_of_any_lock():
    frame = bytes.fromhex("57 4B 4C 59 0D 00 84 FF 03 00 01 FF 82")

    assert dialect("wkly").decoder(Side.BOARD).feed(frame) == [Status(0, (None, None, None))]


def test_a_short_answer_of_a_cu48b_is_told_from_the_beginning_of_a_long_one_by_silence():
    short, long = bytes.fromhex("02 00 04 75 03 7E"), dialect("kerong-cu48b").encode(Status(0, CU48, CU48))
    decoder = dialect("kerong-cu48b").decoder(Side.BOARD)

    assert decoder.feed(short) == []
    assert decoder.idle() == [UnlockReply(0, 5, bit=None)]
    assert decoder.feed(short + long) == [UnlockReply(0, 5, bit=None), Status(0, CU48, CU48)]


def test_a_long_answer_of_a_cu48b_that_begins_like_a_short_one_is_read_whole():
    hooks = (True, True, *CU48[2:8], *[bool(0x7A >> place & 1) for place in range(8)], *CU48[16:])
    octets = dialect("kerong-cu48b").encode(Status(0, hooks, CU48))
    assert octets.hex(" ").startswith("02 00 00 75 03 7a")

    assert dialect("kerong-cu48b").decoder(Side.BOARD).feed(octets) == [Status(0, hooks, CU48)]


def test_board_15_can_be_unlocked_although_its_nibble_means_everybody_elsewhere():
    assert dialect("kerong-cu16").encode(Unlock(15, 1)) == bytes.fromhex("02 F0 31 03 26")


@pytest.mark.parametrize(
    ("family", "frame"),
    [
        ("bcc-8a", Unlock(0, 1)),
        ("bcc-8a", Unlock(32, 1)),
        ("bcc-8a", Unlock(1, 0)),
        ("bcc-8a", Unlock(1, 25)),
        ("bcc-8a", ReadStatus(256)),
        ("bcc-8a", ReadChannel(1, 0)),
        ("bcc-8a", Status(1, (True,) * 8)),
        ("bcc-8a", UnlockAll(1)),
        ("kerong-cu16", Unlock(16, 1)),
        ("kerong-cu16", Unlock(-1, 1)),
        ("kerong-cu16", Unlock(0, 17)),
        ("kerong-cu16", Unlock(0, 0)),
        ("kerong-cu16", ReadChannel(0, 1)),
        ("kerong-cu16", UnlockAll(0)),
        ("kerong-cu16", SetPulse(0, pulse_ms=500)),
        ("kerong-cu16", Unlock(0, 1, pulse_ms=500)),
        ("kerong-cu16", Status(0, (None,) * 16, (False,) * 16)),
        ("kerong-cu48", Unlock(10, 1)),
        ("kerong-cu48", Unlock(0, 49)),
        ("kerong-cu48", UnlockAll(0)),
        ("kerong-cu48", UnlockEveryBoard()),
        ("kerong-cu48", ReadEveryBoard()),
        ("kerong-cu48b", UnlockAll(0)),
        ("kerong-cu48b", ReadChannel(0, 1)),
        ("winnsen", Unlock(0, 1)),
        ("winnsen", Unlock(0x90, 1)),
        ("winnsen", Unlock(1, 17)),
        ("winnsen", UnlockReply(1, 1, bit=None)),
        ("winnsen", Status(1, (None,) * 16)),
        ("winnsen", Status(1, (True,) * 8)),
        ("wkly", Unlock(32, 1)),
        ("wkly", Unlock(0, 25)),
        ("wkly", UnlockAll(0)),
        ("wkly", ForeignOrder(0, Order.HOLD, (1,))),
        ("wkly", ForeignOrder(0, Order.UNLOCK_TOGETHER, (1, 2))),
        ("wkly", UnlockReply(0, 1, bit=True)),
        ("wkly", UnlockReply(0, 1, bit=True, said=Said.RESTING)),
        ("wkly", OrderReply(0, Order.TOGGLE, 1, Said.DONE)),
        ("wkly", OrderReply(0, Order.HOLD, None, Said.DONE)),
        ("wkly", Status(0, ())),
        ("wkly", Status(0, (True,) * 25)),
    ],
    ids=str,
)
def test_what_a_family_does_not_have_or_nobody_may_send_has_no_bytes(family, frame):
    with pytest.raises(NotInDialect):
        dialect(family).encode(frame)


def test_an_unknown_family_is_refused():
    with pytest.raises(KeyError):
        dialect("cu-16")
