"""A broker that loses, repeats, delays and reorders, and that says again what it kept from long ago."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from firmware_protocol.messages import OFFLINE, ONLINE
from tests.simulation.chance import Chance
from tests.simulation.timeline import Life, Timeline

RETRY_MS = (500, 5000)
USUAL_MS = (200, 1200)
SLOW_MS = (100, 15_000)
KEPT = 200


@dataclass
class Weather:
    """How likely each misfortune is for one message, from 0 to 1."""

    lost: float = 0.0
    twice: float = 0.0
    slow: float = 0.0


class Client(Protocol):
    """Who is connected to the broker."""

    def connected(self) -> None:
        """Messages go and come from now on."""

    def disconnected(self) -> None:
        """Nothing goes or comes any more."""

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """A message has come."""


@dataclass(eq=False)
class Connection:
    """One client's connection, up or down; while the client lives it comes back by itself."""

    name: str
    life: Life
    client: Client
    wants: Callable[[str], bool]
    presence_topic: str
    is_up: bool = False
    is_cut_off: bool = False
    """No connection can be made."""
    is_hole: bool = False
    """The connection seems to be up, and nothing comes through."""


class Broker:
    """Publishes to whoever is connected and wants it. Its memory is the retained messages, no sessions."""

    def __init__(self, timeline: Timeline, chance: Chance) -> None:
        self._timeline, self._chance = timeline, chance
        self.weather = Weather()
        self._connections: dict[str, Connection] = {}
        self._retained: dict[str, bytes] = {}
        self._kept: deque[tuple[str, bytes]] = deque(maxlen=KEPT)

    def join(self, connection: Connection) -> None:
        """A client wants to be connected from now on, for as long as it lives."""
        self._connections[connection.name] = connection
        self._timeline.after(self._chance.uniform(1, 50), lambda: self._connect(connection), connection.life)

    def leave(self, connection: Connection) -> None:
        """A client has died: the broker says its last will."""
        if self._connections.get(connection.name) is connection:
            del self._connections[connection.name]
        if connection.is_up:
            connection.is_up = False
            self._say(connection.presence_topic, OFFLINE, is_retained=True)

    def lose(self, name: str, for_ms: float, *, is_hole: bool) -> None:
        """Cut somebody off for a while; a hole is noticed only afterwards."""
        connection = self._connections.get(name)
        if connection is None:
            return
        self._timeline.note(f"{name}: {'a hole in the line' if is_hole else 'cut off'} for {for_ms / 1000:.0f} s")
        if is_hole:
            connection.is_hole = True
        else:
            self._drop(connection)
            connection.is_cut_off = True
        self._timeline.after(for_ms, lambda: self._heal(connection))

    def heal(self) -> None:
        """Good weather, and every line whole: what was lost was lost with a connection, so there are new ones."""
        was_lossy, self.weather = self.weather.lost > 0, Weather()
        for connection in self._connections.values():
            self._heal(connection)
            if was_lossy:
                self._drop(connection)

    def publish(self, connection: Connection, topic: str, payload: bytes) -> bool:
        """A client says something; whether it went out, as far as the client can tell."""
        if not connection.is_up:
            return False
        if not connection.is_hole:
            self._say(topic, payload)
        return True

    def say_again(self) -> None:
        """An old message, once more: a broker's queue, or somebody who listened."""
        if self._kept:
            topic, payload = self._chance.choice(tuple(self._kept))
            self._timeline.note(f"broker: {topic} again")
            for connection in self._listeners(topic):
                self._deliver(connection, topic, payload, is_retained=False)

    def kept(self, topic: str) -> bytes | None:
        """The newest message on this topic that is remembered."""
        return next((payload for each, payload in reversed(self._kept) if each == topic), None)

    def inject(self, topic: str, payload: bytes) -> None:
        """Whoever owns the broker says something of their own."""
        for connection in self._listeners(topic):
            self._deliver(connection, topic, payload, is_retained=False)

    def _say(self, topic: str, payload: bytes, *, is_retained: bool = False) -> None:
        if is_retained:
            self._retained[topic] = payload
        else:
            self._kept.append((topic, payload))
        for connection in self._listeners(topic):
            for _ in range(0 if self._strikes(self.weather.lost) else 2 if self._strikes(self.weather.twice) else 1):
                self._deliver(connection, topic, payload, is_retained=False)

    def _listeners(self, topic: str) -> list[Connection]:
        return [each for each in self._connections.values() if each.is_up and not each.is_hole and each.wants(topic)]

    def _deliver(self, connection: Connection, topic: str, payload: bytes, *, is_retained: bool) -> None:
        def arrive() -> None:
            if connection.is_up and not connection.is_hole:
                self._timeline.note(f"{connection.name} < {topic} {len(payload)}")
                connection.client.received(topic, payload, is_retained=is_retained)

        wait_ms = self._chance.uniform(*(SLOW_MS if self._strikes(self.weather.slow) else USUAL_MS))
        self._timeline.after(wait_ms, arrive, connection.life)

    def _strikes(self, likelihood: float) -> bool:
        return likelihood > 0 and self._chance.random() < likelihood

    def _connect(self, connection: Connection) -> None:
        if connection.is_up:
            return
        if connection.is_cut_off:
            self._timeline.after(self._chance.uniform(*RETRY_MS), lambda: self._connect(connection), connection.life)
            return
        connection.is_up = True
        self._say(connection.presence_topic, ONLINE, is_retained=True)
        connection.client.connected()
        for topic, payload in self._retained.items():
            if connection.wants(topic):
                self._deliver(connection, topic, payload, is_retained=True)

    def _drop(self, connection: Connection) -> None:
        if connection.is_up:
            connection.is_up = False
            self._say(connection.presence_topic, OFFLINE, is_retained=True)
            connection.client.disconnected()
            self._timeline.after(self._chance.uniform(*RETRY_MS), lambda: self._connect(connection), connection.life)

    def _heal(self, connection: Connection) -> None:
        if connection.life.is_over:
            return
        if connection.is_hole:
            connection.is_hole = False
            self._drop(connection)
        connection.is_cut_off = False
