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

FILES = [Path(__file__).parents[2] / "vectors" / name for name in ("lock_boards.json", "gongguan_lcp.json")]
VECTORS = [
    vector for file in FILES for vector in json.loads(file.read_text(encoding="utf-8")) if vector["board"] in DIALECTS
]
RIGHT = [vector for vector in VECTORS if vector["confidence"] in "VACD"]
WRONG = [vector for vector in VECTORS if vector["confidence"] == "X"]


def name_of(vector: dict[str, Any]) -> str:
    return f"{vector['board']}: {vector['hex']}: {vector['meaning'][:40]}"


def decode(vector):
    """The frames in one vector, and how many of its bytes were skipped."""
    decoder = dialect(vector["board"]).decoder(Side(vector["direction"].split("->")[0]))
    return [*decoder.feed(bytes.fromhex(vector["hex"])), *decoder.idle()], decoder.skipped


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
