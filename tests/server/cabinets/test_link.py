"""The server's end of the link, over both brokers: commits before it acknowledges, and leaves nobody without."""

import threading
from dataclasses import replace

from firmware_protocol.messages import (
    Doors,
    PhotoDoorbell,
    Revocations,
    RosterDoorbell,
    decode,
    decode_delivery,
    down_topic,
    state_topic,
)
from server.store.work import Work
from tests.fixtures.brokers import BrokerInTest, Client
from tests.fixtures.patience import PATIENCE_S
from tests.server.cabinets.agent_at_the_wire import NEVER_SAID, Agent
from tests.server.cabinets.township import EPOCH, Service, Township

QUIET_S = 0.3


def test_entries_are_stored_as_they_came_and_acknowledged(township: Township, agent: Agent) -> None:
    carried = agent.new_entries(5)
    agent.send(carried)
    ack = agent.hear_ack(township)
    assert (ack.agent, ack.epoch, ack.seq) == ("hall-1", EPOCH, 5)
    assert township.entries_of("hall-1") == [each.note for each in carried]


def test_nothing_is_acknowledged_before_it_is_committed(township: Township, agent: Agent) -> None:
    may_commit = threading.Event()

    def hold_up(_work: Work, _asked: None) -> None:
        assert may_commit.wait(PATIENCE_S)

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
    agent.hear("permit")
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


def test_a_photo_is_asked_for_as_soon_as_its_entry_is_here(township: Township, agent: Agent) -> None:
    of_the_opening = {"opening": "o-1", "compartment": "CAB-01/7"}
    moved = {"permit": "m-1", "checkout": "k-1", "action": "return", "persons": ["p-1", "p-2"], "attempt": 1}
    intended = agent.new_entry("opening_intended", {**of_the_opening, **moved})
    taken = agent.new_entry("photo_taken", {**of_the_opening, "photo": "ab" * 32, "size_bytes": 9})
    agent.send((intended, taken))
    doorbell = decode(agent.hear("photo"), PhotoDoorbell, [township.keys.permit.verifier])
    assert (doorbell.agent, doorbell.sha256) == ("hall-1", "ab" * 32)


def test_an_acknowledgement_says_what_the_agent_should_hold_by_now(township: Township, agent: Agent) -> None:
    township.issue_roster()
    township.revoke(township.issue())
    agent.send(agent.new_entries(1))
    ack = agent.hear_ack(township)
    assert (ack.roster_version, ack.revocations_version) == (1, 1)


def test_doors_and_presence_are_shown_to_whoever_looks_on(service: Service, agent: Agent) -> None:
    agent.client.publish(state_topic("hall-1"), b"online", retain=True)
    assert service.window.changes.get(timeout=PATIENCE_S) == ("hall-1", True)
    report = Doors("hall-1", NEVER_SAID.at, {"CAB-01/7": "open"}, {"left:1": "online"})
    agent.say("doors", report)
    assert service.window.doors.get(timeout=PATIENCE_S).doors == report.doors
    agent.client.publish(state_topic("hall-1"), b"offline", retain=True)
    assert service.window.changes.get(timeout=PATIENCE_S) == ("hall-1", False)


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
