"""The wire between agent and server: how long one entry takes to be safe there, and how fast a journal catches up.

Both ends are the real links in one process, the store is a real one on disk, over the embedded broker and over
Mosquitto where it is installed. The floor is one bare client answering another through the same broker.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, spread
from bench.township import Town
from device_agent.arrivals import AckArrived, Holdings
from device_agent.outbox import Outbox
from device_agent.server_link import ServerLink
from firmware_protocol.messages import down_topic, up_topic
from tests.device_agent.office import NO_PHOTOS, QUICK, Desk, bundle_for
from tests.fixtures.brokers import BrokerInTest, Client, EmbeddedBroker
from tests.fixtures.mosquitto import Mosquitto
from tests.fixtures.processes import find_program
from tests.server.cabinets.township import Service, Township

CAUGHT_UP_PER_ROUND = 15
WAIT_S = 60.0


def measure(_town: Town, rounds: int) -> list[Figure]:
    """So many entries one by one, and many more in one go, over each broker this machine has."""
    return [figure for name, broker in brokers() for figure in _over(name, broker, rounds)]


def _over(name: str, broker: BrokerInTest, rounds: int) -> list[Figure]:
    floor = spread(there_and_back_ms(broker, rounds))
    with tempfile.TemporaryDirectory() as folder, both_ends(Path(folder), broker) as (desk, link):
        one_by_one = spread(entries_ms(desk, link, rounds))
        backlog = rounds * CAUGHT_UP_PER_ROUND
        caught_up_per_s = catch_up_per_s(desk, link, backlog)
    return [
        Figure(
            what=f"{name}: entry → acknowledged",
            unit="ms",
            measured=one_by_one,
            floors={f"there and back {cut}": value for cut, value in floor.items()},
        ),
        Figure(what=f"{name}: a backlog of {backlog} entries", unit="/s", measured={"entries": caught_up_per_s}),
    ]


def brokers() -> Iterator[tuple[str, BrokerInTest]]:
    """The embedded broker, and Mosquitto where it is installed; each running while it is being used."""
    embedded = EmbeddedBroker()
    embedded.start()
    try:
        yield "embedded", embedded
    finally:
        embedded.close()
    program = find_program("mosquitto")
    if program is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        mosquitto = Mosquitto(program, Path(folder))
        mosquitto.start()
        try:
            yield "mosquitto", mosquitto
        finally:
            mosquitto.stop()


@contextmanager
def both_ends(folder: Path, broker: BrokerInTest) -> Iterator[tuple[Desk, ServerLink]]:
    """A township with its link and one agent's link, connected."""
    desk = Desk()
    with closing(Township(folder)) as township, Service(township, broker):
        link = ServerLink(
            bundle_for(broker),
            desk,
            session=1,
            outbox=Outbox(),
            holdings=Holdings(),
            album=NO_PHOTOS,
            timing=QUICK,
        )
        link.start()
        try:
            desk.next_of(AckArrived)
            yield desk, link
        finally:
            link.stop()


def there_and_back_ms(broker: BrokerInTest, rounds: int) -> list[float]:
    """A message up and its answer down, QoS 1, between two bare clients."""
    with Client(broker, "server") as server, Client(broker, "hall-1") as agent:
        server.subscribe("gongguan/v1/+/up/#")
        agent.subscribe("gongguan/v1/hall-1/down/#")

        def there_and_back() -> None:
            agent.send(up_topic("hall-1", "hello"), b"x" * 700)
            server.next_message()
            server.send(down_topic("hall-1", "ack"), b"x" * 250)
            agent.next_message()

        return _timed_ms(there_and_back, rounds)


def entries_ms(desk: Desk, link: ServerLink, rounds: int) -> list[float]:
    """One entry after the other, each until the server has acknowledged it."""

    def write_one() -> None:
        seq = desk.write(1)
        link.wrote(seq)
        _until_acknowledged(desk, seq)

    return _timed_ms(write_one, rounds)


def catch_up_per_s(desk: Desk, link: ServerLink, entries: int) -> float:
    """Entries a second, of a journal that has fallen behind."""
    seq = desk.write(entries)
    started = perf_counter()
    link.wrote(seq)
    _until_acknowledged(desk, seq)
    return entries / (perf_counter() - started)


def _until_acknowledged(desk: Desk, seq: int) -> None:
    while not (isinstance(ack := desk.next_of(AckArrived, within_s=WAIT_S), AckArrived) and ack.ack.seq >= seq):
        pass


def _timed_ms(work: Callable[[], None], rounds: int) -> list[float]:
    took = []
    for _ in range(rounds):
        started = perf_counter()
        work()
        took.append((perf_counter() - started) * 1000)
    return took
