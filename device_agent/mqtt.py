"""The MQTT connection: paho in a thread of its own, thrown away and built anew whenever anything is wrong.

paho by itself loses its thread to the first exception in a callback while `is_connected()` stays true, and after an
outage it sends again what it remembers. So here one thread owns one client object, for one connection only, and
selects on its socket; nothing else touches paho. A connection ends when the network says so, when the broker refuses,
or when nothing arrived for `silence_s`, for a subscription can be lost while pings still answer. Nothing is queued
across connections: whoever publishes has a journal, or says it again.
"""

import contextlib
import logging
import secrets
import select
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Protocol

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from device_agent.bundle import Broker
from firmware_protocol.messages import OFFLINE, ONLINE

QUEUE_MAX = 50

_logger = logging.getLogger(__name__)
_chance = secrets.SystemRandom()


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient the connection is, in seconds."""

    keep_alive_s: int = 30
    answer_s: float = 10.0
    silence_s: float = 150.0
    retry_s_min: float = 0.5
    retry_s_max: float = 5.0
    farewell_s: float = 1.0


class Listener(Protocol):
    """Whom the connection tells. All of it happens in the connection's thread; what it raises is logged and counted."""

    def connected(self) -> None:
        """Every subscription is confirmed; `publish` works from now on."""

    def disconnected(self) -> None:
        """The connection has ended; also called when one could not be made."""

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """A message has come."""

    def attend(self) -> float:
        """Do what is due. Called at least as often as asked for: the answer is in how many seconds, at most."""


class ConnectionLost(Exception):
    """The connection is of no use any more; the message says why."""


class Connection:
    """One account's presence at the broker, for as long as the process lives.

    `presence_topic` holds a retained `online` while it is connected and `offline` otherwise (a last will).
    """

    def __init__(
        self,
        broker: Broker,
        *,
        subscriptions: Sequence[str],
        presence_topic: str,
        listener: Listener,
        timing: Timing | None = None,
    ) -> None:
        self._broker, self._subscriptions = broker, tuple(subscriptions)
        self._presence_topic, self._listener, self._timing = presence_topic, listener, timing or Timing()
        self._client: Client | None = None
        self._is_ready = False
        self._loss: str | None = None
        self._heard_at = 0.0
        self._stopping = threading.Event()
        self._bell, self._ear = socket.socketpair()
        self._bell.setblocking(False)
        self._ear.setblocking(False)
        self._thread = threading.Thread(target=self._run, name="mqtt", daemon=True)
        self.mishaps = 0

    def start(self) -> None:
        """Begin to connect; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Say `offline`, disconnect and end the thread. Waits a few seconds at most; must not come from a callback."""
        self._stopping.set()
        self.wake()
        self._thread.join(self._timing.farewell_s + self._timing.answer_s)

    def wake(self) -> None:
        """Have `attend` called soon. Safe from any thread, never blocks."""
        try:
            self._bell.send(b"\0")
        except OSError:
            return  # a full pipe has woken the thread already, a closed one has none to wake

    @property
    def is_ready(self) -> bool:
        """Whether the broker has confirmed the subscriptions of the present connection."""
        return self._is_ready

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> bool:
        """Hand a message to the broker, QoS 1; False when it was not even begun. Only from the connection's thread."""
        if self._client is None or not self._is_ready:
            return False
        return self._client.publish(topic, payload, qos=1, retain=retain).rc == MQTTErrorCode.MQTT_ERR_SUCCESS

    def _run(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            try:
                self._live_once()
            except (ConnectionLost, OSError) as error:
                _logger.info("connection to the broker: %s", error)
            except Exception:
                self.mishaps += 1
                _logger.exception("the connection to the broker broke")
            failures = 0 if self._is_ready else failures + 1
            self._is_ready = False
            self._tell(self._listener.disconnected)
            self._stopping.wait(retry_delay_s(failures, self._timing))
        self._bell.close()
        self._ear.close()

    def _live_once(self) -> None:
        self._loss = None
        self._client = client = self._build_client()
        try:
            client.connect(self._broker.host, self._broker.port, self._timing.keep_alive_s)
            self._heard_at = monotonic()
            while not self._stopping.is_set():
                self._turn(client)
            self._say_farewell(client)
        finally:
            self._client = None
            _close(client)

    def _turn(self, client: Client) -> None:
        """Wait for the network or the bell, at most until something is due; then do what there is to do."""
        wait_s = self._tell(self._listener.attend, 1.0) if self._is_ready else 1.0
        self._exchange(client, wait_s)
        patience_s = self._timing.silence_s if self._is_ready else self._timing.answer_s
        if self._loss is None and monotonic() - self._heard_at > patience_s:
            self._loss = f"nothing heard for {patience_s:g} s"
        if self._loss is not None:
            raise ConnectionLost(self._loss)

    def _exchange(self, client: Client, wait_s: float) -> None:
        sock = client.socket()
        if sock is None:
            raise ConnectionLost(self._loss or "closed")
        poll = select.poll()
        poll.register(sock, select.POLLIN | (select.POLLOUT if client.want_write() else 0))
        poll.register(self._ear, select.POLLIN)
        ready = dict(poll.poll(max(0.0, wait_s) * 1000))
        if self._ear.fileno() in ready:
            self._ear.recv(4096)
        happened = ready.get(sock.fileno(), 0)
        if happened & ~select.POLLOUT:
            self._read(client)
        if happened & select.POLLOUT:
            self._check(client.loop_write())
        self._check(client.loop_misc())

    def _read(self, client: Client) -> None:
        self._check(client.loop_read())
        while isinstance(sock := client.socket(), ssl.SSLSocket) and sock.pending():
            self._check(client.loop_read())

    def _check(self, outcome: MQTTErrorCode) -> None:
        if outcome != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise ConnectionLost(self._loss or outcome.name)

    def _say_farewell(self, client: Client) -> None:
        if not self._is_ready:
            return
        farewell = client.publish(self._presence_topic, OFFLINE, qos=1, retain=True)
        deadline = monotonic() + self._timing.farewell_s
        # Where the connection is lost already, paho raises; the broker says our will then.
        with contextlib.suppress(RuntimeError, ValueError):
            while not farewell.is_published() and monotonic() < deadline:
                self._exchange(client, deadline - monotonic())

    def _tell(self, report: Callable[[], float | None], otherwise: float = 0.0) -> float:
        try:
            answer = report()
        except Exception:
            self.mishaps += 1
            _logger.exception("the listener failed")
            return otherwise
        return otherwise if answer is None else answer

    def _build_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._broker.username,
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.username_pw_set(self._broker.username, self._broker.password)
        client.will_set(self._presence_topic, OFFLINE, qos=1, retain=True)
        client.max_queued_messages_set(QUEUE_MAX)
        client.connect_timeout = self._timing.answer_s
        client.suppress_exceptions = True
        if self._broker.tls_ca is not None:
            client.tls_set_context(_tls(self._broker.tls_ca, self._broker.certificate))
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
            self._loss = f"refused: {answer}"
        else:
            client.subscribe([(topic, 1) for topic in self._subscriptions])

    def _on_subscribe(
        self, client: Client, _userdata: object, _mid: int, answers: list[ReasonCode], _properties: Properties | None
    ) -> None:
        if any(answer.is_failure for answer in answers):
            self._loss = "a subscription was refused"
            return
        self._is_ready, self._heard_at = True, monotonic()
        client.publish(self._presence_topic, ONLINE, qos=1, retain=True)
        self._tell(self._listener.connected)

    def _on_disconnect(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        self._loss = self._loss or f"disconnected: {reason}"

    def _on_message(self, _client: Client, _userdata: object, message: MQTTMessage) -> None:
        self._heard_at = monotonic()
        self._tell(lambda: self._listener.received(message.topic, bytes(message.payload), is_retained=message.retain))


def retry_delay_s(failures: int, timing: Timing) -> float:
    """How long to wait before connecting again: doubling, with chance, so that a hall full of agents spreads out."""
    longest = min(timing.retry_s_max, timing.retry_s_min * 2 ** min(failures, 16))
    return _chance.uniform(timing.retry_s_min / 2, longest)


def _tls(authority: Path, certificate: tuple[Path, Path] | None) -> ssl.SSLContext:
    """TLS 1.2 or newer, with a broker that this authority vouches for; read anew for each connection."""
    context = ssl.create_default_context(cafile=str(authority))
    if certificate is not None:
        context.load_cert_chain(*certificate)
    return context


def _send_without_delay(_client: Client, _userdata: object, sock: object) -> None:
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else 44 ms for every answer


def _close(client: Client) -> None:
    client.disconnect()
    sock = client.socket()
    if sock is not None:
        sock.close()
