"""What one client may cost the embedded broker: time, memory, connections. And that garbage is weather."""

import socket
from collections.abc import Iterator
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from firmware_protocol.messages import up_topic
from server.cabinets.broker import GuardedBroker, Limits
from tests.fixtures.brokers import Client, EmbeddedBroker
from tests.fixtures.patience import PATIENCE_S
from tests.server.cabinets.raw_mqtt import connect_packet, publish_packet, remaining_length

QUICK = Limits(connect_s=0.3, stall_s=0.5, packet_bytes=4096, connections=5)
ACCEPTED = b"\x20\x02\x00\x00"


@pytest.fixture
def strict_broker() -> Iterator[EmbeddedBroker]:
    broker = EmbeddedBroker(QUICK)
    broker.start()
    yield broker
    broker.close()


def open_socket(broker: EmbeddedBroker) -> socket.socket:
    return socket.create_connection((broker.host, broker.port), timeout=PATIENCE_S)


def signed_in(broker: EmbeddedBroker, keep_alive_s: int = 30) -> socket.socket:
    sock = open_socket(broker)
    sock.sendall(connect_packet("hall-1", broker.passwords["hall-1"], keep_alive_s))
    assert sock.recv(4) == ACCEPTED
    return sock


def hangs_up(sock: socket.socket) -> bool:
    """Whether the broker ends this connection; raises TimeoutError when it does not within the socket's timeout."""
    try:
        while sock.recv(4096):
            pass
    except ConnectionError:
        return True
    return True


@pytest.mark.parametrize(
    "first_bytes",
    [
        b"",
        b"\x10",
        connect_packet("hall-1", "x")[:-1],
        b"\x10" + remaining_length(5000),
        b"\x10\xff\xff\xff\xff\x7f",
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"\x10\x02\x00\x04",
        publish_packet("gongguan/v1/hall-1/up/hello", b"no connect before"),
    ],
    ids=[
        "silence",
        "one byte",
        "half a CONNECT",
        "too large",
        "endless length",
        "HTTP",
        "empty CONNECT",
        "PUBLISH first",
    ],
)
def test_whoever_does_not_introduce_itself_in_time_is_dropped(
    strict_broker: EmbeddedBroker, first_bytes: bytes
) -> None:
    started = monotonic()
    with open_socket(strict_broker) as sock:
        sock.sendall(first_bytes)
        assert hangs_up(sock)
    assert monotonic() - started < Limits().connect_s, "by its own limit, not by the usual one"
    assert strict_broker.broker.sessions_held == 0


def test_a_client_silent_for_longer_than_its_keep_alive_is_gone_and_its_will_is_said(
    embedded_broker: EmbeddedBroker,
) -> None:
    with Client(embedded_broker, "server") as server:
        server.subscribe("gongguan/v1/+/state")
        with open_socket(embedded_broker) as sock:
            will = ("gongguan/v1/hall-1/state", b"offline")
            sock.sendall(connect_packet("hall-1", embedded_broker.passwords["hall-1"], keep_alive_s=1, will=will))
            assert sock.recv(4) == ACCEPTED
            assert server.next_message()[:2] == will
            assert hangs_up(sock)


def test_a_packet_over_the_limit_ends_the_connection(strict_broker: EmbeddedBroker) -> None:
    with signed_in(strict_broker) as sock:
        sock.sendall(publish_packet(up_topic("hall-1", "events"), b"x" * QUICK.packet_bytes))
        assert hangs_up(sock)


def test_a_packet_within_the_limit_arrives(strict_broker: EmbeddedBroker) -> None:
    with Client(strict_broker, "server") as server, signed_in(strict_broker) as sock:
        server.subscribe("gongguan/v1/+/up/#")
        sock.sendall(publish_packet(up_topic("hall-1", "events"), b"x" * 4000))
        assert server.next_message()[1] == b"x" * 4000


def test_a_packet_that_lies_about_its_length_spoils_only_itself(strict_broker: EmbeddedBroker) -> None:
    with Client(strict_broker, "server") as server, signed_in(strict_broker) as sock:
        server.subscribe("gongguan/v1/+/up/#")
        topic_longer_than_packet = b"\x30\x04\x00\xffab"
        sock.sendall(topic_longer_than_packet + publish_packet(up_topic("hall-1", "hello"), b"the next one"))
        assert server.next_message()[:2] == (up_topic("hall-1", "hello"), b"the next one")


def test_a_client_that_takes_nothing_is_cut_off_and_others_are_served(strict_broker: EmbeddedBroker) -> None:
    with Client(strict_broker, "server") as server:
        deaf = open_socket(strict_broker)
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(connect_packet("hall-1", strict_broker.passwords["hall-1"]))
        assert deaf.recv(4) == ACCEPTED
        deaf.sendall(b"\x82\x1e\x00\x01\x00\x19gongguan/v1/hall-1/down/#\x00")
        assert deaf.recv(5)[:1] == b"\x90"
        while "hall-1" in strict_broker.broker.accounts_present:
            server.publish("gongguan/v1/hall-1/down/permit", b"x" * 4000)
        deaf.close()


def test_no_message_is_lost_while_others_come_subscribe_and_go(embedded_broker: EmbeddedBroker) -> None:
    overlapping = [f"gongguan/v1/{who}/up/{what}" for who in ("+", "hall-1") for what in ("#", "+", "events")]
    with Client(embedded_broker, "server") as server, Client(embedded_broker, "hall-1") as agent:
        server.subscribe(*overlapping)
        for number in range(400):
            agent.send(up_topic("hall-1", "events"), b"%d" % number)
            if number % 10 == 0:
                with Client(embedded_broker, "hall-2") as visitor:
                    visitor.subscribe("gongguan/v1/hall-2/down/ack")
        heard = [int(server.next_message()[1]) for _ in range(400 * len(overlapping))]
        assert heard == sorted([*range(400)] * len(overlapping))


def test_an_account_that_is_expelled_is_gone_at_once_and_nobody_else(strict_broker: EmbeddedBroker) -> None:
    with signed_in(strict_broker) as sock, Client(strict_broker, "server") as server:
        strict_broker.expel("nobody")
        strict_broker.expel("hall-1")
        assert hangs_up(sock)
        assert "server" in strict_broker.broker.accounts_present
        server.subscribe("gongguan/v1/+/state")


def test_only_so_many_connections_are_held_at_once(strict_broker: EmbeddedBroker) -> None:
    held = [open_socket(strict_broker) for _ in range(QUICK.connections)]
    with open_socket(strict_broker) as one_more:
        assert hangs_up(one_more)
    for sock in held:
        sock.close()


def test_the_broker_keeps_to_loopback_and_off_the_systems_port() -> None:
    for host in ("0.0.0.0", "192.168.1.10", "::"):  # noqa: S104  they must be refused
        with pytest.raises(ValueError, match="loopback"):
            GuardedBroker(lambda _account, _password: True, host=host)
    with pytest.raises(ValueError, match="1883"):
        GuardedBroker(lambda _account, _password: True, port=1883)


def test_a_taken_port_is_said_so(embedded_broker: EmbeddedBroker) -> None:
    second = EmbeddedBroker()
    second.port = embedded_broker.port
    with pytest.raises(OSError, match="address already in use"):
        second.start()
    second.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.lists(st.binary(max_size=60), max_size=8), before_login=st.booleans())
def test_garbage_on_one_connection_is_nothing_to_the_others(
    strict_broker: EmbeddedBroker, noise: list[bytes], before_login: bool
) -> None:
    with open_socket(strict_broker) as sock:
        if not before_login:
            noise = [connect_packet("hall-1", strict_broker.passwords["hall-1"]), *noise]
        sock.sendall(b"".join(noise))
    with Client(strict_broker, "server") as server:
        server.subscribe("gongguan/v1/server/state")
        server.publish("gongguan/v1/server/state", b"online")
        assert server.next_message()[1] == b"online"
