"""Serving the application with uvicorn, inside an event loop that others share."""

import asyncio
import ipaddress
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from server.web.live import LiveBoard

CONNECTIONS_END_S = 2


class PortTaken(Exception):
    """Another program listens there already, or we may not; the message says which port, in Chinese."""


class WebServer(uvicorn.Server):
    """uvicorn, which would wait for the pages' live streams when told to stop: they are ended first.

    With `pair` (certificate and key, PEM files) it speaks TLS 1.2 or newer, and nothing else.
    """

    def __init__(self, app: ASGIApp, live: LiveBoard, pair: tuple[Path, Path] | None = None) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                # Whoever is asked here says itself who asks: no proxy is believed that nobody has named.
                proxy_headers=False,
                timeout_graceful_shutdown=CONNECTIONS_END_S,
                ssl_certfile=None if pair is None else pair[0],
                ssl_keyfile=None if pair is None else pair[1],
            )
        )
        self._live = live
        self._pair = pair
        self.has_started = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve, and say so."""
        await super().startup(sockets)
        self.has_started.set()

    def take_new_certificate(self) -> None:
        """Read the pair again: whoever connects from now on is shown what lies there. Once it serves.

        Raises `OSError`, also where the pair does not fit together.
        """
        if self._pair is not None and self.config.ssl is not None:
            self.config.ssl.load_cert_chain(*self._pair)

    def handle_exit(self, sig: int, _frame: FrameType | None) -> None:
        """A signal to stop; kept here, where uvicorn would raise it again before the rest of the house has closed."""
        self._live.close()
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True


def is_loopback(host: str) -> bool:
    """Whether only this machine finds what listens there."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listen(host: str, port: int) -> socket.socket:
    """Take a port (0: any free one); raises `PortTaken`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY only where the protocol is named; without it answers come 40 ms late.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(socket.SOMAXCONN)
    except OSError as error:
        listener.close()
        raise PortTaken(f"端口 {port} 用不了：{error.strerror}。请先停掉占用它的程序，或者换一个端口。") from error
    return listener


def address_of(listener: socket.socket, *, tls: bool = False) -> str:
    """The URL that reaches a listener."""
    host, port = listener.getsockname()[:2]
    return f"http{'s' * tls}://{f'[{host}]' if ':' in host else host}:{port}"


@asynccontextmanager
async def web_running(web: WebServer, listener: socket.socket) -> AsyncIterator[asyncio.Task[None]]:
    """Serve until the block ends, or until a signal ends the task that is yielded."""
    task = asyncio.create_task(web.serve(sockets=[listener]))
    started = asyncio.create_task(web.has_started.wait())
    try:
        await asyncio.wait({task, started}, return_when=asyncio.FIRST_COMPLETED)
        started.cancel()
        yield task
    finally:
        web.handle_exit(0, None)
        await task
