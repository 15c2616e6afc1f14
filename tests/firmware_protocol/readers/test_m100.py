"""The M100's frames: every known one, whole, byte by byte, glued and with noise between; and its reader's half."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.emulators.tag_reader import EmulatedTagReader
from firmware_protocol.readers.m100 import PAYLOAD_MAX, AskTags, Decoder, Frame, NoTag, ReaderRefuses, TagHeard, encode

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "identity_readers.json").read_text(encoding="utf-8"))
MEANINGS: dict[str, Frame] = {
    "BB 00 22 00 00 22 7E": AskTags(),
    "BB 02 22 00 11 C9 34 00 30 75 1F EB 70 5C 59 04 E3 D5 0D 70 3A 76 EF 7E": TagHeard(
        "30751FEB705C5904E3D50D70", rssi_dbm=-55
    ),
    "BB 01 FF 00 01 15 16 7E": NoTag(),
}
"""What is asked and answered here; the module says other things, and they are skipped."""
EPCS = st.integers(1, 31).flatmap(lambda words: st.binary(min_size=2 * words, max_size=2 * words)).map(bytes.hex)
FRAMES: st.SearchStrategy[Frame] = st.one_of(
    st.just(AskTags()),
    st.just(NoTag()),
    st.builds(ReaderRefuses, st.integers(0, 255).filter(lambda code: code != 0x15)),
    st.builds(TagHeard, EPCS.map(str.upper), st.integers(-128, 127)),
)
NOISE = st.binary(max_size=12).map(lambda octets: octets.replace(b"\xbb", b"\xba"))


def read(*chunks: bytes) -> list[Frame]:
    decoder = Decoder()
    return [frame for chunk in chunks for frame in decoder.feed(chunk)] + decoder.idle()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["meaning"][:30])
def test_every_known_frame_is_read_or_passed_over_whole(vector: dict[str, str]) -> None:
    octets, decoder = bytes.fromhex(vector["hex"]), Decoder()
    meaning = MEANINGS.get(vector["hex"])
    assert [*decoder.feed(octets), *decoder.idle()] == ([] if meaning is None else [meaning])
    assert decoder.skipped == (len(octets) if meaning is None else 0)


@pytest.mark.parametrize("hex_", ["BB 00 22 00 00 22 7E", "BB 01 FF 00 01 15 16 7E"])
def test_what_is_written_is_what_is_known(hex_: str) -> None:
    assert encode(MEANINGS[hex_]) == bytes.fromhex(hex_)


@given(frames=st.lists(FRAMES, max_size=4), noise=NOISE)
def test_frames_arrive_whole_byte_by_byte_glued_and_behind_noise(frames: list[Frame], noise: bytes) -> None:
    glued = noise.join([b"", *map(encode, frames)])
    assert read(glued) == frames
    assert read(*(bytes((octet,)) for octet in glued)) == frames


@given(octets=st.binary(max_size=200))
def test_nothing_that_comes_in_is_an_error_and_little_is_held(octets: bytes) -> None:
    decoder = Decoder()
    decoder.feed(octets)
    decoder.idle()
    decoder.feed(bytes.fromhex("BB FF FF FF FF"))
    assert decoder.feed(encode(NoTag()) * PAYLOAD_MAX)


def test_a_wrong_check_is_counted_and_the_next_frame_is_read() -> None:
    decoder = Decoder()
    assert decoder.feed(bytes.fromhex("BB 01 FF 00 01 15 17 7E") + encode(NoTag())) == [NoTag()]
    assert decoder.bad_checks == 1


def test_the_emulated_reader_tells_of_each_tag_or_that_there_is_none() -> None:
    reader = EmulatedTagReader()
    assert read(reader.hear(encode(AskTags()))) == [NoTag()]
    reader.put(["30751FEB705C5904E3D50D70"])
    reader.put(["E200"], is_shy=True)
    heard = [len(read(reader.hear(encode(AskTags())))) for _ in range(4)]
    assert sorted(heard) == [1, 1, 2, 2]
    reader.take(["30751FEB705C5904E3D50D70", "E200"])
    assert read(reader.hear(encode(AskTags()))) == [NoTag()]
