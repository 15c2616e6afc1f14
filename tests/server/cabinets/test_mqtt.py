"""The server's MQTT connection: comes back from anything, and tells the truth about itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import pytest

from firmware_protocol.messages import SERVER_STATE_TOPIC, up_topic
from server.cabinets.broker_account import BrokerAccount
from server.cabinets.mqtt import Connection, Timing, retry_delay_s
from tests.fixtures.brokers import BrokerInTest, Client
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import free_port
from tests.fixtures.wire import Wire

T = TypeVar("T")
QUICK = Timing(keep_alive_s=5, answer_s=2.0, retry_s_min=0.05, retry_s_max=0.1)
CONNECTION = "connection"
ONLINE, OFFLINE = (SERVER_STATE_TOPIC, b"online"), (SERVER_STATE_TOPIC, b"offline")


@dataclass
class Ear:
    """A listener that writes down what it is told."""

    heard: "asyncio.Queue[bytes]" = field(default_factory=asyncio.Queue)
    ended: "asyncio.Queue[None]" = field(default_factory=asyncio.Queue)

    def disconnected(self) -> None:
        self.ended.put_nowait(None)

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        assert (topic, is_retained) == (up_topic("hall-1", "hello"), False)
        self.heard.put_nowait(payload)
        if payload == b"poison":
            raise RuntimeError("the listener chokes on this")


async def soon(waiting: Awaitable[T]) -> T:
    async with asyncio.timeout(PATIENCE_S):
        return await waiting


async def off_loop(work: Callable[[], T]) -> T:
    """Blocking test clients must not hold up the loop they are testing."""
    return await asyncio.to_thread(work)


@asynccontextmanager
async def connected(
    broker: BrokerInTest, ear: Ear, *, port: int | None = None, password: str | None = None, timing: Timing = QUICK
) -> AsyncIterator[Connection]:
    account = BrokerAccount(broker.host, port or broker.port, "server", password or broker.passwords["server"])
    connection = Connection(
        account,
        subscriptions=("gongguan/v1/+/up/#", "gongguan/v1/server/state"),
        presence_topic=SERVER_STATE_TOPIC,
        listener=ear,
        timing=timing,
    )
    task = asyncio.create_task(connection.run(), name=CONNECTION)
    try:
        yield connection
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@pytest.fixture
def agent(broker: BrokerInTest) -> Client:
    """An agent's account, listening to the server's presence."""
    return Client(broker, "hall-1").connect().subscribe(SERVER_STATE_TOPIC)


async def test_it_says_that_it_is_there_and_that_it_goes(broker: BrokerInTest, agent: Client) -> None:
    async with connected(broker, Ear()):
        assert (await off_loop(agent.next_message))[:2] == ONLINE
    assert (await off_loop(agent.next_message))[:2] == OFFLINE
    agent.close()


async def test_messages_pass_both_ways(broker: BrokerInTest, agent: Client) -> None:
    ear = Ear()
    async with connected(broker, ear) as connection:
        await off_loop(agent.next_message)
        agent.subscribe("gongguan/v1/hall-1/down/#")
        await off_loop(lambda: agent.publish(up_topic("hall-1", "hello"), b"hello"))
        assert await soon(ear.heard.get()) == b"hello"
        assert connection.publish("gongguan/v1/hall-1/down/ack", b"heard")
        assert (await off_loop(agent.next_message))[1] == b"heard"
    agent.close()


async def test_a_listener_that_raises_costs_one_message(broker: BrokerInTest, agent: Client) -> None:
    ear = Ear()
    async with connected(broker, ear) as connection:
        await off_loop(agent.next_message)
        for payload in (b"poison", b"food"):
            await off_loop(partial(agent.publish, up_topic("hall-1", "hello"), payload))
        assert [await soon(ear.heard.get()) for _ in range(2)] == [b"poison", b"food"]
        assert connection.mishaps == 1
    agent.close()


async def test_it_says_again_that_it_is_there_when_an_old_will_says_otherwise(
    broker: BrokerInTest, agent: Client
) -> None:
    async with connected(broker, Ear()) as connection:
        assert (await off_loop(agent.next_message))[:2] == ONLINE
        connection.publish(SERVER_STATE_TOPIC, b"offline", retain=True)
        assert (await off_loop(agent.next_message))[:2] == OFFLINE
        assert (await off_loop(agent.next_message))[:2] == ONLINE
    agent.close()


async def test_it_comes_back_when_the_broker_does(broker: BrokerInTest, agent: Client) -> None:
    ear = Ear()
    async with connected(broker, ear):
        await off_loop(agent.next_message)
        await off_loop(agent.close)
        for _ in range(3):
            await off_loop(broker.stop)
            await soon(ear.ended.get())
            await off_loop(broker.start)
            witness = await off_loop(Client(broker, "hall-1").connect)
            await off_loop(partial(witness.subscribe, SERVER_STATE_TOPIC))
            while (await off_loop(witness.next_message))[:2] != ONLINE:
                pass
            await off_loop(witness.close)


async def test_it_leaves_a_line_on_which_it_does_not_even_hear_itself(broker: BrokerInTest, agent: Client) -> None:
    ear = Ear()
    impatient = Timing(keep_alive_s=60, answer_s=0.5, presence_s=0.2, silence_s=1.5, retry_s_min=0.05, retry_s_max=0.1)
    with Wire(broker.port) as wire:
        async with connected(broker, ear, port=wire.port, timing=impatient) as connection:
            assert (await off_loop(agent.next_message))[:2] == ONLINE
            wire.freeze()
            await soon(ear.ended.get())
            wire.thaw()
            while wire.connections < 2:
                await off_loop(agent.next_message)
            assert connection.mishaps == 0
    agent.close()


async def test_a_line_on_which_it_hears_itself_is_kept(broker: BrokerInTest, agent: Client) -> None:
    ear = Ear()
    watchful = Timing(keep_alive_s=60, presence_s=0.2, silence_s=2.5)
    with Wire(broker.port) as wire:
        async with connected(broker, ear, port=wire.port, timing=watchful):
            for _ in range(4):
                assert (await off_loop(agent.next_message))[:2] == ONLINE
            assert ear.ended.empty()
            assert wire.connections == 1
    agent.close()


async def test_a_wrong_password_is_tried_again_without_end(broker: BrokerInTest) -> None:
    ear = Ear()
    async with connected(broker, ear, password="not this one") as connection:
        for _ in range(3):
            await soon(ear.ended.get())
        assert not connection.is_ready
        assert connection.mishaps == 0


async def test_nothing_is_published_before_the_broker_is_reached() -> None:
    account = BrokerAccount("127.0.0.1", free_port(), "server", "secret")
    connection = Connection(
        account, subscriptions=["gongguan/v1/+/state"], presence_topic=SERVER_STATE_TOPIC, listener=Ear()
    )
    assert not connection.publish("gongguan/v1/hall-1/down/ack", b"too early")


@pytest.mark.parametrize("failures", [0, 1, 5, 100, 100_000])
def test_the_wait_between_attempts_stays_within_its_bounds(failures: int) -> None:
    for _ in range(100):
        assert Timing().retry_s_min / 2 <= retry_delay_s(failures, Timing()) <= Timing().retry_s_max


async def test_whoever_leaves_in_the_instant_the_line_breaks_is_gone(
    broker: BrokerInTest, agent: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire(broker.port) as wire:
        async with connected(broker, Ear(), port=wire.port) as connection:
            assert (await off_loop(agent.next_message))[:2] == ONLINE
            leaving = next(task for task in asyncio.all_tasks() if task.get_name() == CONNECTION)
            lose = connection._lose  # noqa: SLF001 - paho knows of the loss by then, and `run` not yet

            def lose_and_leave(why: str) -> None:
                lose(why)
                leaving.cancel()

            monkeypatch.setattr(connection, "_lose", lose_and_leave)
            wire.cut()
            with pytest.raises(asyncio.CancelledError):
                await soon(asyncio.shield(leaving))
