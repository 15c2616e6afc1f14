"""What a file is, by its own bytes: never by its name, and without decoding a single pixel.

A few bytes decide the type; then the file's own skeleton (chunks, segments, the trailer) is walked from end to end to
see that nothing is missing. Nothing is unpacked, so a small file that would unfold into gigabytes costs nothing here.
Formats: PNG (W3C), JPEG (ITU-T T.81), WebP (RFC 9649), PDF (ISO 32000-1, 7.5).
"""

import mmap
import struct
from collections.abc import Callable, Iterator
from typing import BinaryIO

from server.custody.attachments import Inspected, MediaType

Content = bytes | mmap.mmap
Skeleton = tuple[bool, int]
"""Whether the file reaches its end, and how many pixels it says it has."""

_PDF_HEAD_BYTES = 1024
_PDF_TAIL_BYTES = 2048
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})
_SIZE_SEGMENTS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SCAN, _END = 0xDA, 0xD9
_SEGMENTS_MAX = 10_000


def inspect_file(stream: BinaryIO, sha256: str, size_bytes: int) -> Inspected:
    """The open file as its bytes say; reads only its skeleton."""
    if size_bytes == 0:
        return Inspected(sha256=sha256, size_bytes=0, media_type=None)
    with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return inspect(content, sha256)


def inspect(content: Content, sha256: str) -> Inspected:
    """The same of bytes at hand."""
    media_type = media_type_of(content)
    is_whole, pixels = (True, 0) if media_type is None else _SKELETONS[media_type](content)
    return Inspected(sha256=sha256, size_bytes=len(content), media_type=media_type, is_whole=is_whole, pixels=pixels)


def media_type_of(content: Content) -> MediaType | None:
    """Which of ours this is, or None."""
    head = bytes(content[:_PDF_HEAD_BYTES])
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return MediaType.PNG
    if head.startswith(b"\xff\xd8\xff"):
        return MediaType.JPEG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return MediaType.WEBP
    return MediaType.PDF if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-") else None


def _png(content: Content) -> Skeleton:
    """Chunks of length, type, content and checksum, from IHDR to IEND."""
    if content[12:16] != b"IHDR" or len(content) < 24:
        return False, 0
    width, height = struct.unpack(">II", content[16:24])
    at = 8
    while at + 12 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        if content[at + 4 : at + 8] == b"IEND":
            return True, width * height
        at += 12 + length
    return False, width * height


def _jpeg(content: Content) -> Skeleton:
    """Segments up to the scan, and an end-of-image mark after it (what phones append behind that is theirs)."""
    pixels = 0
    for marker, start, length in _segments(content):
        if marker in _SIZE_SEGMENTS and length >= 7:
            height, width = struct.unpack(">HH", content[start + 3 : start + 7])
            pixels = width * height
        if marker == _SCAN:
            return content.find(b"\xff\xd9", start + length) >= 0, pixels
    return False, pixels


def _segments(content: Content) -> Iterator[tuple[int, int, int]]:
    """Each segment's marker, where its length field begins, and that length; the scan is the last one."""
    at = 2
    for _ in range(_SEGMENTS_MAX):
        while at < len(content) and content[at] == 0xFF and content[at + 1 : at + 2] == b"\xff":
            at += 1
        if at + 4 > len(content) or content[at] != 0xFF:
            return
        marker = content[at + 1]
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        (length,) = struct.unpack(">H", content[at + 2 : at + 4])
        if marker == _END or at + 2 + length > len(content):
            return
        yield marker, at + 2, length
        if marker == _SCAN:
            return
        at += 2 + length


def _webp(content: Content) -> Skeleton:
    """A RIFF of the length it names; the size stands in the first chunk, in one of three ways."""
    (length,) = struct.unpack("<I", content[4:8])
    is_whole = length + 8 <= len(content) and length >= 22
    return is_whole, _webp_pixels(bytes(content[12:30])) if is_whole else 0


def _webp_pixels(chunk: bytes) -> int:
    kind = chunk[:4]
    if kind == b"VP8X":
        return (int.from_bytes(chunk[12:15], "little") + 1) * (int.from_bytes(chunk[15:18], "little") + 1)
    if kind == b"VP8L":
        bits = int.from_bytes(chunk[9:13], "little")
        return ((bits & 0x3FFF) + 1) * ((bits >> 14 & 0x3FFF) + 1)
    width, height = int.from_bytes(chunk[14:16], "little"), int.from_bytes(chunk[16:18], "little")
    return (width & 0x3FFF) * (height & 0x3FFF)


def _pdf(content: Content) -> Skeleton:
    """An end mark near the end; a PDF that stops halfway has none."""
    return content.rfind(b"%%EOF", max(0, len(content) - _PDF_TAIL_BYTES)) >= 0, 0


_SKELETONS: dict[MediaType, Callable[[Content], Skeleton]] = {
    MediaType.PNG: _png,
    MediaType.JPEG: _jpeg,
    MediaType.WEBP: _webp,
    MediaType.PDF: _pdf,
}
