"""The last approval → the kiosk offers what was approved, and would open for it.

The clock starts just before the reviewer's request is written to its socket. It stops when the kiosk, with the two
people standing in front of it, offers the permit and does not refuse it: by then the server has committed and signed
it and published a head of the log with it, the broker has carried permit, head and proofs, and the agent has found the
head consistent with its last one and the permit in it, and holds all of it in its journal. The floor is the broker
alone: a QoS 1 message and its acknowledgement, on the same broker over the same loopback.
"""

from collections.abc import Iterator
from itertools import islice
from queue import SimpleQueue
from time import monotonic_ns

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from bench.figures import Figure, spread
from bench.processes import HOST, Desk, desk, hall
from bench.township import Cooperative, Town
from bench.visitors import AtKiosk, Office
from firmware_protocol.messages import state_topic

TARGET_MS = 1000.0
AT_ONCE = 8
"""So many permits for the same two people, then they leave: nobody reads longer lists."""
WAIT_S = 10.0


def measure(town: Town, permits: int) -> list[Figure]:
    """Approve so many requests one after the other."""
    with desk(town) as server:
        floor = spread(round_trips_ms(town, server, permits))
        with (
            hall(town, server) as cabinets,
            Office(town, server.port) as office,
            AtKiosk(cabinets.agent.port) as kiosk,
        ):
            took = list(islice(_arrivals_ms(town, office, kiosk), permits))
    measured = spread(took)
    return [
        Figure(
            what="last approval → usable at the kiosk, proven",
            unit="ms",
            measured=measured,
            floors={f"QoS 1 round trip {name}": value for name, value in floor.items()},
            target="p99 < 1 s",
            is_met=measured["p99"] < TARGET_MS,
        )
    ]


def _arrivals_ms(town: Town, office: Office, kiosk: AtKiosk) -> Iterator[float]:
    for cooperative in town.cooperatives:
        kiosk.identify(cooperative.accountant, town.officer)
        for voucher in cooperative.vouchers[:AT_ONCE]:
            yield _arrival_ms(office, kiosk, cooperative, voucher)
        kiosk.touch("end")
        kiosk.until("waiting")


def _arrival_ms(office: Office, kiosk: AtKiosk, cooperative: Cooperative, voucher: str) -> float:
    checkout = office.endorsed(cooperative, voucher)
    shown = office.reviewer.reads(checkout)
    asked_ns = monotonic_ns()
    permit = office.permitted(checkout, shown)
    return (kiosk.usable_ns("take", permit) - asked_ns) / 1_000_000


def round_trips_ms(town: Town, server: Desk, count: int) -> list[float]:
    """Milliseconds from a publication by the agent's account to the broker's acknowledgement."""
    account = town.bundle["broker"]
    acknowledged: SimpleQueue[None] = SimpleQueue()
    client = Client(CallbackAPIVersion.VERSION2, client_id=account["username"])
    client.username_pw_set(account["username"], account["password"])
    client.on_connect = client.on_publish = lambda *_news: acknowledged.put(None)
    client.connect(HOST, server.broker_port)
    client.loop_start()
    acknowledged.get(timeout=WAIT_S)
    took = []
    for _ in range(count):
        sent_ns = monotonic_ns()
        client.publish(state_topic(account["username"]), b"online", qos=1)
        acknowledged.get(timeout=WAIT_S)
        took.append((monotonic_ns() - sent_ns) / 1_000_000)
    client.disconnect()
    client.loop_stop()
    return took
