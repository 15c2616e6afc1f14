"""The host's end of a line: what is written for a request, and which of the bytes that come in are to be heeded.

The bought families believe whoever speaks, and so must their host. A controller of our own proves what it says.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from firmware_protocol.boards import Dialect, Frame, Packet, Request, Side
from firmware_protocol.boards.following import Follower, Piece
from firmware_protocol.boards.gongguan_lcp.keys import NONCE_OCTETS, Secret
from firmware_protocol.boards.gongguan_lcp.sessions import HostSession

DrawNonce = Callable[[int], bytes]
"""So many bytes that nobody can guess and that never come again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Bytes that came in, and what is to be heeded of them: the frame they are, unless it must not be believed."""

    piece: Piece
    heeded: Frame | None


class End(Protocol):
    """One port's end; a new one whenever the port was opened, for nothing said before counts."""

    @property
    def is_holding(self) -> bool:
        """Whether bytes wait for their continuation."""

    def write(self, request: Request) -> bytes:
        """The bytes of the one request that is outstanding from now on."""

    def feed(self, received: bytes) -> list[Heard]:
        """Bytes came in, in any pieces."""

    def idle(self) -> list[Heard]:
        """The line fell silent."""

    def doubt(self, address: int) -> int | None:
        """A `Doubt` that somebody told of the last request to this board: a hint."""


class TrustingEnd:
    """The end of a line of bought boards."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._follower = Follower(dialect.decoder(Side.BOARD))

    @property
    def is_holding(self) -> bool:
        """See `End`."""
        return self._follower.is_holding

    def write(self, request: Request) -> bytes:
        """See `End`."""
        return self._dialect.encode(request)

    def feed(self, received: bytes) -> list[Heard]:
        """See `End`."""
        return self._heard(self._follower.feed(received))

    def idle(self) -> list[Heard]:
        """See `End`."""
        return self._heard(self._follower.idle())

    def doubt(self, address: int) -> int | None:  # noqa: ARG002 - no bought board tells
        """See `End`."""
        return None

    def _heard(self, pieces: Iterable[Piece]) -> list[Heard]:
        return [Heard(piece, self._heed(piece.frame)) for piece in pieces]

    def _heed(self, frame: Frame | None) -> Frame | None:
        return frame


class ProvingEnd(TrustingEnd):
    """The end of a line of controllers: one session for each, and what does not prove itself is not heard."""

    def __init__(self, dialect: Dialect, secrets: Mapping[int, Secret], draw_nonce: DrawNonce) -> None:
        super().__init__(dialect)
        self._sessions = {address: HostSession(secret) for address, secret in secrets.items()}
        self._draw_nonce = draw_nonce

    def write(self, request: Request) -> bytes:
        """See `End`. Raises `NoSession` before the board is greeted."""
        session = self._sessions[request.address]
        return self._dialect.encode(session.ask(request, self._draw_nonce(NONCE_OCTETS)))

    def doubt(self, address: int) -> int | None:
        """See `End`."""
        return self._sessions[address].doubt

    def _heed(self, frame: Frame | None) -> Frame | None:
        session = self._sessions.get(frame.address) if isinstance(frame, Packet) else None
        return session.hear(frame) if session and isinstance(frame, Packet) else None
