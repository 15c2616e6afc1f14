"""The server's MQTT connection: paho on the event loop, thrown away and built anew whenever anything is wrong.

The agent's counterpart (`device_agent/mqtt.py`) makes the same promises with a thread; the two may not import each
other. One client object serves one connection. It ends when the network says so, when the broker refuses, or when
nothing was heard for `silence_s`; so that silence means something, we say `online` again every `presence_s` and hear
it ourselves. Nothing is queued across connections: agents say again what they need.
"""

import asyncio
import contextlib
import logging
import secrets
import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from firmware_protocol.messages import OFFLINE, ONLINE
from server.cabinets.broker_account import BrokerAccount

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

QUEUE_MAX = 2000

_logger = logging.getLogger(__name__)
_chance = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient the connection is, in seconds."""

    keep_alive_s: int = 30
    answer_s: float = 10.0
    presence_s: float = 20.0
    silence_s: float = 60.0
    retry_s_min: float = 0.2
    retry_s_max: float = 10.0
    farewell_s: float = 1.0


class Listener(Protocol):
    """Whom the connection tells, on the event loop. What it raises is logged and counted."""

    def disconnected(self) -> None:
        """The connection has ended; also called when one could not be made."""

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """A message has come."""


class ConnectionLost(Exception):
    """The connection is of no use any more; the message says why."""


class Connection:
    """The server's presence at the broker: `run` it as a task, cancel the task to leave.

    `presence_topic` holds a retained `online` while it is connected and `offline` otherwise (a last will). It must be
    among the topics subscribed to.
    """

    def __init__(
        self,
        account: BrokerAccount,
        *,
        subscriptions: Sequence[str],
        presence_topic: str,
        listener: Listener,
        timing: Timing | None = None,
    ) -> None:
        self._account, self._subscriptions = account, tuple(subscriptions)
        self._presence_topic, self._listener, self._timing = presence_topic, listener, timing or Timing()
        self._client: Client | None = None
        self._is_ready = False
        self._loss: asyncio.Future[str] | None = None
        self._heard_at = self._present_at = 0.0
        self.mishaps = 0

    @property
    def is_ready(self) -> bool:
        """Whether the broker has confirmed the subscriptions of the present connection."""
        return self._is_ready

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Hand a message to the broker, QoS 1; False when it was not even begun. Only on the event loop."""
        if self._client is None or not self._is_ready:
            return False
        return self._client.publish(topic, payload, qos=1, retain=retain).rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    async def run(self) -> None:
        """Be connected, or about to be, until cancelled."""
        failures = 0
        while True:
            try:
                await self._live_once()
            except (ConnectionLost, OSError) as error:
                _logger.info("connection to the broker: %s", error)
            except Exception:
                self.mishaps += 1
                _logger.exception("the connection to the broker broke")
            failures = 0 if self._is_ready else failures + 1
            self._is_ready = False
            self._tell(self._listener.disconnected)
            await asyncio.sleep(retry_delay_s(failures, self._timing))

    async def _live_once(self) -> None:
        loop = asyncio.get_running_loop()
        self._loss, self._heard_at = loop.create_future(), monotonic()
        self._client = client = self._build_client()
        await self._connect(client)
        sock = client.socket()
        if sock is None:
            raise ConnectionLost("closed")
        self._attach(client, sock, loop)
        try:
            await self._until_lost(client, self._loss)
        except asyncio.CancelledError:
            await self._say_farewell(client)
            raise
        finally:
            self._client = None
            _close(client, loop)

    async def _connect(self, client: Client) -> None:
        """Resolve, connect and greet in a thread, since paho waits for it."""
        where = (self._account.host, self._account.port, self._timing.keep_alive_s)
        connecting = asyncio.ensure_future(asyncio.to_thread(client.connect, *where))
        try:
            await asyncio.shield(connecting)
        except asyncio.CancelledError:
            connecting.add_done_callback(lambda _: _close(client, asyncio.get_running_loop()))
            raise

    def _attach(self, client: Client, sock: "SocketLike", loop: asyncio.AbstractEventLoop) -> None:
        client.on_socket_register_write = lambda *_: loop.add_writer(sock, self._write, client)
        client.on_socket_unregister_write = lambda *_: _detach(loop.remove_writer, sock)
        client.on_socket_close = lambda *_: _detach(loop.remove_reader, sock)
        loop.add_reader(sock, self._read, client)

    async def _until_lost(self, client: Client, loss: asyncio.Future[str]) -> None:
        while not loss.done():
            await asyncio.wait([loss], timeout=1.0)
            self._check(client.loop_misc())
            now = monotonic()
            patience_s = self._timing.silence_s if self._is_ready else self._timing.answer_s
            if now - self._heard_at > patience_s:
                raise ConnectionLost(f"nothing heard for {patience_s:g} s")
            if self._is_ready and now - self._present_at > self._timing.presence_s:
                self._say_present()
        raise ConnectionLost(loss.result())

    def _say_present(self) -> None:
        self._present_at = monotonic()
        self.publish(self._presence_topic, ONLINE, retain=True)

    async def _say_farewell(self, client: Client) -> None:
        if not self._is_ready:
            return
        said = asyncio.Event()
        client.on_publish = lambda *_: said.set()
        farewell = client.publish(self._presence_topic, OFFLINE, qos=1, retain=True)
        # Where the connection is lost already, paho raises; the broker says our will then. Were it let out, it would
        # take the place of the cancellation, and `run` would go on.
        with contextlib.suppress(TimeoutError, RuntimeError, ValueError):
            async with asyncio.timeout(self._timing.farewell_s):
                while not farewell.is_published():
                    said.clear()
                    await said.wait()

    def _read(self, client: Client) -> None:
        self._check(client.loop_read())
        while isinstance(sock := client.socket(), ssl.SSLSocket) and sock.pending():
            self._check(client.loop_read())

    def _write(self, client: Client) -> None:
        self._check(client.loop_write())

    def _check(self, outcome: MQTTErrorCode) -> None:
        if outcome != MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._lose(outcome.name)

    def _lose(self, why: str) -> None:
        if self._loss is not None and not self._loss.done():
            self._loss.set_result(why)

    def _tell(self, report: Callable[[], None]) -> None:
        try:
            report()
        except Exception:
            self.mishaps += 1
            _logger.exception("the listener failed")

    def _build_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._account.username,
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.username_pw_set(self._account.username, self._account.password)
        client.will_set(self._presence_topic, OFFLINE, qos=1, retain=True)
        client.max_queued_messages_set(QUEUE_MAX)
        client.connect_timeout = self._timing.answer_s
        client.suppress_exceptions = True
        if (tls := self._account.tls()) is not None:
            client.tls_set_context(tls)
        client.on_socket_open = _send_without_delay
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self,
        client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        answer: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if answer.is_failure:
            self._lose(f"refused: {answer}")
        else:
            client.subscribe([(topic, 1) for topic in self._subscriptions])

    def _on_subscribe(
        self, _client: Client, _userdata: object, _mid: int, answers: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if any(answer.is_failure for answer in answers):
            self._lose("a subscription was refused")
            return
        self._is_ready, self._heard_at = True, monotonic()
        self._say_present()

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._lose(f"disconnected: {reason}")

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._heard_at = monotonic()
        payload = bytes(message.payload)
        if message.topic != self._presence_topic:
            self._tell(lambda: self._listener.received(message.topic, payload, is_retained=message.retain))
        elif payload != ONLINE:
            self._say_present()  # the will of an earlier connection of ours, which came late


def retry_delay_s(failures: int, timing: Timing) -> float:
    """How long to wait before connecting again: doubling, with chance."""
    longest = min(timing.retry_s_max, timing.retry_s_min * 2 ** min(failures, 16))
    return _chance.uniform(timing.retry_s_min / 2, longest)


def _send_without_delay(_client: Client, _userdata: object, sock: object) -> None:
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else 44 ms for every answer


def _detach(remove: Callable[["SocketLike"], bool], sock: "SocketLike") -> None:
    remove(sock)


def _close(client: Client, loop: asyncio.AbstractEventLoop) -> None:
    sock = client.socket()
    if sock is None:
        return  # paho has closed it, and detached it before
    loop.remove_reader(sock)
    loop.remove_writer(sock)
    client.on_socket_register_write = client.on_socket_unregister_write = client.on_socket_close = None
    client.disconnect()
    sock.close()
