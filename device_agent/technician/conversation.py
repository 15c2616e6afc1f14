"""One question after another on a port that nobody else uses. Reads alone: nothing here can move a lock."""

import os
import select
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from secrets import token_bytes

import serial

from device_agent.line.echo import Echo
from device_agent.line.ends import End, Heard, ProvingEnd, TrustingEnd
from device_agent.line.wiring import Direction
from device_agent.ports import TcpPort, open_port
from firmware_protocol.boards import (
    Answer,
    Auth,
    Dialect,
    Hello,
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    Request,
    Side,
    answers,
    wire_ms,
)
from firmware_protocol.boards.gongguan_lcp.keys import SECRET_OCTETS, Secret

READS = (ReadStatus, ReadRegisters, ReadOutputs, Hello, Auth)
"""What may be said here: none of it energises a coil, or lets go of one."""
READ_SIZE = 4096
STRANGER = Secret(bytes(SECRET_OCTETS))
"""Nobody's secret: with it a controller can be greeted, and proves nothing."""


class Conversation:
    """Questions to the boards of one family on one open port."""

    def __init__(
        self, port: serial.Serial | TcpPort, dialect: Dialect, baud: int, secrets: Mapping[int, Secret] | None = None
    ) -> None:
        """`secrets` by address; a controller without one is greeted as by a stranger."""
        self._port = port
        self._dialect = dialect
        self._baud = baud
        known = secrets or {}
        everybody = {address: known.get(address, STRANGER) for address in dialect.addresses}
        self._end: End = (
            ProvingEnd(dialect, everybody, token_bytes) if dialect.has_operation_ids else TrustingEnd(dialect)
        )
        self._echo = Echo()

    @property
    def has_echo(self) -> bool:
        """Whether the adapter sent the last question back."""
        return self._echo.is_present is True

    def ask(self, request: Request) -> Answer | None:
        """The board's answer; `None` if none came in time. Raises `OSError` when the port is gone.

        Raises `TypeError` for a request that is no read.
        """
        if not isinstance(request, READS):
            raise TypeError(request)
        octets = self._end.write(request)
        self._echo.sent(octets)
        self._port.write(octets)
        heard = next((each for each in self._hear(len(octets)) if answers(each.heeded, request)), None)
        self._echo.learn(len(heard.piece.octets) if heard else 0)
        self._rest()
        return heard.heeded if heard and isinstance(heard.heeded, Answer) else None

    def _hear(self, octets_sent: int) -> Iterator[Heard]:
        """What is heard until the answer would be too late."""
        answer_octets = self._dialect.octets_max(Side.BOARD)
        patience_ms = self._dialect.reply_ms_max + wire_ms(octets_sent + answer_octets, self._baud)
        ends_s = time.monotonic() + patience_ms / 1000
        silence_s = self._dialect.frame_silence_ms / 1000
        while (left_s := ends_s - time.monotonic()) > 0:
            wait_s = min(left_s, silence_s) if self._end.is_holding else left_s
            ready, _, _ = select.select([self._port.fileno()], [], [], wait_s)
            yield from self._end.feed(self._echo.strip(self._read())) if ready else self._end.idle()

    def _read(self) -> bytes:
        octets = os.read(self._port.fileno(), READ_SIZE)
        if not octets:
            raise OSError("the port was unplugged")
        return octets

    def _rest(self) -> None:
        """Keep the silence that the family wants, and drop what comes too late."""
        ends_s = time.monotonic() + self._dialect.quiet_gap_ms / 1000
        while (left_s := ends_s - time.monotonic()) > 0:
            if select.select([self._port.fileno()], [], [], left_s)[0]:
                self._read()


@contextmanager
def conversing(
    port: str,
    dialect: Dialect,
    baud: int,
    direction: Direction = "adapter",
    secrets: Mapping[int, Secret] | None = None,
) -> Iterator[Conversation]:
    """Open the port for so long; raises `OSError` or `termios.error`."""
    with open_port(port, baud, direction) as line:
        yield Conversation(line, dialect, baud, secrets)
