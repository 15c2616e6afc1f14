"""Garbage on the wire is weather: frames arrive whole, in pieces, glued together and with noise between."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.boards import DIALECTS, Side, dialect
from tests.firmware_protocol.boards.frames_of import frames, noise

BOTH_SIDES = pytest.mark.parametrize("side", list(Side))
ENOUGH = settings(max_examples=settings().max_examples // 2)
"""For each family and side by itself; together they are many."""
EVERY_FAMILY = pytest.mark.parametrize("family", list(DIALECTS))


def decode(family, side, pieces):
    """The frames in these pieces, the line falling silent after them, and the bytes skipped."""
    decoder = dialect(family).decoder(side)
    found = [frame for piece in pieces for frame in decoder.feed(piece)]
    return found + decoder.idle(), decoder.skipped


def cut(octets, places):
    """The same bytes in pieces."""
    edges = [0, *sorted(place % (len(octets) + 1) for place in places), len(octets)]
    return [octets[start:end] for start, end in pairwise(edges)]


@EVERY_FAMILY
@BOTH_SIDES
@ENOUGH
@given(data=st.data())
def test_a_frame_survives_the_wire(family, side, data):
    frame = data.draw(frames(family, side))

    assert decode(family, side, [dialect(family).encode(frame)]) == ([frame], 0)


@EVERY_FAMILY
@BOTH_SIDES
@ENOUGH
@given(data=st.data())
def test_glued_frames_arrive_byte_by_byte_and_in_any_pieces(family, side, data):
    sent = data.draw(st.lists(frames(family, side), max_size=6))
    octets = b"".join(dialect(family).encode(frame) for frame in sent)
    pieces = cut(octets, data.draw(st.lists(st.integers(0, 60), max_size=6)))

    assert decode(family, side, pieces) == (sent, 0)
    assert decode(family, side, [bytes((octet,)) for octet in octets]) == (sent, 0)


@EVERY_FAMILY
@BOTH_SIDES
@ENOUGH
@given(data=st.data())
def test_every_good_frame_between_noise_arrives_and_the_noise_is_counted(family, side, data):
    story = data.draw(st.lists(st.tuples(noise(family, side), frames(family, side)), min_size=1, max_size=5))
    octets = b"".join(before + dialect(family).encode(frame) for before, frame in story)
    pieces = cut(octets, data.draw(st.lists(st.integers(0, 80), max_size=4)))

    assert decode(family, side, pieces) == ([frame for _, frame in story], sum(len(before) for before, _ in story))


@EVERY_FAMILY
@BOTH_SIDES
@ENOUGH
@given(data=st.data(), garbage=st.binary(max_size=40))
def test_after_any_garbage_and_silence_the_next_frame_arrives(family, side, data, garbage):
    frame = data.draw(frames(family, side))
    decoder = dialect(family).decoder(side)
    decoder.feed(garbage)
    decoder.idle()

    assert [*decoder.feed(dialect(family).encode(frame)), *decoder.idle()] == [frame]


@EVERY_FAMILY
@BOTH_SIDES
@ENOUGH
@given(pieces=st.lists(st.binary(max_size=30), max_size=10))
def test_any_bytes_are_read_without_complaint_and_none_is_lost_count_of(family, side, pieces):
    decoder = dialect(family).decoder(side)
    taken = 0
    for piece in (*pieces, None):
        frames = decoder.idle() if piece is None else decoder.feed(piece)
        assert len(frames) == len(decoder.octets)
        taken += sum(len(octets) for octets in decoder.octets)

    assert taken + decoder.skipped == sum(len(piece) for piece in pieces)


@EVERY_FAMILY
@BOTH_SIDES
def test_a_line_that_never_stops_talking_fills_no_memory(family, side):
    decoder = dialect(family).decoder(side)
    for octet in bytes(range(256)) * 8:
        decoder.feed(bytes((octet,)))

    assert decoder.skipped >= 256 * 8 - dialect(family).octets_max(side)


@pytest.mark.parametrize(
    ("family", "side", "octets", "kinds", "skipped"),
    [
        ("bcc-8a", Side.HOST, "8A 01 01 11", [], 4),
        ("bcc-8a", Side.HOST, "8A 01 01 8A 01 02 11 98", ["unlock"], 3),
        ("bcc-8a", Side.HOST, "8A 8A 8A 01 02 11 98 8A", ["unlock"], 3),
        ("bcc-8a", Side.BOARD, "80 01 00 80 01 01 01 01 33 B3", ["status"], 3),
        ("kerong-cu16", Side.HOST, "02 02 00 31 03 36", ["unlock"], 1),
        ("kerong-cu16", Side.HOST, "02 00 31 02 00 30 03 35", ["status"], 3),
        ("kerong-cu16", Side.BOARD, "02 00 35 05 80 02 00 35 05 80 01 00 03 C0", ["status"], 5),
    ],
    ids=str,
)
def test_a_frame_cut_short_costs_its_own_bytes_only(family, side, octets, kinds, skipped):
    found, lost = decode(family, side, [bytes.fromhex(octets)])

    assert ([frame.kind for frame in found], lost) == (kinds, skipped)
