"""How a family's frames stand in the stream of bytes: one behind another, or each between zeros.

Between zeros (COBS) no byte of a frame is zero: each one becomes the distance to the next, so a reader that has lost
its place finds it at the next zero. `03 00 07` is sent as `00 02 03 02 07 00`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from firmware_protocol.boards.checks import Check
from firmware_protocol.boards.decoder import Decoder, FormsByHead
from firmware_protocol.boards.frames import Frame

ZERO = 0
STUFFED_MAX = 254
"""A longer frame would need the distance FF, which stands for no zero; no family here has one."""


@dataclass(frozen=True, slots=True)
class Framing:
    """What is put around a frame and its check, and who takes it off again."""

    wrap: Callable[[bytes], bytes]
    unwrap: Callable[[bytes], bytes]
    """The inverse of `wrap`; of other bytes, nothing."""
    octets_around: int
    """How many bytes longer a frame becomes at most."""
    decoder: Callable[[FormsByHead, Check], Decoder]


def stuffed(octets: bytes) -> bytes:
    """The same in which no byte is zero; one byte longer."""
    runs = octets.split(b"\0")
    return b"".join(bytes((len(run) + 1,)) + run for run in runs)


def unstuffed(octets: bytes) -> bytes:
    """The inverse of `stuffed`; of bytes that it never makes, nothing."""
    runs, at = [], 0
    while at < len(octets):
        end = at + octets[at]
        runs.append(octets[at + 1 : end])
        at = end
    is_whole = at == len(octets) <= STUFFED_MAX and ZERO not in octets
    return b"\0".join(runs) if is_whole else b""


def _between_zeros(octets: bytes) -> bytes:
    return b"\0" + stuffed(octets) + b"\0"


class DecoderBetweenZeros(Decoder):
    """Reads one side of a line whose frames stand between zeros; neighbours may share one."""

    def _take(self, *, no_more_comes: bool) -> list[Frame]:
        frames: list[Frame] = []
        self.octets = []
        start = 0
        while (end := self._held.find(ZERO, begin := self._begin(start))) >= 0:
            if (frame := self._frame_of(unstuffed(bytes(self._held[begin:end])))) is None:
                self.skipped += end - start
                start = end  # this zero may be the one before the next frame
                continue
            frames.append(frame)
            self.octets.append(bytes(self._held[start : end + 1]))
            start = end + 1
        self._let_go(start, no_more_comes=no_more_comes)
        return frames

    def _begin(self, start: int) -> int:
        """Where the bytes between the zeros begin."""
        return start + 1 if self._held[start : start + 1] == b"\0" else start

    def _frame_of(self, octets: bytes) -> Frame | None:
        if not octets:
            return None
        candidates = self._forms.beginning_with[octets[0]]
        if (found := self._frame_at_start(candidates, octets)) is None:
            self.bad_checks += self._is_damaged(candidates, octets)
        return found[0] if found and len(found[1]) == len(octets) else None

    def _let_go(self, start: int, *, no_more_comes: bool) -> None:
        """Keep what may still become a frame; of what has become too long, enough for its end not to look like one."""
        hopeless = len(self._held) - start - self._octets_max - 2
        self.skipped += len(self._held) - start if no_more_comes else max(hopeless, 0)
        del self._held[: len(self._held) if no_more_comes else start + max(hopeless, 0)]


BARE = Framing(wrap=lambda octets: octets, unwrap=lambda octets: octets, octets_around=0, decoder=Decoder)
BETWEEN_ZEROS = Framing(
    wrap=_between_zeros,
    unwrap=lambda octets: unstuffed(octets.strip(b"\0")),
    octets_around=3,
    decoder=DecoderBetweenZeros,
)
