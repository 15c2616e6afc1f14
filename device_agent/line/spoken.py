"""What was said on a line, kept for a technician: the newest frames of both sides, with what could not be read."""

from collections import deque
from dataclasses import dataclass

from firmware_protocol.boards import Side
from firmware_protocol.boards.following import Piece

FRAMES_KEPT = 200


@dataclass(frozen=True, slots=True)
class Spoken:
    """One piece of a line's talk: when (ms of the monotonic clock), by whom, and what. Ours come out as sent.

    `is_believed` is False for a frame that did not prove itself.
    """

    at_ms: float
    side: Side
    piece: Piece
    is_believed: bool = True


class Record:
    """The newest `FRAMES_KEPT` pieces of one line. In memory only."""

    def __init__(self) -> None:
        self._spoken: deque[Spoken] = deque(maxlen=FRAMES_KEPT)

    def keep(self, spoken: Spoken) -> None:
        """One more; the oldest goes."""
        self._spoken.append(spoken)

    def newest(self) -> tuple[Spoken, ...]:
        """What is kept, oldest first."""
        return tuple(self._spoken)
