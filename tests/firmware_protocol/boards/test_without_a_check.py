"""Winnsen's frames carry nothing against noise. What noise can do to them, and what it cannot."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.boards import (
    Answer,
    ChannelStatus,
    ReadStatus,
    Request,
    Said,
    Side,
    Status,
    Unlock,
    UnlockReply,
    dialect,
)
from tests.firmware_protocol.boards.frames_of import frames

WINNSEN = dialect("winnsen")
BOTH_SIDES = pytest.mark.parametrize("side", list(Side))
STATIONS_THAT_LOOK_LIKE_SOMETHING_ELSE = (1, 2, 3, 5, 6, 7, 0x12, 0x82, 0x85)
BITS_LIKE_A_HEAD = tuple(bool(0x0790 >> place & 1) for place in range(16))
SAMPLES: dict[Side, list[Request | Answer]] = {
    Side.HOST: [Unlock(3, 3), Unlock(7, 6), ReadStatus(3), ReadStatus(7)],
    Side.BOARD: [
        *(Status(station, BITS_LIKE_A_HEAD) for station in STATIONS_THAT_LOOK_LIKE_SOMETHING_ELSE),
        *(Status(station, (False,) * 16) for station in STATIONS_THAT_LOOK_LIKE_SOMETHING_ELSE),
        UnlockReply(3, 3, bit=None, said=Said.DONE),
        ChannelStatus(3, 3, bit=None),
    ],
}


@BOTH_SIDES
@given(data=st.data(), noise=st.binary(max_size=24))
def test_no_noise_before_a_frame_costs_the_frame(side, data, noise):
    frame = data.draw(frames("winnsen", side))

    assert WINNSEN.decoder(side).feed(noise + WINNSEN.encode(frame))[-1] == frame


@BOTH_SIDES
def test_no_frame_cut_short_costs_the_next_one(side):
    for broken, whole in product(SAMPLES[side], repeat=2):
        octets = WINNSEN.encode(broken)
        for length in range(1, len(octets)):
            decoder = WINNSEN.decoder(side)
            assert decoder.feed(octets[:length] + WINNSEN.encode(whole)) == [whole]
            assert decoder.skipped == length


@given(noise=st.binary(max_size=60))
def test_noise_is_taken_for_an_answer_only_where_every_fixed_byte_stands_in_its_place(noise):
    decoder = WINNSEN.decoder(Side.BOARD)
    decoder.feed(noise)

    for octets in decoder.octets:
        assert (octets[:2], octets[-1], len(octets)) == (b"\x90\x07", 0x03, 7)
        assert octets[2] in {0x82, 0x85, 0x92, 0xA2, 0xA5}


def test_one_flipped_bit_is_another_door_and_the_codec_cannot_know():
    octets = bytearray(WINNSEN.encode(Status(1, (False,) * 16)))
    octets[4] ^= 0x04

    (status,) = WINNSEN.decoder(Side.BOARD).feed(bytes(octets))
    assert isinstance(status, Status)
    assert status.bits[2]


@pytest.mark.parametrize(("head", "of_others"), [(0x82, 0xA2), (0x85, 0xA5)])
def test_the_answers_of_other_boards_mean_the_same(head, of_others):
    octets = bytes((0x90, 0x07, head, 1, 2, 1, 0x03))

    meant = WINNSEN.decoder(Side.BOARD).feed(octets)
    assert WINNSEN.decoder(Side.BOARD).feed(octets.replace(bytes((head,)), bytes((of_others,)))) == meant != []
