"""A TCP serial server: the box that gives a serial line an address on the network. On 127.0.0.1 only."""

import os
import socket
from contextlib import suppress

HOST = "127.0.0.1"
READ_SIZE = 4096


class SerialServer:
    """Stands where a `Terminal` stands. One host at a time; another one waits until the first has hung up."""

    def __init__(self, port: int = 0) -> None:
        """Listen on that port, or on any that is free; raises `OSError` if it is taken."""
        self._port = port
        self._listener: socket.socket | None = None
        self._host: socket.socket | None = None
        self.plug()

    @property
    def path(self) -> str:
        """What the host opens: `socket://127.0.0.1:PORT`, the same after each `plug`."""
        return f"socket://{HOST}:{self._port}"

    @property
    def descriptor(self) -> int | None:
        """The connection if there is one, else where it is awaited, for `select`; `None` while unplugged."""
        end = self._host or self._listener
        return end.fileno() if end else None

    def plug(self) -> None:
        """Listen; idempotent."""
        if self._listener is None:
            self._listener = socket.create_server((HOST, self._port))
            self._listener.setblocking(False)
            self._port = self._listener.getsockname()[1]

    def unplug(self) -> None:
        """Hang up and listen no more; idempotent."""
        self._hang_up()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def read(self) -> bytes:
        """What the host has written; empty if nothing."""
        if self._host is None:
            self._accept()
            return b""
        with suppress(BlockingIOError):
            try:
                octets = os.read(self._host.fileno(), READ_SIZE)
            except ConnectionError:
                octets = b""
            if not octets:
                self._hang_up()
            return octets
        return b""

    def write(self, octets: bytes) -> None:
        """Give bytes to the host; what nobody takes is lost, as on a wire."""
        if self._host is not None and octets:
            with suppress(OSError):
                self._host.send(octets)

    def _accept(self) -> None:
        if self._listener is None:
            return
        with suppress(BlockingIOError):
            self._host, _ = self._listener.accept()
            self._host.setblocking(False)
            self._host.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _hang_up(self) -> None:
        if self._host is not None:
            self._host.close()
            self._host = None
