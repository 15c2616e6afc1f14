"""What happens reaches whoever listens, and only while they may."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from firmware_protocol.messages import Doors
from tests.fixtures.patience import PATIENCE_S
from tests.server.web.service import serving
from tests.server.web.township import ACCOUNTANT, INSPECTOR, Township


@pytest.fixture
def address(township: Township) -> Iterator[str]:
    """Where the township's pages answer."""
    with serving(township.app) as address:
        yield address


class Stream:
    """The events of an open stream, one after the other."""

    def __init__(self, response: httpx.Response) -> None:
        self._lines = response.iter_lines()

    def next(self) -> tuple[str, Any]:
        """The next event's name and data; raises `StopIteration` when the stream has ended."""
        fields: dict[str, str] = {}
        while True:
            line = next(self._lines)
            if not line and "event" in fields:
                return fields["event"], json.loads(fields["data"])
            name, _colon, value = line.partition(": ")
            fields[name] = value


@contextmanager
def listening(township: Township, address: str, name: str) -> Iterator[Stream]:
    """This person's stream, from the moment at which it listens."""
    cookies = {"gongguan": township.token(name)}
    with (
        httpx.Client(base_url=address, cookies=cookies, timeout=PATIENCE_S) as client,
        client.stream("GET", "/api/v1/live") as response,
    ):
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-accel-buffering"] == "no"
        stream = Stream(response)
        assert stream.next() == ("hello", {})
        yield stream


def test_a_new_entry_and_a_moving_door_are_told(township: Township, address: str) -> None:
    township.live.connection_changed("hall-1", township.clock.now, online=True)
    with listening(township, address, INSPECTOR) as stream:
        township.filed()
        name, data = stream.next()
        assert (name, data) == ("entry", {"size": township.live.log_size})
        township.live.doors_reported(Doors("hall-1", township.clock.now, {"CAB-01/1": "open"}, {}))
        assert stream.next() == ("doors", {"CAB-01/1": "open"})


def test_nothing_but_that_something_happened_is_told(township: Township, address: str) -> None:
    with listening(township, address, ACCOUNTANT) as stream:
        township.filed()
        assert stream.next()[1].keys() == {"size"}


def test_a_stream_ends_with_its_session(township: Township, address: str) -> None:
    with listening(township, address, ACCOUNTANT) as stream:
        township.clock.pass_by(timedelta(hours=13))
        township.filed()
        with pytest.raises(StopIteration):
            stream.next()


def test_a_stream_ends_when_the_service_stops(township: Township) -> None:
    with serving(township.app) as address, listening(township, address, ACCOUNTANT) as stream:
        township.live.close()
        with pytest.raises(StopIteration):
            stream.next()
