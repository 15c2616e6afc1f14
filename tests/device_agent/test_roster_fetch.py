"""Fetching a roster: the one that was announced, of bounded size, or none."""

import base64
import hashlib
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from device_agent.roster_fetch import RosterFetcher, RosterNotFetched
from firmware_protocol.messages import RosterDoorbell, Ticket, decode
from tests.device_agent.hall import AGENT, AGENT_SIGNER
from tests.fixtures.ports import free_port

NOTE = b"a roster, as it was signed\n"
DOORBELL = RosterDoorbell(AGENT, 4, hashlib.sha256(NOTE).hexdigest(), "the ticket")


class Counter(ThreadingHTTPServer):
    """Answers every request as told, and remembers what was asked."""

    answer: Callable[[BaseHTTPRequestHandler], None]
    asked: list[tuple[str, str]]

    def say(self, status: int, body: bytes) -> None:
        """From now on answer like this."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.answer = answer


class Handler(BaseHTTPRequestHandler):
    """Hands every GET to its server."""

    server: Counter

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Authorization"]))
        self.server.answer(self)

    def log_message(self, *_args: object) -> None:
        """Nothing on the screen."""


@pytest.fixture
def counter() -> Iterator[Counter]:
    counter = Counter(("127.0.0.1", 0), Handler)
    counter.asked = []
    counter.say(200, NOTE)
    thread = threading.Thread(target=counter.serve_forever)
    thread.start()
    yield counter
    counter.shutdown()
    thread.join()
    counter.server_close()


def fetcher_for(port: int) -> RosterFetcher:
    return RosterFetcher(f"http://127.0.0.1:{port}", AGENT, AGENT_SIGNER)


def test_the_announced_roster_is_fetched_with_the_signed_ticket(counter: Counter) -> None:
    assert fetcher_for(counter.server_port).fetch(DOORBELL) == NOTE
    [(path, authorization)] = counter.asked
    scheme, encoded = authorization.split(" ")
    assert (path, scheme) == ("/agent/v1/rosters/4", "Gongguan")
    assert decode(base64.b64decode(encoded), Ticket, [AGENT_SIGNER.verifier]) == Ticket(AGENT, "the ticket")


@pytest.mark.parametrize("status", [302, 401, 404, 500])
def test_any_other_answer_brings_no_roster(counter: Counter, status: int) -> None:
    counter.say(status, NOTE)
    with pytest.raises(RosterNotFetched, match=str(status)):
        fetcher_for(counter.server_port).fetch(DOORBELL)


def test_another_roster_than_announced_is_none(counter: Counter) -> None:
    counter.say(200, NOTE + b"and more")
    with pytest.raises(RosterNotFetched, match="announced"):
        fetcher_for(counter.server_port).fetch(DOORBELL)


def test_an_endless_roster_is_not_swallowed(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("device_agent.roster_fetch.ROSTER_BYTES_MAX", 10_000)
    counter.say(200, b"x" * 50_000)
    with pytest.raises(RosterNotFetched, match="too large"):
        fetcher_for(counter.server_port).fetch(DOORBELL)


def test_a_server_that_is_not_there_brings_no_roster() -> None:
    with pytest.raises(RosterNotFetched):
        fetcher_for(free_port()).fetch(DOORBELL)


def test_an_idle_agent_does_without_the_http_library() -> None:
    program = "import sys, device_agent.server_link; sys.exit('httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
