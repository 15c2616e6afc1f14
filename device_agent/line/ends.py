"""The host's end of a line: what is written for a request, and which of the bytes that come in are to be heeded.

The bought families believe whoever speaks, and so must their host. A controller of our own proves what it says.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from firmware_protocol.boards import Dialect, Frame, Packet, Request, Side
from firmware_protocol.boards.gongguan_lcp.keys import NONCE_OCTETS, Secret
from firmware_protocol.boards.gongguan_lcp.sessions import HostSession

DrawNonce = Callable[[int], bytes]
"""So many bytes that nobody can guess and that never come again."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame that is to be heeded, and how many bytes it took on the wire."""

    frame: Frame
    octets: int


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
        self._decoder = dialect.decoder(Side.BOARD)

    @property
    def is_holding(self) -> bool:
        """See `End`."""
        return self._decoder.is_holding

    def write(self, request: Request) -> bytes:
        """See `End`."""
        return self._dialect.encode(request)

    def feed(self, received: bytes) -> list[Heard]:
        """See `End`."""
        return self._heard(self._decoder.feed(received))

    def idle(self) -> list[Heard]:
        """See `End`."""
        return self._heard(self._decoder.idle())

    def doubt(self, address: int) -> int | None:  # noqa: ARG002 - no bought board tells
        """See `End`."""
        return None

    def _heard(self, frames: Sequence[Frame]) -> list[Heard]:
        return [Heard(frame, len(octets)) for frame, octets in zip(frames, self._decoder.octets, strict=True)]


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

    def _heard(self, frames: Sequence[Frame]) -> list[Heard]:
        heard = []
        for each in super()._heard(frames):
            session = self._sessions.get(each.frame.address) if isinstance(each.frame, Packet) else None
            answer = session.hear(each.frame) if session and isinstance(each.frame, Packet) else None
            if answer is not None:
                heard.append(Heard(answer, each.octets))
        return heard
