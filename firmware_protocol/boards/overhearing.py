"""Reading a line on which both sides are heard, as a third adapter on an RS-485 bus hears them. Pure; time is told.

Nothing on such a line says who spoke. Most frames are of one side alone; where the same bytes are a request and an
answer (`8A 01 07 11 9D` of the `bcc-8a`), they are an answer if a request that they answer came just before, else a
request.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from firmware_protocol.boards.answers import answers
from firmware_protocol.boards.decoder import FormsByHead
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.following import Follower, Piece
from firmware_protocol.boards.frames import Frame, Packet, Side
from firmware_protocol.boards.requests import Request, Unlock


@dataclass(frozen=True, slots=True)
class Overheard:
    """Something that was said: when its first byte came in (ms), who said it if that can be known, and what it is."""

    at_ms: float
    piece: Piece
    side: Side | None = None


class Overhearing:
    """Both sides of one line. `idle` is the caller's to say, after `Dialect.frame_silence_ms` without a byte."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        decoder = dialect.framing.decoder(FormsByHead(dialect.forms), dialect.check)
        self._follower = Follower(decoder)
        self._came: deque[tuple[int, float]] = deque()
        """How many bytes came when, of those that have not come out again."""
        self._asked: Request | None = None
        self._answered_by_ms = 0.0

    @property
    def is_holding(self) -> bool:
        """Whether bytes wait for their continuation."""
        return self._follower.is_holding

    def feed(self, received: bytes, now_ms: float) -> list[Overheard]:
        """Take bytes as they came, in any pieces."""
        self._came.append((len(received), now_ms))
        return self._overheard(self._follower.feed(received))

    def idle(self) -> list[Overheard]:
        """The line fell silent."""
        return self._overheard(self._follower.idle())

    def _overheard(self, pieces: Iterable[Piece]) -> list[Overheard]:
        return [self._attribute(piece, self._take(len(piece.octets))) for piece in pieces]

    def _take(self, octets: int) -> float:
        """When the first of the next so many bytes came."""
        first_ms = self._came[0][1]
        while octets:
            count, at_ms = self._came.popleft()
            if count > octets:
                self._came.appendleft((count - octets, at_ms))
            octets -= min(count, octets)
        return first_ms

    def _attribute(self, piece: Piece, at_ms: float) -> Overheard:
        if piece.frame is None:
            return Overheard(at_ms, piece)
        by_side = {side: frame for side in Side if (frame := self._read(piece.octets, side)) is not None}
        side = self._speaker(by_side, at_ms)
        frame = by_side[side]
        self._note(frame, side, at_ms)
        return Overheard(at_ms, replace(piece, frame=frame), side)

    def _read(self, octets: bytes, side: Side) -> Frame | None:
        """What these bytes are if that side said them."""
        decoder = self._dialect.decoder(side)
        frames = [*decoder.feed(octets), *decoder.idle()]
        return frames[0] if len(frames) == 1 and not decoder.skipped else None

    def _speaker(self, by_side: dict[Side, Frame], at_ms: float) -> Side:
        if len(by_side) == 1:
            return next(iter(by_side))
        answer, asked = _said(by_side[Side.BOARD]), self._asked
        is_awaited = asked is not None and at_ms <= self._answered_by_ms and answers(answer, asked)
        return Side.BOARD if is_awaited else Side.HOST

    def _note(self, frame: Frame, side: Side, at_ms: float) -> None:
        said = _said(frame)
        self._asked = said if side is Side.HOST and isinstance(said, Request) else None
        is_unlock = isinstance(said, Unlock)
        patience_ms = self._dialect.unlock_reply_ms_max if is_unlock else self._dialect.reply_ms_max
        self._answered_by_ms = at_ms + patience_ms


def _said(frame: Frame) -> Frame:
    return frame.message if isinstance(frame, Packet) else frame
