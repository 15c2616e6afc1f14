"""The form of one frame on the wire, written once and used in both directions.

A form is a row of places, each allowing some byte values, followed by one check byte over all of them. The frames of
the bought families fit this: a length is fixed by the frame's head, or one of a few.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from firmware_protocol.boards.frames import Frame, Side

Place = int | range | tuple[int, ...]
"""What may stand at one position: exactly this byte, or one of these."""

ANY = range(256)
BITS_PER_BYTE = 8


@dataclass(frozen=True, slots=True)
class Form:
    """One frame's bytes without the check byte: who sends it, its places, and the two directions.

    `read` is called with bytes that fit the places. `write` answers bytes that need not fit (`fits` decides), so two
    forms of one frame may share it; a form without `write` is only ever heard.
    """

    side: Side
    frame: type[Frame]
    places: tuple[Place, ...]
    read: Callable[[bytes], Frame]
    write: Callable[[Any], bytes] | None

    @property
    def length(self) -> int:
        """Bytes on the wire, check byte included."""
        return len(self.places) + 1

    def begins(self, received: bytes) -> bool:
        """Whether these bytes, as far as they go, may be the beginning of this frame."""
        return all(_allows(place, byte) for place, byte in zip(self.places, received, strict=False))

    def fits(self, body: bytes) -> bool:
        """Whether this is a whole frame without its check byte."""
        return len(body) == len(self.places) and self.begins(body)


def _allows(place: Place, byte: int) -> bool:
    return byte == place if isinstance(place, int) else byte in place


def bits_of(octets: Iterable[int]) -> tuple[bool, ...]:
    """Raw bits, lowest bit of the first byte first."""
    return tuple(bool(octet >> place & 1) for octet in octets for place in range(BITS_PER_BYTE))


def octets_of(bits: tuple[bool, ...]) -> bytes:
    """The inverse of `bits_of`; missing high bits of the last byte are 0."""
    groups = (bits[start : start + BITS_PER_BYTE] for start in range(0, len(bits), BITS_PER_BYTE))
    return bytes(sum(bit << place for place, bit in enumerate(group)) for group in groups)
