"""The form of one frame on the wire, written once and used in both directions.

A form is a row of places, each allowing some byte values. Most frames have a fixed number of them; some end in a run of
equal places, and bytes before it tell how many. The family's check bytes follow and are no part of the form.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from firmware_protocol.boards.answers import Bit
from firmware_protocol.boards.frames import Frame, Side

Place = int | range | tuple[int, ...]
"""What may stand at one position: exactly this byte, or one of these."""

ANY = range(256)
BITS_PER_BYTE = 8


@dataclass(frozen=True, slots=True)
class Run:
    """The equal places at the end of a frame of no fixed length, at most `places_max`.

    `counted_at` names the bytes that tell how many there are: where each stands, and how much it counts beside them.
    Several have to agree.
    """

    place: Place
    places_max: int
    counted_at: tuple[tuple[int, int], ...]

    def counts(self, received: bytes) -> set[int]:
        """How many places there are, by each of the bytes that have come and tell it; one figure if they agree."""
        return {received[at] - beside for at, beside in self.counted_at if at < len(received)}


@cache
def _allowed_at(place: Place) -> frozenset[int]:
    """What may stand there; one set for all places alike, since a set of every octet takes 8 kB."""
    return frozenset(values_of(place))


@dataclass(frozen=True, slots=True)
class Form:
    """One frame's bytes without the check: who sends it, its places, and the two directions.

    `read` is called with bytes that fit the places. `write` answers bytes that need not fit (`fits` decides), so two
    forms of one frame may share it; a form without `write` is only ever heard.
    """

    side: Side
    frame: type[Frame]
    places: tuple[Place, ...]
    read: Callable[[bytes], Frame]
    write: Callable[[Any], bytes] | None
    run: Run | None = None
    _allowed: tuple[frozenset[int], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_allowed", tuple(map(_allowed_at, self.places)))

    @property
    def length_max(self) -> int:
        """The most bytes this frame can have."""
        return len(self.places) + (self.run.places_max if self.run else 0)

    def length(self, received: bytes) -> int | None:
        """How many bytes this frame has, by what its beginning tells; `None` while it has not told."""
        if self.run is None:
            return len(self.places)
        counts = self.run.counts(received)
        return len(self.places) + max(counts) if counts else None

    def begins(self, received: bytes) -> bool:
        """Whether these bytes, as far as they go and the frame goes, may be the beginning of this frame."""
        if not all(map(frozenset.__contains__, self._allowed, received)):
            return False
        return self.run is None or self._runs_on(self.run, received)

    def fits(self, body: bytes) -> bool:
        """Whether this is a whole frame without its check."""
        return len(body) == self.length(body) and self.begins(body)

    def _runs_on(self, run: Run, received: bytes) -> bool:
        counts = run.counts(received)
        if not counts:
            return True
        count = max(counts)
        places = received[len(self.places) : len(self.places) + count]
        allowed = values_of(run.place)
        return counts == {count} and 0 <= count <= run.places_max and all(byte in allowed for byte in places)


def values_of(place: Place) -> Sequence[int]:
    """What may stand there."""
    return (place,) if isinstance(place, int) else place


def bits_of(octets: Iterable[int]) -> tuple[bool, ...]:
    """Raw bits, lowest bit of the first byte first."""
    return tuple(bool(octet >> place & 1) for octet in octets for place in range(BITS_PER_BYTE))


def octets_of(bits: Sequence[Bit]) -> bytes:
    """The inverse of `bits_of`; missing high bits of the last byte are 0. Empty if a bit is unknown: it has no byte."""
    if None in bits:
        return b""
    groups = (bits[start : start + BITS_PER_BYTE] for start in range(0, len(bits), BITS_PER_BYTE))
    return bytes(sum(bool(bit) << place for place, bit in enumerate(group)) for group in groups)
