"""An agent as the server meets it on the wire: it says what a test wants said, and keeps what it hears."""

from collections.abc import Mapping, Sequence
from typing import Self

from firmware_protocol import entries
from firmware_protocol.entries import Chain
from firmware_protocol.messages import (
    Ack,
    CarriedEntry,
    EventBatch,
    Hello,
    Message,
    decode,
    down_topic,
    encode,
    up_topic,
)
from firmware_protocol.notes import Signer
from tests.fixtures.brokers import BrokerInTest, Client
from tests.server.cabinets.township import EPOCH, SIGNERS, Township, now

NONCE = "nonce"
NEVER_SAID = Hello("hall-1", EPOCH, 1, 0, 0, 0, 0, (), now(), NONCE)


class Agent:
    """An agent at the wire: says what it is told to say and keeps what it hears, by the last part of the topic."""

    def __init__(self, broker: BrokerInTest, name: str = "hall-1") -> None:
        self.name = name
        self.client = Client(broker, name)
        self.key = SIGNERS[name]
        self._chain = Chain(name, EPOCH)

    def __enter__(self) -> Self:
        self.client.connect().subscribe(f"gongguan/v1/{self.name}/down/#")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def say(self, name: str, message: Message, key: Signer | None = None) -> None:
        self.client.publish(up_topic(self.name, name), encode(message, key or self.key))

    def hear(self, name: str) -> bytes:
        """The next message of this kind; others are passed over."""
        while (message := self.client.next_message())[0] != down_topic(self.name, name):
            pass
        return message[1]

    def hear_ack(self, township: Township) -> Ack:
        return decode(self.hear("ack"), Ack, [township.keys.permit.verifier])

    def new_entries(self, count: int) -> tuple[CarriedEntry, ...]:
        """The next entries of this agent's chain: a door is closed again and again."""
        return tuple(self.new_entry("door_closed", {"compartment": "CAB-01/7"}) for _ in range(count))

    def new_entry(self, event_type: str, about: Mapping[str, object]) -> CarriedEntry:
        """The next entry of this agent's chain."""
        note = entries.compose(self._chain, self.key, at=now(), clock="sync", event_type=event_type, about=about)
        self._chain = self._chain.extend(note)
        return CarriedEntry(note)

    def send(self, carried: Sequence[CarriedEntry]) -> None:
        self.say("events", EventBatch(self.name, EPOCH, tuple(carried), NONCE))
