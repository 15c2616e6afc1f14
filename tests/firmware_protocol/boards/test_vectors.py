"""Every byte sequence that vendors and other people's drivers tell of our families is read, and written back."""

import json
from pathlib import Path
from typing import Any

import pytest

from firmware_protocol.boards import (
    DIALECTS,
    HeardOnly,
    NotInDialect,
    ReadEveryBoard,
    ReadStatus,
    SetPulse,
    Side,
    Unlock,
    UnlockAll,
    UnlockReply,
    dialect,
)
from tests.firmware_protocol.boards.frames_of import heads

FILES = [Path(__file__).parents[2] / "vectors" / name for name in ("lock_boards.json", "gongguan_lcp.json")]
VECTORS = [vector for file in FILES for vector in json.loads(file.read_text(encoding="utf-8"))]
RIGHT = [vector for vector in VECTORS if vector["confidence"] in "VACD"]
WRONG = [vector for vector in VECTORS if vector["confidence"] == "X"]


def name_of(vector: dict[str, Any]) -> str:
    return f"{vector['board']}: {vector['hex']}: {vector['meaning'][:40]}"


def side_of(vector) -> Side:
    return Side(vector["direction"].split("->")[0])


def read(vector, pieces):
    """The frames in these pieces, and how many of their bytes were skipped."""
    decoder = dialect(vector["board"]).decoder(side_of(vector))
    found = [frame for piece in pieces for frame in decoder.feed(piece)]
    return found + decoder.idle(), decoder.skipped


def decode(vector):
    """The frames in one vector, and how many of its bytes were skipped."""
    return read(vector, [bytes.fromhex(vector["hex"])])


def dull(vector):
    """A byte with which no frame of that side begins."""
    return bytes((min(set(range(256)) - heads(dialect(vector["board"]), side_of(vector))),))


def test_every_vector_is_of_a_family_there_is_and_of_a_known_confidence():
    assert {vector["board"] for vector in VECTORS} == DIALECTS.keys()
    assert len(RIGHT) + len(WRONG) == len(VECTORS)


def test_there_are_vectors_of_every_family_in_both_directions():
    assert {(vector["board"], vector["direction"]) for vector in RIGHT} == {
        (board, direction) for board in DIALECTS for direction in ("host->board", "board->host")
    }


@pytest.mark.parametrize("vector", RIGHT, ids=name_of)
def test_a_known_frame_is_read_whole_and_written_back_alike(vector):
    (frame,), skipped = decode(vector)

    assert skipped == 0
    if isinstance(frame, HeardOnly):
        with pytest.raises(NotInDialect):
            dialect(vector["board"]).encode(frame)
    else:
        assert dialect(vector["board"]).encode(frame) == bytes.fromhex(vector["hex"])


@pytest.mark.parametrize("vector", RIGHT, ids=name_of)
def test_a_known_frame_is_read_byte_by_byte_glued_to_others_and_with_noise_between(vector):
    octets, noise = bytes.fromhex(vector["hex"]), dull(vector) * 5
    (frame,), _ = decode(vector)

    assert read(vector, [bytes((octet,)) for octet in octets]) == ([frame], 0)
    assert read(vector, [octets * 3]) == ([frame] * 3, 0)
    assert read(vector, [noise + octets + noise, octets + noise]) == ([frame] * 2, 15)
    assert read(vector, [bytes((octet,)) for octet in (noise + octets) * 2]) == ([frame] * 2, 10)


@pytest.mark.parametrize("vector", RIGHT, ids=name_of)
def test_a_known_frame_with_one_wrong_byte_is_never_read_as_itself(vector):
    octets = bytes.fromhex(vector["hex"])
    (frame,), _ = decode(vector)
    for at in range(len(octets)):
        spoilt = bytearray(octets)
        spoilt[at] ^= 0x10
        assert frame not in read(vector, [bytes(spoilt)])[0]


@pytest.mark.parametrize("vector", WRONG, ids=name_of)
def test_a_frame_known_to_be_wrong_is_refused(vector):
    assert decode(vector) == ([], len(bytes.fromhex(vector["hex"])))


@pytest.mark.parametrize(
    ("family", "side", "octets", "frame"),
    [
        ("bcc-8a", Side.HOST, "8A 02 0A 11 93", Unlock(2, 10)),
        ("bcc-8a", Side.HOST, "8A 02 00 11 99", UnlockAll(2)),
        ("bcc-8a", Side.HOST, "8A 01 01 11 9B", Unlock(1, 1)),
        ("bcc-8a", Side.BOARD, "8A 01 01 11 9B", UnlockReply(1, 1, bit=True)),
        ("kerong-cu16", Side.HOST, "02 0F 31 03 45", Unlock(0, 16)),
        ("kerong-cu16", Side.HOST, "02 10 31 03 46", Unlock(1, 1)),
        ("kerong-cu16", Side.HOST, "02 10 30 03 45", ReadStatus(1)),
        ("kerong-cu16", Side.HOST, "02 00 33 03 38", UnlockAll(0)),
        ("kerong-cu16", Side.HOST, "02 F0 32 03 27", ReadEveryBoard()),
        ("kerong-cu16", Side.HOST, "02 00 37 00 32 03 6E", SetPulse(0, pulse_ms=500)),
    ],
    ids=str,
)
def test_a_frame_means_what_the_vendor_says(family, side, octets, frame):
    assert dialect(family).decoder(side).feed(bytes.fromhex(octets)) == [frame]
