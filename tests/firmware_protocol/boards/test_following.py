"""Whoever follows a line hears everything: each byte comes out once, in a frame or beside one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.boards import DIALECTS, Side, dialect
from firmware_protocol.boards.following import Follower
from firmware_protocol.boards.overhearing import Overhearing
from tests.firmware_protocol.boards.frames_of import frames

READ_ALL, ALL_CLOSED = bytes.fromhex("80 01 00 33 B2"), bytes.fromhex("80 01 FF FF FF 33 4D")
OPEN_7, SAID_CLOSED, SAID_OPEN = (bytes.fromhex(f"8A 01 07 {word}") for word in ("11 9D", "11 9D", "00 8C"))
BROKEN = bytes.fromhex("80 01 FF FF FF 33 4E")


@pytest.mark.parametrize("family", DIALECTS)
@pytest.mark.parametrize("side", Side)
@settings(max_examples=40)
@given(drawn=st.data())
def test_every_byte_comes_out_again_in_its_order(family, side, drawn):
    good = frames(family, side).map(dialect(family).encode)
    chunks = drawn.draw(st.lists(st.one_of(st.binary(max_size=12), good), max_size=8))
    follower = Follower(dialect(family).decoder(side))
    pieces = [piece for chunk in chunks for piece in follower.feed(chunk)] + follower.idle()
    assert b"".join(piece.octets for piece in pieces) == b"".join(chunks)


def test_a_frame_whose_check_is_wrong_is_told_from_bytes_that_are_no_frame():
    decoder = dialect("bcc-8a").decoder(Side.BOARD)
    follower = Follower(decoder)
    assert [piece.is_damaged for piece in follower.feed(BROKEN) + follower.idle()] == [True]
    assert [piece.is_damaged for piece in follower.feed(b"\x01\x02") + follower.idle()] == [False]
    assert decoder.bad_checks == 1


@pytest.mark.parametrize(
    ("said", "sides"),
    [
        pytest.param([READ_ALL, ALL_CLOSED], ["host", "board"], id="a read and its answer"),
        pytest.param([OPEN_7, SAID_CLOSED], ["host", "board"], id="an unlock, and the same bytes in answer"),
        pytest.param([OPEN_7, SAID_OPEN], ["host", "board"], id="an unlock and another answer"),
        pytest.param([OPEN_7, READ_ALL, OPEN_7], ["host", "host", "host"], id="an unlock that is not answered"),
        pytest.param([ALL_CLOSED, READ_ALL], ["board", "host"], id="from the middle"),
        pytest.param([READ_ALL, BROKEN, READ_ALL], ["host", None, "host"], id="a broken answer"),
    ],
)
@pytest.mark.parametrize("gap_ms", [0, 40], ids=["glued", "apart"])
def test_who_spoke_follows_from_what_was_said_before(said, sides, gap_ms):
    overhearing, heard = Overhearing(dialect("bcc-8a")), []
    for number, octets in enumerate(said):
        heard += overhearing.feed(octets, 1000 + number * gap_ms)
        heard += overhearing.idle() if gap_ms else []
    heard += overhearing.idle()
    assert [each.side for each in heard] == sides
    assert [each.at_ms for each in heard] == [1000 + number * gap_ms for number in range(len(said))]


def test_the_same_bytes_long_after_the_request_are_another_request():
    overhearing = Overhearing(dialect("bcc-8a"))
    heard = [*overhearing.feed(OPEN_7, 0), *overhearing.feed(OPEN_7, 5000), *overhearing.idle()]
    assert [each.side for each in heard] == [Side.HOST, Side.HOST]
