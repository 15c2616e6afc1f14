"""The MQTT broker inside the server's process: amqtt 0.12.1 with its known holes closed. For one machine's loopback.

amqtt as it comes evicts a client whose name a stranger utters, hands retained messages to whoever connects, lets a last
will pass every access rule, and remembers each refused stranger for ever. Here `gate` decides before amqtt is involved,
and two of amqtt's private methods are overridden, which is why its version is pinned exactly and why the attacks are
kept as tests (`tests/server/cabinets/test_broker_attacks.py`). What remains is denial of service by an agent that has
an account; every document on the wire is signed, so the broker is trusted with delivery only.

A township with agents on its network runs Mosquitto instead: `deploy/mosquitto/`.
"""

import asyncio
import ipaddress
import logging
from collections import UserDict
from collections.abc import ItemsView, Iterator
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Any, Self

from amqtt.broker import Broker
from amqtt.contexts import Action
from amqtt.plugins.base import BaseAuthPlugin, BaseTopicPlugin
from amqtt.session import Session

from server.cabinets.gate import Admitted, Authenticate, NotMqtt, PacketReader, PatientWriter, examine, read_packet
from server.cabinets.topic_rules import Act, may

MQTT_PORT = 1883
"""Where Debian's system broker listens. Never ours: a client sent there by mistake must not find the wrong broker."""

ENDING_S = 0.2
"""How long amqtt may take to notice that a client is gone, before it is told again, and then before it is not asked."""

_logger = logging.getLogger(__name__)
_LISTENER = "default"
_ACT_OF: dict[Action, Act] = {Action.PUBLISH: "write", Action.SUBSCRIBE: "read", Action.RECEIVE: "read"}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may cost: time to introduce itself, time to take what is sent, size of a packet, number at once."""

    connect_s: float = 5.0
    stall_s: float = 10.0
    packet_bytes: int = 256 * 1024
    connections: int = 500


class GuardedBroker:
    """A broker on loopback. `async with GuardedBroker(check) as broker:` and clients find it at `broker.port`.

    Accounts are what `authenticate(account, password)` says; what each may do is in `topic_rules`. Nothing is kept: no
    session outlives its connection, and retained messages live as long as the broker.
    """

    def __init__(
        self, authenticate: Authenticate, *, host: str = "127.0.0.1", port: int = 0, limits: Limits | None = None
    ) -> None:
        """`port` 0 means any free one. Raises `ValueError` for an address others can reach, or for port 1883."""
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"the embedded broker listens on loopback only, not on {host}")
        if port == MQTT_PORT:
            raise ValueError(f"port {MQTT_PORT} belongs to the system's broker")
        self.host, self.port = host, port
        self._authenticate, self._limits = authenticate, limits or Limits()
        self._amqtt: _Amqtt | None = None
        self._listener: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()
        self._present: dict[str, _Presence] = {}

    async def start(self) -> None:
        """Listen. Raises `OSError` when the port is taken."""
        self._amqtt = _Amqtt(
            {
                "listeners": {_LISTENER: {"type": "external"}},
                "plugins": {f"{__name__}.{plugin.__name__}": {} for plugin in (GateKept, TopicRules)},
            }
        )
        await self._amqtt.start()
        try:
            self._listener = await asyncio.start_server(partial(self._accept, self._amqtt), self.host, self.port)
        except OSError:
            await self._amqtt.shutdown()
            raise
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Break every connection and stop listening. Safe to call twice."""
        if self._listener is None or self._amqtt is None:
            return
        self._listener.close()
        await self._amqtt.shutdown()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self._listener = self._amqtt = None

    def expel(self, account: str) -> None:
        """Break this account's connection, if there is one; whether it may come again the check says. On the loop."""
        if presence := self._present.get(account):
            presence.writer.transport.abort()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def accounts_present(self) -> frozenset[str]:
        """The accounts that are connected now."""
        return frozenset(self._present)

    @property
    def sessions_held(self) -> int:
        """How many sessions amqtt remembers: as many as there are clients, or memory leaks."""
        return len(self._amqtt.sessions) if self._amqtt else 0

    def _accept(self, amqtt: "_Amqtt", stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._connections) >= self._limits.connections:
            writer.transport.abort()
            return
        connection = asyncio.ensure_future(self._attend(amqtt, stream, writer))
        self._connections.add(connection)
        connection.add_done_callback(self._connections.discard)

    async def _attend(self, amqtt: "_Amqtt", stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            client = await self._welcome(stream, writer)
            if client is not None:
                await self._serve(amqtt, client, stream, writer)
        except Exception:
            _logger.exception("a connection to the broker broke")
        finally:
            writer.transport.abort()

    async def _welcome(self, stream: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Admitted | None:
        try:
            async with asyncio.timeout(self._limits.connect_s):
                verdict = await examine(await read_packet(stream, self._limits.packet_bytes), self._authenticate)
        except (asyncio.IncompleteReadError, OSError, NotMqtt) as error:  # TimeoutError is an OSError
            _logger.info("a stranger did not introduce itself: %s", type(error).__name__)
            return None
        if isinstance(verdict, Admitted):
            return verdict
        _logger.warning("a client was refused: %s", verdict.name)
        writer.write(verdict.packet)
        writer.close()
        await asyncio.wait([asyncio.ensure_future(writer.wait_closed())], timeout=self._limits.connect_s)
        return None

    async def _serve(
        self, amqtt: "_Amqtt", client: Admitted, stream: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while elder := self._present.get(client.account):  # the same client again, its old connection half dead
            elder.writer.transport.abort()
            await elder.gone.wait()
        presence = self._present[client.account] = _Presence(writer, asyncio.Event())
        try:
            reader = PacketReader(stream, client, self._limits.packet_bytes)
            await amqtt.serve(client.account, reader, PatientWriter(writer, self._limits.stall_s))
        finally:
            del self._present[client.account]
            presence.gone.set()


@dataclass(frozen=True, slots=True)
class _Presence:
    writer: asyncio.StreamWriter
    gone: asyncio.Event


class _Subscriptions(UserDict[str, list[tuple[Session, int]]]):
    """Filters and who subscribed to them. amqtt goes through it while it waits; so it gets to see it as it was."""

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self.data))

    def items(self) -> ItemsView[str, list[tuple[Session, int]]]:
        return {topic_filter: list(subscribers) for topic_filter, subscribers in self.data.items()}.items()


class _Amqtt(Broker):
    """amqtt, but retained messages do not leak, successors are not swept away, and nothing changes while it looks."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._subscriptions = _Subscriptions()

    async def serve(self, account: str, reader: PacketReader, writer: PatientWriter) -> None:
        """Serve a client to its end, and forget it. What goes wrong in between is raised."""
        service = asyncio.ensure_future(self.external_connected(reader, writer, _LISTENER))
        ended = asyncio.ensure_future(reader.ended.wait())
        try:
            await asyncio.wait([service, ended], return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait([service], timeout=ENDING_S)
            if not service.done():
                await self._say_closed(account)
                await asyncio.wait([service], timeout=ENDING_S)
        finally:
            for task in (service, ended):
                task.cancel()
            await asyncio.gather(service, ended, return_exceptions=True)
            await self._cleanup_session(account)
        if not service.cancelled() and (error := service.exception()):
            raise error

    async def _say_closed(self, account: str) -> None:
        """Tell the handler once more that its connection has ended: it misses that while it is still starting."""
        if account in self.sessions:
            await self.sessions[account][1].handle_connection_closed()

    async def _publish_retained_messages_for_subscription(
        self, subscription: tuple[str, int], session: Session
    ) -> None:
        """amqtt calls this at every connect for everybody's filters; answer only those who subscribed."""
        subscribers = self.subscriptions.get(subscription[0], [])
        if any(subscriber is session for subscriber, _ in subscribers):
            await super()._publish_retained_messages_for_subscription(subscription, session)

    async def _session_monitor(self) -> None:
        """Sweep nothing: each connection removes its own session, and a sweep could hit the one that follows it."""


class GateKept(BaseAuthPlugin):
    """Tells amqtt that whoever reaches it has been authenticated: there is no other way in than the gate."""

    async def authenticate(self, *, session: Session) -> bool:
        """Whether the session bears an account's name as the gate demands."""
        return session.username is not None and session.username == session.client_id


class TopicRules(BaseTopicPlugin):
    """Puts `topic_rules` before every publication, subscription and delivery."""

    async def topic_filtering(
        self, *, session: Session | None = None, topic: str | None = None, action: Action | None = None
    ) -> bool:
        """Whether this client may do this with this topic; no to anything half said."""
        if session is None or session.username is None or not topic or action is None:
            return False
        return may(session.username, _ACT_OF[action], topic)
