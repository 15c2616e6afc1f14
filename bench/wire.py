"""The wire above the agent: how long news takes each way, and how fast a journal is caught up. `python -m bench.wire`.

Both ends are the real links, the store is a real one on disk; the floor is a bare paho client answering another.
"""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from time import perf_counter

from device_agent.arrivals import AckArrived, Holdings, PermitArrived
from device_agent.outbox import Outbox
from device_agent.server_link import ServerLink
from firmware_protocol.messages import down_topic, up_topic
from tests.device_agent.office import QUICK, Desk, bundle_for
from tests.fixtures.brokers import BrokerInTest, Client, EmbeddedBroker
from tests.fixtures.mosquitto import Mosquitto
from tests.fixtures.processes import find_program
from tests.server.cabinets.township import Service, Township

ROUNDS = 300
CATCH_UP_ENTRIES = 5_000
WAIT_S = 60.0


def main() -> None:
    """Print the figures for each broker that this machine has."""
    for name, broker in brokers():
        report(f"{name}: QoS 1 there and back, bare paho (floor)", floor_ms(broker))
        with tempfile.TemporaryDirectory() as folder, both_ends(Path(folder), broker) as (township, desk, link):
            report(f"{name}: entry written → acknowledged after commit", entry_ms(desk, link))
            report(f"{name}: permit asked for → committed → at the agent", permit_ms(township, desk))
            print(
                f"{name}: journal of {CATCH_UP_ENTRIES} entries caught up at {catch_up_rate(desk, link):,.0f} entries/s"
            )


def brokers() -> Iterator[tuple[str, BrokerInTest]]:
    """The embedded broker, and Mosquitto where it is installed; each running while it is being used."""
    embedded = EmbeddedBroker()
    embedded.start()
    yield "embedded", embedded
    embedded.close()
    program = find_program("mosquitto")
    if program is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        mosquitto = Mosquitto(program, Path(folder))
        mosquitto.start()
        yield "mosquitto", mosquitto
        mosquitto.stop()


@contextmanager
def both_ends(folder: Path, broker: BrokerInTest) -> Iterator[tuple[Township, Desk, ServerLink]]:
    """A township with its link and one agent's link, connected."""
    township, desk = Township(folder), Desk()
    with Service(township, broker):
        link = ServerLink(bundle_for(broker), desk, session=1, outbox=Outbox(), holdings=Holdings(), timing=QUICK)
        link.start()
        desk.next_of(AckArrived)
        yield township, desk, link
        link.stop()
    township.close()


def floor_ms(broker: BrokerInTest) -> list[float]:
    """A message up and its answer down, between two bare clients."""
    with Client(broker, "server") as server, Client(broker, "hall-1") as agent:
        server.subscribe("gongguan/v1/+/up/#")
        agent.subscribe("gongguan/v1/hall-1/down/#")

        def there_and_back() -> None:
            agent.send(up_topic("hall-1", "hello"), b"x" * 700)
            server.next_message()
            server.send(down_topic("hall-1", "ack"), b"x" * 250)
            agent.next_message()

        return timed(there_and_back)


def entry_ms(desk: Desk, link: ServerLink) -> list[float]:
    """One entry at a time, to its acknowledgement."""

    def write_one() -> None:
        seq = desk.write(1)
        link.wrote(seq)
        wait_for_ack(desk, seq)

    return timed(write_one)


def permit_ms(township: Township, desk: Desk) -> list[float]:
    """A permit, from the use case to the agent."""
    letters = iter(f"{number:016d}"[-16:] for number in range(ROUNDS))

    def issue_one() -> None:
        township.issue("a", id=f"m-{next(letters)}")
        desk.next_of(PermitArrived)

    return timed(issue_one)


def catch_up_rate(desk: Desk, link: ServerLink) -> float:
    """Entries per second, from a journal that has fallen behind."""
    seq = desk.write(CATCH_UP_ENTRIES)
    started = perf_counter()
    link.wrote(seq)
    wait_for_ack(desk, seq)
    return CATCH_UP_ENTRIES / (perf_counter() - started)


def wait_for_ack(desk: Desk, seq: int) -> None:
    """Return when everything up to `seq` has been acknowledged."""
    while not (isinstance(ack := desk.next_of(AckArrived, within_s=WAIT_S), AckArrived) and ack.seq >= seq):
        pass


def timed(work: Callable[[], None]) -> list[float]:
    """Milliseconds of each round, the first ones left out."""
    took = []
    for _ in range(ROUNDS):
        started = perf_counter()
        work()
        took.append((perf_counter() - started) * 1000)
    return took[ROUNDS // 10 :]


def report(what: str, took_ms: list[float]) -> None:
    """One line: median and 99th percentile."""
    cuts = quantiles(took_ms, n=100)
    print(f"{what}: p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms")


if __name__ == "__main__":
    main()
