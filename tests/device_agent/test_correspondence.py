"""What an agent makes of the server's answers: which is the newest, and when to ask again."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

import pytest

from device_agent.arrivals import Holdings
from device_agent.correspondence import Correspondence, Errands
from device_agent.outbox import Outbox
from firmware_protocol.messages import (
    SERVER_STATE_TOPIC,
    Ack,
    EventBatch,
    Hello,
    PhotoDoorbell,
    Revocations,
    decode,
    down_topic,
    encode,
    up_topic,
)
from firmware_protocol.notes import Signer
from tests.device_agent.hall import AGENT, AGENT_SIGNER, NOON, SERVER_SIGNER
from tests.device_agent.office import EPOCH, Desk, bundle_at
from tests.device_agent.township_log import TownshipLog

STRANGER = Signer(SERVER_SIGNER.name, b"k" * 32)


@dataclass
class Conversation:
    """An agent with ten entries that the server has, and what it says."""

    said: list[tuple[str, bytes]] = field(default_factory=list)
    photos: list[PhotoDoorbell] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers: Iterator[int] = count(1)
        errands = Errands(self._publish, _nothing, self.photos.append, lambda: 0.0, lambda: f"n-{next(numbers)}")
        desk = Desk()
        desk.write(10)
        outbox = Outbox(last_seq=10, acked_seq=10)
        self.agent = Correspondence(bundle_at(1), desk, errands, session=1, outbox=outbox, holdings=Holdings())
        self.agent.connected(0.0)

    def _publish(self, topic: str, payload: bytes) -> bool:
        self.said.append((topic, payload))
        return True

    def hears(self, seq: int, nonce: str, minutes: float = 0.0, keys: int = 0, signer: Signer = SERVER_SIGNER) -> None:
        """An answer, signed so many minutes after noon by the server's clock."""
        ack = Ack(AGENT, EPOCH, seq, NOON + timedelta(minutes=minutes), nonce, keys_version=keys)
        self.agent.received(down_topic(AGENT, "ack"), encode(ack, signer), is_retained=False)

    def hellos(self) -> list[str]:
        """The nonces of the hellos so far."""
        hellos = (payload for topic, payload in self.said if topic == up_topic(AGENT, "hello"))
        return [decode(each, Hello, [AGENT_SIGNER.verifier]).nonce for each in hellos]

    def last_batch(self) -> EventBatch | None:
        """The newest batch, None before the first."""
        batches = [payload for topic, payload in self.said if topic == up_topic(AGENT, "events")]
        return decode(batches[-1], EventBatch, [AGENT_SIGNER.verifier]) if batches else None


def _nothing(_doorbell: object) -> None:
    pass


@pytest.mark.parametrize("minutes", [-60.0, 60.0], ids=["set back", "set forward"])
def test_a_server_that_lacks_entries_is_supplied_again_whatever_its_clock_says(minutes: float) -> None:
    talk = Conversation()
    talk.agent.attend(2.0)
    talk.hears(10, talk.hellos()[-1])
    talk.agent.attend(70.0)
    talk.hears(4, talk.hellos()[-1], minutes)
    talk.agent.attend(71.0)
    batch = talk.last_batch()
    assert batch is not None
    assert len(batch.entries) == 6


def test_an_answer_to_an_earlier_question_takes_nothing_back() -> None:
    talk = Conversation()
    talk.agent.attend(2.0)
    talk.agent.attend(70.0)
    first, second = talk.hellos()
    talk.hears(10, second)
    talk.hears(4, first, minutes=60.0)
    talk.agent.attend(71.0)
    assert talk.last_batch() is None


def test_what_an_answer_says_there_is_and_what_does_not_come_is_asked_for_before_the_minute_is_over() -> None:
    talk = Conversation()
    talk.agent.attend(2.0)
    talk.hears(10, talk.hellos()[-1], keys=1)
    for now in range(3, 18):
        talk.agent.attend(float(now))
    assert len(talk.hellos()) == 4


def test_an_answer_under_a_key_that_is_not_known_makes_it_ask_again_and_later_each_time() -> None:
    talk = Conversation()
    talk.agent.attend(2.0)
    for now in range(3, 40):
        talk.hears(10, talk.hellos()[-1], signer=STRANGER)
        talk.agent.attend(float(now))
    assert len(talk.hellos()) == 5


def test_who_goes_over_to_no_new_key_hears_under_it_what_the_server_lacks_and_nothing_else() -> None:
    """So an agent that disputes the log hands over all that it writes, and the photos that belong to it."""
    talk, following = Conversation(), Signer(SERVER_SIGNER.name, b"n" * 32)
    keys = TownshipLog().grow(3).rotate(following).grow(1).keys(3)
    talk.agent.received(down_topic(AGENT, "keys"), keys, is_retained=False)
    talk.agent.attend(2.0)
    talk.hears(4, talk.hellos()[-1], keys=1, signer=following)
    talk.agent.attend(3.0)
    batch = talk.last_batch()
    assert batch is not None
    assert len(batch.entries) == 6
    wanted = PhotoDoorbell(AGENT, "0" * 64, "ticket")
    talk.agent.received(down_topic(AGENT, "photo"), encode(wanted, following), is_retained=False)
    assert talk.photos == [wanted]
    revoked = encode(Revocations(AGENT, 1, (), NOON), following)
    talk.agent.received(down_topic(AGENT, "revocations"), revoked, is_retained=False)
    assert talk.agent.declined == {"unverified": 1}


def test_a_last_word_that_comes_late_is_not_believed_before_the_server_was_asked() -> None:
    talk = Conversation()
    talk.agent.attend(2.0)
    talk.hears(10, talk.hellos()[-1])
    talk.agent.received(SERVER_STATE_TOPIC, b"offline", is_retained=False)
    talk.agent.attend(3.0)
    assert len(talk.hellos()) == 2
    talk.hears(4, talk.hellos()[-1])
    talk.agent.attend(4.0)
    assert talk.last_batch() is not None
