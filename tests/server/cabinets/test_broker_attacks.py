"""What a stranger or a rogue agent may try at the broker. Each attack runs against our broker and against Mosquitto."""

import contextlib
import queue
import socket
from time import monotonic

import psutil
import pytest
from paho.mqtt.enums import MQTTProtocolVersion

from firmware_protocol.messages import down_topic, state_topic, up_topic
from tests.fixtures.brokers import BrokerInTest, Client, EmbeddedBroker
from tests.fixtures.patience import PATIENCE_S
from tests.server.cabinets.raw_mqtt import connect_packet

QUIET_S = 0.3
MARK = b"and now something allowed"


def hears_only_the_mark(client: Client, sender: Client, topic: str) -> bool:
    """Whether the next thing `client` hears is what `sender` says now; brokers deliver in order."""
    sender.publish(topic, MARK)
    return client.next_message() == (topic, MARK, False)


def heard_nothing(*clients: Client) -> bool:
    """Whether all inboxes stay empty for a while; for what a broker does in its own time."""
    deadline = monotonic() + QUIET_S
    for client in clients:
        with contextlib.suppress(queue.Empty):
            client.next_message(max(0.0, deadline - monotonic()))
            return False
    return True


@pytest.mark.parametrize("clean", [True, False], ids=["clean", "lasting"])
def test_a_stranger_who_utters_an_agents_name_does_not_disturb_it(broker: BrokerInTest, clean: bool) -> None:
    with Client(broker, "hall-1") as victim, Client(broker, "server") as server:
        victim.subscribe("gongguan/v1/hall-1/down/#")
        stranger = Client(broker, "hall-1", password="wrong", clean=clean).connect()
        stranger.close()
        server.publish(down_topic("hall-1", "permit"), b"still there?")
        assert victim.next_message() == (down_topic("hall-1", "permit"), b"still there?", False)
        assert str(stranger.answer) == "Not authorized"


def test_an_agent_cannot_take_anothers_client_id(broker: BrokerInTest) -> None:
    with Client(broker, "hall-1") as victim, Client(broker, "server") as server:
        victim.subscribe("gongguan/v1/hall-1/down/#")
        rogue = Client(broker, "hall-2", client_id="hall-1").connect()
        assert hears_only_the_mark(victim, server, down_topic("hall-1", "ack"))
        rogue.close()


def test_retained_states_reach_only_those_who_subscribed(broker: BrokerInTest) -> None:
    with Client(broker, "server") as server, Client(broker, "hall-1") as first:
        server.subscribe("gongguan/v1/+/state", "gongguan/v1/+/up/#")
        first.publish(state_topic("hall-1"), b"online", retain=True)
        with Client(broker, "hall-2") as second:
            second.subscribe("gongguan/v1/hall-2/down/#")
            assert hears_only_the_mark(second, server, down_topic("hall-2", "ack"))


def test_a_subscriber_receives_the_retained_state_it_may_see(broker: BrokerInTest) -> None:
    with Client(broker, "hall-1") as first:
        first.publish(state_topic("hall-1"), b"online", retain=True)
        with Client(broker, "server") as server:
            server.subscribe("gongguan/v1/+/state")
            assert server.next_message() == (state_topic("hall-1"), b"online", True)


@pytest.mark.parametrize("topic", [state_topic("hall-1"), down_topic("hall-1", "permit"), "gongguan/v1/server/state"])
@pytest.mark.parametrize("retain", [False, True], ids=["passing", "retained"])
def test_a_last_will_keeps_to_the_topic_rules(broker: BrokerInTest, topic: str, retain: bool) -> None:
    with Client(broker, "server") as server, Client(broker, "hall-1") as victim:
        server.subscribe("gongguan/v1/+/state")
        victim.subscribe("gongguan/v1/hall-1/down/#", "gongguan/v1/server/state")
        rogue = Client(broker, "hall-2", will=(topic, b"forged", retain)).connect()
        if rogue.connected.is_set():
            rogue.die()
        assert heard_nothing(server, victim)
        rogue.close()


def test_an_agents_own_last_will_is_published(broker: BrokerInTest) -> None:
    with Client(broker, "server") as server:
        server.subscribe("gongguan/v1/+/state")
        agent = Client(broker, "hall-1", will=(state_topic("hall-1"), b"offline", True)).connect()
        agent.die()
        assert server.next_message()[:2] == (state_topic("hall-1"), b"offline")
    with Client(broker, "server") as later:
        later.subscribe("gongguan/v1/+/state")
        assert later.next_message() == (state_topic("hall-1"), b"offline", True)


@pytest.mark.parametrize("filter_", ["#", "gongguan/v1/#", "gongguan/v1/+/down/#", "gongguan/v1/hall-1/down/#"])
def test_an_agent_hears_nothing_of_another_whatever_it_subscribes_to(broker: BrokerInTest, filter_: str) -> None:
    with Client(broker, "server") as server, Client(broker, "hall-2") as rogue:
        rogue.subscribe(filter_, "gongguan/v1/hall-2/down/#")
        server.publish(down_topic("hall-1", "permit"), b"secret")
        assert hears_only_the_mark(rogue, server, down_topic("hall-2", "ack"))


@pytest.mark.parametrize(
    "topic",
    [up_topic("hall-1", "events"), down_topic("hall-1", "permit"), state_topic("hall-1"), "gongguan/v1/server/state"],
)
@pytest.mark.parametrize("qos", [0, 1, 2])
def test_an_agent_cannot_speak_for_another_or_for_the_server(broker: BrokerInTest, topic: str, qos: int) -> None:
    with Client(broker, "server") as server, Client(broker, "hall-1") as victim, Client(broker, "hall-2") as rogue:
        server.subscribe("gongguan/v1/+/up/#", "gongguan/v1/+/state")
        victim.subscribe("gongguan/v1/hall-1/down/#", "gongguan/v1/server/state")
        rogue.publish(topic, b"forged", qos=qos, retain=True)
        assert hears_only_the_mark(server, rogue, up_topic("hall-2", "hello"))
        assert hears_only_the_mark(victim, server, down_topic("hall-1", "ack"))


@pytest.mark.parametrize(
    ("account", "password"),
    [("hall-1", ""), ("hall-1", "guess"), ("hall-9", "guess"), ("", ""), ("server", "server")],
    ids=["no password", "wrong password", "unknown account", "no account", "server"],
)
def test_only_accounts_with_their_password_come_in(broker: BrokerInTest, account: str, password: str) -> None:
    client = Client(broker, account, client_id=account or "nobody", password=password).connect()
    assert not client.connected.is_set()
    client.close()


def test_a_lasting_session_is_not_granted(embedded_broker: EmbeddedBroker) -> None:
    with Client(embedded_broker, "server") as server:
        agent = Client(embedded_broker, "hall-1", clean=False).connect()
        agent.subscribe("gongguan/v1/hall-1/down/#")
        agent.die()
        server.publish(down_topic("hall-1", "permit"), b"late")
        with Client(embedded_broker, "hall-1", clean=False) as again:
            again.subscribe("gongguan/v1/hall-1/down/#")
            assert hears_only_the_mark(again, server, down_topic("hall-1", "ack"))


def test_a_newer_protocol_version_gets_an_answer(embedded_broker: EmbeddedBroker) -> None:
    client = Client(embedded_broker, "hall-1", version=MQTTProtocolVersion.MQTTv5).connect()
    assert str(client.answer) == "Unsupported protocol version"
    client.close()


def test_hundreds_of_bad_logins_leave_nothing_behind(embedded_broker: EmbeddedBroker) -> None:
    for _ in range(200):
        with socket.create_connection((embedded_broker.host, embedded_broker.port), timeout=PATIENCE_S) as sock:
            sock.sendall(connect_packet("hall-1", "wrong"))
            assert sock.recv(4) == b"\x20\x02\x00\x05"
    assert embedded_broker.broker.sessions_held == 0


def test_a_client_that_comes_and_goes_leaves_nothing_behind(embedded_broker: EmbeddedBroker) -> None:
    for _ in range(50):
        with socket.create_connection((embedded_broker.host, embedded_broker.port), timeout=PATIENCE_S) as sock:
            sock.sendall(connect_packet("hall-1", embedded_broker.passwords["hall-1"]))
            assert sock.recv(4) == b"\x20\x02\x00\x00"
    assert embedded_broker.broker.sessions_held <= 1


def test_the_newer_of_two_connections_of_one_agent_stays(broker: BrokerInTest) -> None:
    elder = Client(broker, "hall-1", will=(state_topic("hall-1"), b"offline", True)).connect()
    with Client(broker, "server") as server, Client(broker, "hall-1") as younger:
        assert elder.left.wait(PATIENCE_S)
        elder.close()
        younger.subscribe("gongguan/v1/hall-1/down/#")
        younger.publish(state_topic("hall-1"), b"online", retain=True)
        server.subscribe("gongguan/v1/+/state")
        assert server.next_message() == (state_topic("hall-1"), b"online", True)
        server.publish(down_topic("hall-1", "ack"), b"for the younger")
        assert younger.next_message()[1] == b"for the younger"


def test_nobody_listens_on_the_systems_port(embedded_broker: EmbeddedBroker) -> None:
    listening = {
        connection.laddr.port
        for connection in psutil.Process().net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN
    }
    assert embedded_broker.port in listening
    assert 1883 not in listening
