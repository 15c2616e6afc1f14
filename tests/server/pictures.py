"""Small true files of each kind, made by hand from their formats, for tests of what people hand in."""

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG's chunk."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int = 1, height: int = 1) -> bytes:
    """A black picture."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" * (width + 1) * min(height, 64))
    return _SIGNATURE + head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpeg(width: int = 640, height: int = 480, behind: bytes = b"") -> bytes:
    """A photo's skeleton with a preview inside, as cameras write it; `behind` follows the end of the image."""
    preview = b"\xff\xd8 a small one \xff\xd9"
    exif = b"\xff\xe1" + struct.pack(">H", len(preview) + 2) + preview
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, height, width, 1) + b"\x01\x11\x00"
    scan = b"\xff\xda" + struct.pack(">H", 8) + b"\x01\x01\x00\x00\x3f\x00"
    return b"\xff\xd8" + exif + frame + scan + b"light and shade\xff\x00" + b"\xff\xd9" + behind


def webp(width: int = 16, height: int = 16) -> bytes:
    """An extended WebP's head, with as much behind it as it says."""
    content = b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", len(content)) + content
    return b"RIFF" + struct.pack("<I", len(body)) + body


def pdf(text: str = "contract") -> bytes:
    """One empty page, with a comment that tells one from another."""
    return f"%PDF-1.7\n% {text}\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n".encode()
