"""What the server's end of the link does not believe, and that it goes on all the same."""

import threading
from dataclasses import asdict, replace

import pytest

from firmware_protocol.messages import (
    Doors,
    EventBatch,
    encode,
    up_topic,
)
from firmware_protocol.notes import sign_text, write_document
from server.custody import facts
from server.store import find
from server.store.fact_rows import FactRows
from tests.fixtures.brokers import BrokerInTest
from tests.fixtures.patience import PATIENCE_S
from tests.server.cabinets.agent_at_the_wire import NEVER_SAID, NONCE, Agent
from tests.server.cabinets.township import EPOCH, SIGNERS, Service, Township, now

QUIET_S = 0.3


def test_what_is_not_genuine_is_declined_and_the_next_is_served(
    township: Township, service: Service, agent: Agent
) -> None:
    carried = agent.new_entries(1)
    stranger = SIGNERS["hall-2"]
    agent.client.publish(up_topic("hall-1", "events"), b"\xff not a note")
    agent.say("gossip", NEVER_SAID)
    agent.client.publish(up_topic("hall-1", "events"), encode(EventBatch("hall-1", EPOCH, carried, NONCE), stranger))
    agent.say("events", EventBatch("hall-2", EPOCH, carried, NONCE))
    agent.say("events", EventBatch("hall-1", EPOCH + 1, carried, NONCE))
    agent.say("hello", replace(NEVER_SAID, agent="hall-2"))
    agent.say("doors", Doors("hall-2", now(), {}, {}))
    agent.send(carried)
    assert agent.hear_ack(township).seq == 1
    assert service.link.declined == {"malformed": 1, "unexpected": 1, "unverified": 1, "misaddressed": 4}
    assert len(township.entries_of("hall-1")) == 1


def test_an_agent_paints_no_doors_but_its_own_and_in_no_words_but_ours(service: Service, agent: Agent) -> None:
    said = {"CAB-01/7": "open", "CAB-01/8": "<b>", "CAB-01/99": "open", "CAB-02/1": "open", "x" * 999: "closed"}
    agent.say("doors", Doors("hall-1", now(), said, {}))
    assert service.window.doors.get(timeout=PATIENCE_S).doors == {"CAB-01/7": "open"}


EVENTS = {"agent": "hall-1", "epoch": EPOCH, "entries": []}
POISON: dict[str, tuple[str, dict[str, object]]] = {
    "no fields": ("gongguan-events/v1", {}),
    "entries are a number": ("gongguan-events/v1", {**EVENTS, "entries": 7}),
    "an entry is a word": ("gongguan-events/v1", {**EVENTS, "entries": ["open"]}),
    "an entry is no note": ("gongguan-events/v1", {**EVENTS, "entries": [{"note": "?", "salt": None, "body": None}]}),
    "a salt is no hex": ("gongguan-events/v1", {**EVENTS, "entries": [{"note": "?", "salt": "zz", "body": None}]}),
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
        kept = encode(EventBatch("hall-1", EPOCH, agent.new_entries(1), NONCE), agent.key)
        agent.client.publish(up_topic("hall-1", "events"), kept, retain=True)
        with Service(township, broker) as service:
            agent.say("hello", NEVER_SAID)
            assert agent.hear_ack(township).seq == 0
            assert service.link.declined == {"retained": 1}


def test_a_journal_that_was_put_back_is_told_to_the_office_once(
    township: Township, service: Service, agent: Agent
) -> None:
    agent.send(agent.new_entries(2))
    assert agent.hear_ack(township).seq == 2
    for _ in range(3):
        agent.say("hello", replace(NEVER_SAID, last_seq=1, at=now()))
    agent.send(agent.new_entries(1))
    while agent.hear_ack(township).seq != 3:
        pass
    with township.database.reading() as reader:
        assert [each.rule for each in find.journal_breaks(FactRows(reader))] == ["journal_behind"]
    assert service.link.declined == {}


def test_a_revoked_agent_is_not_listened_to(township: Township, service: Service, agent: Agent) -> None:
    agent.send(agent.new_entries(1))
    assert agent.hear_ack(township).seq == 1
    township.revoke_agent("hall-1")
    agent.send(agent.new_entries(1))
    agent.say("hello", NEVER_SAID)
    may_be_taken = threading.Event()
    may_be_taken.wait(QUIET_S)
    assert agent.client.inbox.empty()
    assert service.link.declined == {"revoked agent": 2}
    assert len(township.entries_of("hall-1")) == 1
    with township.database.reading() as reader:
        known = FactRows(reader).get(facts.Agent, "hall-1")
    assert known is not None
    assert known.unheard_at is not None
