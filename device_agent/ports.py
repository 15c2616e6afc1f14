"""What a bus writes to and reads from: a serial port, or a TCP serial server under `socket://host:port`.

What a port refuses to be set to is tolerated where its kind is known for that: a pseudo-terminal has no direction pin
and no latency timer. A real port that cannot do what the configuration asks of it is not opened.
"""

import os
import re
import socket
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import serial
from serial.rs485 import RS485Settings

from device_agent.line.wiring import Direction

DIRECTIONS: dict[Direction, RS485Settings | None] = {
    "adapter": None,
    "rts": RS485Settings(rts_level_for_tx=True, rts_level_for_rx=False),
    "rts-inverted": RS485Settings(rts_level_for_tx=False, rts_level_for_rx=True),
}

SOCKET = re.compile(r"socket://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+]):([0-9]{1,5})")
CONNECT_S = 2.0
WRITE_S = 1.0
DEAD_PEER_MS = 5000
"""A server that acknowledges nothing for so long is gone."""
STABLE_NAMES = Path("/dev/serial/by-id")
LASTING = {"by-id", "by-path"}
PSEUDO_TERMINALS = "/dev/pts/"
_REFUSALS = (OSError, ValueError, NotImplementedError)
"""What pyserial raises where an adapter or its driver cannot do what is asked of it."""


class PortError(OSError):
    """The port cannot be used as configured; the message says in Chinese why, and what to do."""


class TcpPort:
    """A connection to a serial server, for one bus alone. Reading is left to whoever selects on `fileno`."""

    def __init__(self, host: str, port: int) -> None:
        """Connect; raises `OSError`."""
        try:
            self._socket = socket.create_connection((host.strip("[]"), port), CONNECT_S)
        except (UnicodeError, OverflowError) as error:
            raise PortError(f"没有 {host}:{port} 这样的地址。请核对 socket:// 后面写的。") from error
        self._socket.settimeout(WRITE_S)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_PEER_MS)

    def fileno(self) -> int:
        """The descriptor, readable when bytes have come in or the server has hung up."""
        return self._socket.fileno()

    def write(self, octets: bytes) -> None:
        """Send all of these; raises `OSError`."""
        self._socket.sendall(octets)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()


def open_port(name: str, baud: int, direction: Direction) -> serial.Serial | TcpPort:
    """Open it, exclusively where it is a serial port; raises `OSError`, a `PortError` if it refuses what it needs."""
    if found := SOCKET.fullmatch(name):
        return TcpPort(found[1], int(found[2]))
    port = serial.Serial(name, baud, timeout=0, write_timeout=WRITE_S, exclusive=True)
    try:
        _turn_by(port, name, direction)
    except BaseException:
        port.close()
        raise
    with suppress(*_REFUSALS):  # many adapters have no such mode
        port.set_low_latency_mode(True)
    return port


def stable_name(port: str, folder: Path = STABLE_NAMES) -> str:
    """The name under which this adapter is found again after it was unplugged; the given one if there is none.

    A name by the socket it is plugged into (`by-path`) lasts as well, and is left: of two adapters without a number of
    their own, only that tells which is which.
    """
    if Path(port).parent.name in LASTING:
        return port
    with suppress(OSError):
        device = os.path.realpath(port)
        return next((str(link) for link in sorted(folder.iterdir()) if os.path.realpath(link) == device), port)
    return port


def _turn_by(port: serial.Serial, name: str, direction: Direction) -> None:
    settings = DIRECTIONS[direction]
    if settings is None:
        return
    try:
        port.rs485_mode = settings
    except _REFUSALS as error:
        if not os.path.realpath(name).startswith(PSEUDO_TERMINALS):
            raise PortError(
                f"端口 {name} 不会用 RTS 切换收发方向。请换自动切换方向的转换器，并把 direction 改成 adapter。"
            ) from error
