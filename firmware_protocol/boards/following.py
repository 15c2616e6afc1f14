"""Reading a line so that nothing is left out: every byte comes out again, in a frame or beside one. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from firmware_protocol.boards.decoder import Decoder
from firmware_protocol.boards.frames import Frame


@dataclass(frozen=True, slots=True)
class Piece:
    """One frame with its bytes; or bytes that are no frame, `is_damaged` if one stood there but for its check."""

    octets: bytes
    frame: Frame | None = None
    is_damaged: bool = False


class Follower:
    """A decoder that also tells what it skips. `feed` and `idle` are the decoder's."""

    def __init__(self, decoder: Decoder) -> None:
        self._decoder = decoder
        self._held = bytearray()

    @property
    def is_holding(self) -> bool:
        """Whether bytes wait for their continuation, so that `idle` may still bring something."""
        return self._decoder.is_holding

    def feed(self, received: bytes) -> list[Piece]:
        """Take bytes as they came, in any pieces; answer what they complete."""
        self._held += received
        before = self._decoder.skipped, self._decoder.bad_checks
        return self._pieces(self._decoder.feed(received), *before)

    def idle(self) -> list[Piece]:
        """The line fell silent: nothing that was begun goes on."""
        before = self._decoder.skipped, self._decoder.bad_checks
        return self._pieces(self._decoder.idle(), *before)

    def _pieces(self, frames: Sequence[Frame], skipped: int, bad_checks: int) -> list[Piece]:
        """What the decoder has let go of, in its order. A frame is read where its bytes stand first."""
        octets = self._decoder.octets
        ended = self._decoder.skipped - skipped + sum(map(len, octets))
        let_go = bytes(self._held[:ended])
        del self._held[:ended]
        is_damaged = self._decoder.bad_checks > bad_checks
        return list(_cut(let_go, list(zip(frames, octets, strict=True)), is_damaged=is_damaged))


def _cut(octets: bytes, read: Sequence[tuple[Frame, bytes]], *, is_damaged: bool) -> Iterator[Piece]:
    at = 0
    for frame, stood in read:
        begins = octets.index(stood, at)
        if begins > at:
            yield Piece(octets[at:begins], is_damaged=is_damaged)
        yield Piece(stood, frame)
        at = begins + len(stood)
    if at < len(octets):
        yield Piece(octets[at:], is_damaged=is_damaged)
