"""Both neighbours of the link: the server, played over a bare client, and the agent, with a journal in memory."""

import hashlib
import queue
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from device_agent.arrivals import Arrival
from device_agent.bundle import Broker, Bundle
from device_agent.mqtt import Timing
from device_agent.photos import Album
from firmware_protocol import entries, permits, slips
from firmware_protocol.entries import Chain
from firmware_protocol.log_steps import LogHeld, parse_held
from firmware_protocol.messages import (
    BATCH_BYTES_MAX,
    BATCH_ENTRIES_MAX,
    SERVER_STATE_TOPIC,
    Ack,
    CarriedEntry,
    Doors,
    EventBatch,
    Hello,
    Message,
    PermitDelivery,
    decode,
    down_topic,
    encode,
    encode_delivery,
    up_topic,
)
from firmware_protocol.permits import Permit
from tests.device_agent.hall import AGENT, AGENT_SIGNER, LOG_SIGNER, NOON, SERVER_SIGNER, slip_for
from tests.fixtures.brokers import BrokerInTest, Client
from tests.fixtures.patience import PATIENCE_S

QUICK = Timing(keep_alive_s=5, answer_s=2.0, silence_s=60.0, retry_s_min=0.05, retry_s_max=0.1)
EPOCH = 1
NO_PHOTOS = Album(Path("/nonexistent"))


def bundle_for(broker: BrokerInTest, *, port: int | None = None, server_url: str = "http://127.0.0.1:9") -> Bundle:
    """What add-agent would have written."""
    return bundle_at(port or broker.port, broker.host, broker.passwords[AGENT], server_url)


def bundle_at(port: int, host: str = "127.0.0.1", password: str = "", server_url: str = "http://127.0.0.1:9") -> Bundle:
    """The same, for a broker that need not be there."""
    return Bundle(
        agent=AGENT,
        epoch=EPOCH,
        origin="gongguan.test",
        signer=AGENT_SIGNER,
        permit=SERVER_SIGNER.verifier,
        log=LOG_SIGNER.verifier,
        server_url=server_url,
        broker=Broker(host, port, AGENT, password, tls_ca=None),
    )


class Desk:
    """The agent's side: entries are composed for real and kept in a list, what arrives is put into a queue."""

    def __init__(self) -> None:
        self.arrivals: queue.Queue[Arrival] = queue.Queue()
        self._entries: list[CarriedEntry] = []
        self._chain = Chain(AGENT, EPOCH)

    @property
    def last_seq(self) -> int:
        return self._chain.seq

    def write(self, count: int) -> int:
        """Append this many entries; the last one's number."""
        for _ in range(count):
            about = {"opening": f"o-{self._chain.seq}", "compartment": "CAB-01/7"}
            note = entries.compose(
                self._chain, AGENT_SIGNER, at=NOON, clock="rtc", event_type="door_opened", about=about
            )
            self._entries.append(CarriedEntry(note, b"s" * 32, '{"说明":"开门"}'.encode()))
            self._chain = self._chain.extend(note)
        return self._chain.seq

    def unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        size, batch = 0, list[CarriedEntry]()
        for entry in self._entries[after_seq : after_seq + BATCH_ENTRIES_MAX]:
            size += len(entry.note) + len(entry.body or b"") + 200
            if batch and size > BATCH_BYTES_MAX:
                break
            batch.append(entry)
        return batch

    def deliver(self, arrival: Arrival) -> None:
        self.arrivals.put(arrival)

    def counted_last_hour(self) -> dict[str, dict[str, int]]:
        return {}

    def now(self) -> datetime:
        return NOON

    def next_of(self, *types: type, within_s: float = PATIENCE_S) -> Arrival:
        """The next arrival of one of these types; others are passed over."""
        while not isinstance(arrival := self.arrivals.get(timeout=within_s), types):
            pass
        return arrival


class Office:
    """The server's side: commits what continues the sequence, and acknowledges unless `is_deaf` to it."""

    def __init__(self, broker: BrokerInTest) -> None:
        self.hellos: queue.Queue[Hello] = queue.Queue()
        self.doors: queue.Queue[Doors] = queue.Queue()
        self.held: queue.Queue[LogHeld] = queue.Queue()
        self.committed: list[bytes] = []
        self.times_seen: Counter[bytes] = Counter()
        self.lose_batch: Callable[[], bool] = lambda: False
        self.lose_ack: Callable[[], bool] = lambda: False
        self.asked = ""
        self._grown = threading.Condition()
        self._client = Client(broker, "server", will=(SERVER_STATE_TOPIC, b"offline", True))
        self._thread = threading.Thread(target=self._work, name="office")

    def open(self) -> Self:
        self._client.connect().subscribe("gongguan/v1/+/up/#")
        self._thread.start()
        self._client.publish(SERVER_STATE_TOPIC, b"online", retain=True)
        self._client.greeting = (SERVER_STATE_TOPIC, b"online")
        return self

    def close(self) -> None:
        """Leave politely."""
        self._client.publish(SERVER_STATE_TOPIC, b"offline", retain=True)
        self._client.close()
        self._client.inbox.put(("", b"", False))
        self._thread.join(PATIENCE_S)

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    def say(self, name: str, message: Message, *, retain: bool = False) -> None:
        self.say_bytes(name, encode(message, SERVER_SIGNER), retain=retain)

    def say_bytes(self, name: str, payload: bytes, *, retain: bool = False) -> None:
        self._client.publish(down_topic(AGENT, name), payload, retain=retain)

    def deliver(self, permit: Permit) -> None:
        slip = slips.encode(slip_for(permit), SERVER_SIGNER)
        self.say_bytes("permit", encode_delivery(PermitDelivery(permits.encode(permit, SERVER_SIGNER), slip)))

    def wait_until_committed(self, count: int, timeout_s: float = PATIENCE_S) -> None:
        with self._grown:
            assert self._grown.wait_for(lambda: len(self.committed) >= count, timeout_s), len(self.committed)

    def _work(self) -> None:
        takers = {
            up_topic(AGENT, "hello"): lambda note: self._greet(decode(note, Hello, [AGENT_SIGNER.verifier])),
            up_topic(AGENT, "doors"): lambda note: self.doors.put(decode(note, Doors, [AGENT_SIGNER.verifier])),
            up_topic(AGENT, "log"): lambda note: self.held.put(parse_held(note, [AGENT_SIGNER.verifier])),
            up_topic(AGENT, "events"): lambda note: self._commit(decode(note, EventBatch, [AGENT_SIGNER.verifier])),
        }
        while (message := self._client.inbox.get())[0]:
            takers[message[0]](message[1])

    def _greet(self, hello: Hello) -> None:
        self.hellos.put(hello)
        self.asked = hello.nonce
        self._acknowledge()

    def ack(self, seq: int, at: datetime = NOON) -> Ack:
        """An acknowledgement of so many entries, in answer to what the agent said last."""
        return Ack(AGENT, EPOCH, seq, at, self.asked)

    def _commit(self, batch: EventBatch) -> None:
        if self.lose_batch():
            return
        for carried in batch.entries:
            entry = entries.parse(carried.note, [AGENT_SIGNER.verifier])
            self.times_seen[carried.note] += 1
            if entry.seq == len(self.committed) + 1:
                self.committed.append(carried.note)
        with self._grown:
            self._grown.notify_all()
        self.asked = batch.nonce
        self._acknowledge()

    def _acknowledge(self) -> None:
        if not self.lose_ack():
            self._client.send(down_topic(AGENT, "ack"), encode(self.ack(len(self.committed)), SERVER_SIGNER))


def is_gap_free(notes: Sequence[bytes]) -> bool:
    """Whether these are the entries 1, 2, 3 …, each naming the hash of the one before."""
    previous = entries.GENESIS
    for seq, note in enumerate(notes, 1):
        entry = entries.parse(note, [AGENT_SIGNER.verifier])
        if (entry.seq, entry.prev) != (seq, previous):
            return False
        previous = hashlib.sha256(note).hexdigest()
    return True
