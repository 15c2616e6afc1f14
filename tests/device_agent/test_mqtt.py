"""The agent's MQTT connection: comes back from anything, tells the truth about itself, and never loses its thread."""

import contextlib
import queue
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from device_agent.bundle import Broker
from device_agent.mqtt import Connection, Timing, retry_delay_s
from firmware_protocol.messages import SERVER_STATE_TOPIC, down_topic, state_topic, up_topic
from tests.fixtures.brokers import BrokerInTest, Client
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import free_port
from tests.fixtures.wire import Wire

QUICK = Timing(keep_alive_s=5, answer_s=2.0, silence_s=60.0, retry_s_min=0.05, retry_s_max=0.1)
ONLINE = (state_topic("hall-1"), b"online")
OFFLINE = (state_topic("hall-1"), b"offline")


@dataclass
class Ear:
    """A listener that writes down what it is told, and says hello with each payload in `hellos`, which it then owns."""

    heard: queue.Queue[tuple[str, bytes, bool]] = field(default_factory=queue.Queue)
    changes: queue.Queue[str] = field(default_factory=queue.Queue)
    hellos: queue.Queue[bytes] = field(default_factory=queue.Queue)
    said: queue.Queue[bytes] = field(default_factory=queue.Queue)
    publish: Callable[[str, bytes], bool] = lambda _topic, _payload: False

    def connected(self) -> None:
        self.changes.put("connected")

    def disconnected(self) -> None:
        self.changes.put("disconnected")

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        self.heard.put((topic, payload, is_retained))
        if payload == b"poison":
            raise RuntimeError("the listener chokes on this")

    def attend(self) -> float:
        with contextlib.suppress(queue.Empty):
            payload = self.hellos.get_nowait()
            if self.publish(up_topic("hall-1", "hello"), payload):
                self.said.put(payload)
        return 0.05

    def wait_for(self, change: str) -> None:
        """Returns when this change has been reported."""
        while self.changes.get(timeout=PATIENCE_S) != change:
            pass


class Started:
    """Starts connections and stops them at the end of the test."""

    def __init__(self) -> None:
        self._connections: list[Connection] = []

    def __call__(
        self,
        broker: BrokerInTest,
        ear: Ear,
        *,
        port: int | None = None,
        password: str | None = None,
        timing: Timing = QUICK,
    ) -> Connection:
        address = Broker(
            broker.host, port or broker.port, "hall-1", password or broker.passwords["hall-1"], tls_ca=None
        )
        connection = Connection(
            address,
            subscriptions=("gongguan/v1/hall-1/down/ack", SERVER_STATE_TOPIC),
            presence_topic=state_topic("hall-1"),
            listener=ear,
            timing=timing,
        )
        ear.publish = connection.publish
        connection.start()
        self._connections.append(connection)
        return connection

    def stop_all(self) -> None:
        for connection in self._connections:
            connection.stop()


@pytest.fixture
def connect() -> Iterator[Started]:
    started = Started()
    yield started
    started.stop_all()


@pytest.fixture
def server(broker: BrokerInTest) -> Iterator[Client]:
    """The server's account, listening to everything agents say."""
    with Client(broker, "server") as client:
        yield client.subscribe("gongguan/v1/+/up/#", "gongguan/v1/+/state")


def test_it_says_that_it_is_there_and_that_it_goes(broker: BrokerInTest, server: Client, connect: Started) -> None:
    connection = connect(broker, Ear())
    assert server.next_message()[:2] == ONLINE
    connection.stop()
    assert server.next_message()[:2] == OFFLINE


def test_its_last_will_says_that_it_is_gone(broker: BrokerInTest, server: Client, connect: Started) -> None:
    with Wire(broker.port) as wire:
        connect(broker, Ear(), port=wire.port)
        assert server.next_message()[:2] == ONLINE
        wire.close()
        assert server.next_message()[:2] == OFFLINE


def test_messages_pass_both_ways(broker: BrokerInTest, server: Client, connect: Started) -> None:
    ear = Ear()
    connect(broker, ear)
    assert server.next_message()[:2] == ONLINE
    ear.hellos.put(b"hello")
    assert server.next_message() == (up_topic("hall-1", "hello"), b"hello", False)
    server.publish(down_topic("hall-1", "ack"), b"heard")
    assert ear.heard.get(timeout=PATIENCE_S) == (down_topic("hall-1", "ack"), b"heard", False)


def test_a_listener_that_raises_costs_one_message_and_nothing_else(
    broker: BrokerInTest, server: Client, connect: Started
) -> None:
    ear = Ear()
    connection = connect(broker, ear)
    ear.wait_for("connected")
    server.publish(down_topic("hall-1", "ack"), b"poison")
    server.publish(down_topic("hall-1", "ack"), b"food")
    assert [ear.heard.get(timeout=PATIENCE_S)[1] for _ in range(2)] == [b"poison", b"food"]
    assert connection.mishaps == 1


def test_it_comes_back_when_the_broker_does(broker: BrokerInTest, connect: Started) -> None:
    ear = Ear()
    connect(broker, ear)
    for _ in range(3):
        ear.wait_for("connected")
        broker.stop()
        ear.wait_for("disconnected")
        broker.start()
    ear.wait_for("connected")
    with Client(broker, "server") as server:
        server.publish(down_topic("hall-1", "ack"), b"back again")
        assert ear.heard.get(timeout=PATIENCE_S)[1] == b"back again"


def test_it_waits_for_a_broker_that_is_not_there_yet(broker: BrokerInTest, connect: Started) -> None:
    broker.stop()
    ear = Ear()
    connect(broker, ear)
    ear.wait_for("disconnected")
    broker.start()
    ear.wait_for("connected")


def test_it_leaves_a_line_on_which_nothing_is_heard_any_more(broker: BrokerInTest, connect: Started) -> None:
    ear = Ear()
    impatient = Timing(keep_alive_s=60, answer_s=0.5, silence_s=0.5, retry_s_min=0.05, retry_s_max=0.1)
    with Wire(broker.port) as wire:
        connect(broker, ear, port=wire.port, timing=impatient)
        ear.wait_for("connected")
        wire.freeze()
        ear.wait_for("disconnected")
        wire.thaw()
        ear.wait_for("connected")
        assert wire.connections >= 2


def test_it_gives_up_on_a_line_where_nobody_answers(broker: BrokerInTest, connect: Started) -> None:
    ear = Ear()
    with Wire(broker.port) as wire:
        wire.freeze()
        connect(broker, ear, port=wire.port, timing=Timing(answer_s=0.2, retry_s_min=0.05, retry_s_max=0.1))
        ear.wait_for("disconnected")
        wire.thaw()
        ear.wait_for("connected")


def test_a_wrong_password_is_tried_again_without_end(broker: BrokerInTest, connect: Started) -> None:
    ear = Ear()
    connection = connect(broker, ear, password="not this one")
    for _ in range(3):
        assert ear.changes.get(timeout=PATIENCE_S) == "disconnected"
    assert not connection.is_ready
    assert connection.mishaps == 0


def test_nothing_is_published_before_the_broker_is_reached() -> None:
    nowhere = Broker("127.0.0.1", free_port(), "hall-1", "secret", tls_ca=None)
    connection = Connection(
        nowhere, subscriptions=["gongguan/v1/hall-1/down/#"], presence_topic=state_topic("hall-1"), listener=Ear()
    )
    assert not connection.publish(up_topic("hall-1", "hello"), b"too early")
    connection.start()
    connection.stop()


def test_nothing_of_one_connection_is_said_again_on_the_next(broker: BrokerInTest, connect: Started) -> None:
    ear = Ear()
    with Wire(broker.port) as wire:
        connect(broker, ear, port=wire.port)
        ear.wait_for("connected")
        wire.freeze()
        ear.hellos.put(b"lost")
        assert ear.said.get(timeout=PATIENCE_S) == b"lost"
        wire.cut()
        wire.thaw()
        ear.wait_for("disconnected")
        ear.wait_for("connected")
        with Client(broker, "server") as server:
            server.subscribe("gongguan/v1/+/up/#")
            ear.hellos.put(b"new")
            assert server.next_message()[1] == b"new"


@pytest.mark.parametrize("failures", [0, 1, 5, 100, 100_000])
def test_the_wait_between_attempts_stays_within_its_bounds(failures: int) -> None:
    for _ in range(100):
        assert Timing().retry_s_min / 2 <= retry_delay_s(failures, Timing()) <= Timing().retry_s_max
