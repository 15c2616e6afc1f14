"""A file is judged by its bytes: its type, whether it is whole, how large a picture it would unfold into."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.custody.attachments import MediaType
from server.documents.inspection import inspect, inspect_file
from server.store.uploads import Uploads
from tests.server.pictures import chunk, jpeg, pdf, png, webp

WHOLE = {
    "a PNG": (png(), MediaType.PNG, 1),
    "a photo with a preview": (jpeg(), MediaType.JPEG, 640 * 480),
    "a photo with what a phone appends": (jpeg(behind=b"MotionPhoto" * 9), MediaType.JPEG, 640 * 480),
    "a WebP": (webp(), MediaType.WEBP, 256),
    "a PDF": (pdf(), MediaType.PDF, 0),
    "a PDF after a byte order mark": (b"\xef\xbb\xbf" + pdf(), MediaType.PDF, 0),
}
OTHERS = {
    "a page": b"<!doctype html><script>alert(1)</script>",
    "a picture that is a page": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "a program": b"MZ\x90\0",
    "a Word file": b"PK\x03\x04[Content_Types].xml",
    "an iPhone's photo": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "a GIF": b"GIF89a\1\0\1\0",
    "a PDF's name inside a page": b"<html>%PDF-1.7",
}


@pytest.mark.parametrize(("content", "media_type", "pixels"), WHOLE.values(), ids=WHOLE)
def test_a_whole_file_is_known(content: bytes, media_type: MediaType, pixels: int) -> None:
    seen = inspect(content, "00")
    assert (seen.media_type, seen.is_whole, seen.pixels) == (media_type, True, pixels)
    assert seen.size_bytes == len(content)


@pytest.mark.parametrize("content", OTHERS.values(), ids=OTHERS)
def test_any_other_file_is_none_of_ours(content: bytes) -> None:
    assert inspect(content, "00").media_type is None


@pytest.mark.parametrize("content", [row[0] for row in WHOLE.values() if b"MotionPhoto" not in row[0]])
def test_a_file_that_was_cut_anywhere_is_not_whole(content: bytes) -> None:
    for end in range(16, len(content.rstrip()) - 1):
        seen = inspect(content[:end], "00")
        assert seen.media_type is None or not seen.is_whole, end


def test_a_picture_that_would_unfold_into_gigabytes_is_only_measured() -> None:
    small = png(60_000, 60_000)
    assert len(small) < 200_000
    assert inspect(small, "00").pixels == 3_600_000_000


@settings(max_examples=300)
@given(
    start=st.sampled_from([png()[:8], png()[:20], b"\xff\xd8\xff", jpeg()[:40], webp()[:12], b"%PDF-"]),
    rest=st.binary(max_size=200),
)
def test_no_file_can_break_the_inspection(start: bytes, rest: bytes) -> None:
    seen = inspect(start + rest, "00")
    assert seen.pixels >= 0


@pytest.mark.parametrize("length", [0, 1, 7, 2**31, 2**32 - 1])
def test_a_chunk_that_lies_about_its_length_is_no_loop(length: int) -> None:
    lying = length.to_bytes(4, "big") + b"tEXt"
    head = png()[:33]
    assert not inspect(head + lying * 50, "00").is_whole
    assert inspect(head + chunk(b"IEND", b""), "00").is_whole


def test_a_file_on_the_disk_is_read_like_its_bytes(tmp_path: Path) -> None:
    with Uploads(tmp_path).arriving() as arrival:
        arrival.write(jpeg())
        arrival.stream.flush()
        seen = inspect_file(arrival.stream, arrival.sha256, arrival.size_bytes)
    assert seen == inspect(jpeg(), arrival.sha256)
