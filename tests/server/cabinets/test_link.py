"""The server's end of the link, over both brokers: commits before it acknowledges, believes only what is signed."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Self

import pytest

from firmware_protocol import entries
from firmware_protocol.entries import Chain
from firmware_protocol.messages import (
    Ack,
    CarriedEntry,
    Doors,
    EventBatch,
    Hello,
    Message,
    Revocations,
    RosterDoorbell,
    decode,
    decode_delivery,
    down_topic,
    encode,
    state_topic,
    up_topic,
)
from firmware_protocol.notes import Signer, sign_text, write_document
from server.store.work import Work
from tests.fixtures.brokers import WAIT_S, BrokerInTest, Client
from tests.server.cabinets.township import EPOCH, SIGNERS, Service, Township, now

QUIET_S = 0.3
NEVER_SAID = Hello("hall-1", EPOCH, 1, 0, 0, 0, 0, (), now())


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
        """The next entries of this agent's chain."""
        composed = []
        for _ in range(count):
            about = {"compartment": "CAB-01/7"}
            note = entries.compose(self._chain, self.key, at=now(), clock="sync", event_type="door_closed", about=about)
            self._chain = self._chain.extend(note)
            composed.append(CarriedEntry(note))
        return tuple(composed)

    def send(self, carried: Sequence[CarriedEntry]) -> None:
        self.say("events", EventBatch(self.name, EPOCH, tuple(carried)))


@pytest.fixture
def township(tmp_path: Path) -> Iterator[Township]:
    township = Township(tmp_path)
    yield township
    township.close()


@pytest.fixture
def service(township: Township, broker: BrokerInTest) -> Iterator[Service]:
    with Service(township, broker) as service:
        yield service


@pytest.fixture
def agent(service: Service, broker: BrokerInTest) -> Iterator[Agent]:
    assert service.link.is_ready
    with Agent(broker) as agent:
        yield agent


def test_entries_are_stored_as_they_came_and_acknowledged(township: Township, agent: Agent) -> None:
    carried = agent.new_entries(5)
    agent.send(carried)
    ack = agent.hear_ack(township)
    assert (ack.agent, ack.epoch, ack.seq) == ("hall-1", EPOCH, 5)
    assert township.entries_of("hall-1") == [each.note for each in carried]


def test_nothing_is_acknowledged_before_it_is_committed(township: Township, agent: Agent) -> None:
    may_commit = threading.Event()

    def hold_up(_work: Work, _asked: None) -> None:
        assert may_commit.wait(WAIT_S)

    holding_up = threading.Thread(target=township.writer.run_now, args=(hold_up, None))
    holding_up.start()
    agent.send(agent.new_entries(1))
    may_commit.wait(QUIET_S)
    assert agent.client.inbox.empty()
    assert township.entries_of("hall-1") == []
    may_commit.set()
    assert agent.hear_ack(township).seq == 1
    holding_up.join()


def test_repeated_batches_are_stored_once_and_acknowledged_each_time(township: Township, agent: Agent) -> None:
    carried = agent.new_entries(6)
    for part in (carried[:4], carried[:4], carried[2:], carried):
        agent.send(part)
    assert [agent.hear_ack(township).seq for _ in range(4)] == [4, 4, 6, 6]
    assert township.entries_of("hall-1") == [each.note for each in carried]


def test_a_gap_is_not_acknowledged_over(township: Township, agent: Agent) -> None:
    carried = agent.new_entries(6)
    agent.send(carried[:2])
    agent.send(carried[4:])
    assert [agent.hear_ack(township).seq for _ in range(2)] == [2, 2]


def test_many_agents_are_served_at_the_same_time(township: Township, agent: Agent, broker: BrokerInTest) -> None:
    with Agent(broker, "hall-2") as other:
        for each in (agent, other):
            for _ in range(10):
                each.send(each.new_entries(10))
        for each in (agent, other):
            assert [each.hear_ack(township).seq for _ in range(10)] == list(range(10, 110, 10))


def test_a_hello_is_answered_with_everything_that_is_missing(township: Township, agent: Agent) -> None:
    held, missing, revoked = township.issue("a"), township.issue("b"), township.issue("c")
    township.issue("d", agent="hall-2")
    township.revoke(revoked)
    township.issue_roster()
    while not agent.client.inbox.empty():
        agent.client.inbox.get()
    agent.say("hello", replace(NEVER_SAID, permits=(held.id,)))
    permit_key = [township.keys.permit.verifier]
    assert agent.hear_ack(township).seq == 0
    revocations = decode(agent.hear("revocations"), Revocations, permit_key)
    assert (revocations.version, revocations.revoked) == (1, (revoked.id,))
    assert missing.id.encode() in decode_delivery(agent.hear("permit")).permit
    assert decode(agent.hear("roster"), RosterDoorbell, permit_key).version == 1


def test_an_agent_that_lacks_nothing_is_only_acknowledged(township: Township, agent: Agent) -> None:
    permit = township.issue("a")
    township.issue_roster()
    agent.hear("roster")
    agent.say("hello", replace(NEVER_SAID, permits=(permit.id,), roster_version=1))
    agent.hear("ack")
    agent.send(agent.new_entries(1))
    assert agent.client.next_message()[0] == down_topic("hall-1", "ack")


def test_a_new_permit_is_delivered_at_once(township: Township, agent: Agent) -> None:
    permit = township.issue("a")
    delivery = decode_delivery(agent.hear("permit"))
    assert permit.id.encode() in delivery.permit
    assert permit.id.encode() in delivery.slip


def test_a_revocation_is_announced_to_every_agent(township: Township, agent: Agent, broker: BrokerInTest) -> None:
    with Agent(broker, "hall-2") as other:
        permit = township.issue("a")
        township.revoke(permit)
        for each in (agent, other):
            told = decode(each.hear("revocations"), Revocations, [township.keys.permit.verifier])
            assert (told.agent, told.revoked) == (each.name, (permit.id,))


def test_a_new_roster_rings_at_its_agent(township: Township, agent: Agent) -> None:
    township.issue_roster()
    doorbell = decode(agent.hear("roster"), RosterDoorbell, [township.keys.permit.verifier])
    assert (doorbell.agent, doorbell.version) == ("hall-1", 1)


def test_what_is_not_genuine_is_declined_and_the_next_is_served(
    township: Township, service: Service, agent: Agent
) -> None:
    carried = agent.new_entries(1)
    stranger = SIGNERS["hall-2"]
    agent.client.publish(up_topic("hall-1", "events"), b"\xff not a note")
    agent.client.publish(up_topic("hall-1", "gossip"), b"who knows")
    agent.client.publish(up_topic("hall-1", "events"), encode(EventBatch("hall-1", EPOCH, carried), stranger))
    agent.say("events", EventBatch("hall-2", EPOCH, carried))
    agent.say("events", EventBatch("hall-1", EPOCH + 1, carried))
    agent.say("hello", replace(NEVER_SAID, agent="hall-2"))
    agent.say("doors", Doors("hall-2", now(), {}, {}))
    agent.send(carried)
    assert agent.hear_ack(township).seq == 1
    assert service.link.declined == {"malformed": 1, "unexpected": 1, "unverified": 1, "misaddressed": 4}
    assert len(township.entries_of("hall-1")) == 1


EVENTS = {"agent": "hall-1", "epoch": EPOCH, "entries": []}
POISON: dict[str, tuple[str, dict[str, object]]] = {
    "no fields": ("gongguan-events/v1", {}),
    "entries are a number": ("gongguan-events/v1", {**EVENTS, "entries": 7}),
    "an entry is a word": ("gongguan-events/v1", {**EVENTS, "entries": ["open"]}),
    "an entry is no note": ("gongguan-events/v1", {**EVENTS, "entries": [{"note": "?", "salt": None, "body": None}]}),
    "a salt is no hex": ("gongguan-events/v1", {**EVENTS, "entries": [{"note": "?", "salt": "zz", "body": None}]}),
        "gongguan-events/v1",
        {**EVENTS, "entries": [{"note": "\\ud800", "salt": None, "body": None}]},
    ),
    "a time of no day": ("gongguan-hello/v1", {**asdict(NEVER_SAID), "permits": [], "at": "2026-02-30T25:00:00+08:00"}),
    "an endless number": ("gongguan-hello/v1", {**asdict(NEVER_SAID), "permits": [], "at": "", "session": 10**400}),
    "a permit": ("gongguan-permit/v1", {"id": "m-1"}),
}


@pytest.mark.parametrize(("kind", "fields"), POISON.values(), ids=POISON)
def test_poison_under_a_good_signature_harms_nobody(
    township: Township, agent: Agent, kind: str, fields: dict[str, object]
) -> None:
    for name in ("events", "hello", "doors"):
        agent.client.publish(up_topic("hall-1", name), write_document(kind, fields, agent.key))
    agent.send(agent.new_entries(1))
    while agent.hear_ack(township).seq != 1:
        pass
    assert len(township.entries_of("hall-1")) == 1


def test_half_a_character_under_a_good_signature_harms_nobody(township: Township, agent: Agent) -> None:
    line = r'{"agent":"hall-1","epoch":1,"entries":[{"note":"\ud800","salt":null,"body":"\udfff"}]}'
    agent.client.publish(up_topic("hall-1", "events"), sign_text(f"gongguan-events/v1\n{line}\n", agent.key))
    agent.send(agent.new_entries(1))
    assert agent.hear_ack(township).seq == 1


def test_a_message_the_broker_had_kept_is_declined(township: Township, broker: BrokerInTest) -> None:
    with Agent(broker) as agent:
        kept = encode(EventBatch("hall-1", EPOCH, agent.new_entries(1)), agent.key)
        agent.client.publish(up_topic("hall-1", "events"), kept, retain=True)
        with Service(township, broker) as service:
            agent.say("hello", NEVER_SAID)
            assert agent.hear_ack(township).seq == 0
            assert service.link.declined == {"retained": 1}


def test_a_revoked_agent_is_not_listened_to(township: Township, service: Service, agent: Agent) -> None:
    agent.send(agent.new_entries(1))
    assert agent.hear_ack(township).seq == 1
    township.revoke_agent("hall-1")
    agent.send(agent.new_entries(1))
    agent.say("hello", NEVER_SAID)
    may_be_taken = threading.Event()
    may_be_taken.wait(QUIET_S)
    assert agent.client.inbox.empty()
    assert service.link.declined == {"unknown agent": 2}
    assert len(township.entries_of("hall-1")) == 1


def test_doors_and_presence_are_shown_to_whoever_looks_on(service: Service, agent: Agent) -> None:
    agent.client.publish(state_topic("hall-1"), b"online", retain=True)
    assert service.window.changes.get(timeout=WAIT_S) == ("hall-1", True)
    report = Doors("hall-1", NEVER_SAID.at, {"CAB-01/7": "open"}, {"left:1": "online"})
    agent.say("doors", report)
    assert service.window.doors.get(timeout=WAIT_S).doors == report.doors
    agent.client.publish(state_topic("hall-1"), b"offline", retain=True)
    assert service.window.changes.get(timeout=WAIT_S) == ("hall-1", False)


def test_after_a_broker_outage_the_link_is_back(township: Township, broker: BrokerInTest) -> None:
    with Service(township, broker) as service:
        with Client(broker, "hall-2") as witness:
            witness.subscribe("gongguan/v1/server/state")
            assert witness.next_message()[1] == b"online"
        for _ in range(2):
            broker.stop()
            broker.start()
        with Client(broker, "hall-2") as witness:
            witness.subscribe("gongguan/v1/server/state")
            assert witness.next_message()[1] == b"online"
        assert service.link.is_ready
        with Agent(broker) as agent:
            agent.say("hello", NEVER_SAID)
            assert agent.hear_ack(township).seq == 0


def test_the_server_says_goodbye(township: Township, broker: BrokerInTest) -> None:
    with Client(broker, "hall-2") as witness:
        witness.subscribe("gongguan/v1/server/state")
        with Service(township, broker):
            assert witness.next_message()[1] == b"online"
        assert witness.next_message()[1] == b"offline"
