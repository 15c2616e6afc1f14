"""Many clients at once over HTTP, cheap enough that the service is what is measured.

What one client does is a generator: it yields the bytes of a request and gets the answer. One loop drives all of them,
each on a connection of its own; what a client waits for is the service alone.
"""

import json
import re
import selectors
import socket
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from bench.processes import HOST

CLIENTS = 8
CHUNK = 1 << 16
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")
Journey = Generator[bytes, bytes, None]


class Unwelcome(Exception):
    """The service answered something else than success; the message is the answer."""


@dataclass(frozen=True, slots=True)
class Load:
    """How long everything took, and every request by itself."""

    seconds: float
    requests_ms: list[float]

    @property
    def requests_per_s(self) -> float:
        """All requests over the whole time."""
        return len(self.requests_ms) / self.seconds


def request(method: str, path: str, cookie: str, fields: Mapping[str, Any] | None = None) -> bytes:
    """A request as it stands on the wire."""
    body = b"" if fields is None else json.dumps(fields).encode()
    head = f"{method} {path} HTTP/1.1\r\nhost: {HOST}\r\ncookie: {cookie}\r\n"
    return f"{head}content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body


def drive(port: int, journeys: Iterable[Journey], clients: int = CLIENTS) -> Load:
    """Let the clients do all journeys, each taking the next one as soon as it has ended one."""
    waiting = iter(journeys)
    requests_ms: list[float] = []
    started = perf_counter()
    with selectors.DefaultSelector() as selector, ExitStack() as connections:
        for _ in range(clients):
            client = _Client(connections.enter_context(_connected(port)), waiting, requests_ms)
            if client.begin():
                selector.register(client.socket, selectors.EVENT_READ, client)
        while selector.get_map():
            for key, _ in selector.select():
                if not key.data.hear():
                    selector.unregister(key.data.socket)
    return Load(perf_counter() - started, requests_ms)


def _connected(port: int) -> socket.socket:
    connection = socket.create_connection((HOST, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class _Client:
    """One connection and the journey it is on."""

    def __init__(self, connection: socket.socket, journeys: Iterator[Journey], requests_ms: list[float]) -> None:
        self.socket = connection
        self._journeys = journeys
        self._requests_ms = requests_ms
        self._received = bytearray()

    def begin(self) -> bool:
        """Start the next journey; False where there is none."""
        journey = next(self._journeys, None)
        if journey is not None:
            self._journey = journey
            self._send(next(journey))
        return journey is not None

    def hear(self) -> bool:
        """Take in what has come, and go on once an answer is whole; False when there is no journey left."""
        self._received += self.socket.recv(CHUNK)
        answer = self._answer()
        if answer is None:
            return True
        self._requests_ms.append((perf_counter() - self._sent_at) * 1000)
        try:
            self._send(self._journey.send(answer))
        except StopIteration:
            return self.begin()
        return True

    def _send(self, octets: bytes) -> None:
        self._sent_at = perf_counter()
        self.socket.sendall(octets)

    def _answer(self) -> bytes | None:
        head, blank, body = bytes(self._received).partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not blank or length is None or len(body) < int(length[1]):
            return None
        if not head.startswith(b"HTTP/1.1 2"):
            raise Unwelcome(bytes(self._received).decode())
        self._received.clear()
        return body
