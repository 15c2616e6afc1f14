"""Every agent is led along the published log: permits with their proof, heads for it to vouch for."""

import queue
from dataclasses import replace
from datetime import timedelta

import pytest

from firmware_protocol.cosignatures import Cosigner, cosign, times_cosigned
from firmware_protocol.log_heads import Head, is_issued, judge, read_head
from firmware_protocol.log_steps import LogHeld, LogStep, encode_held, parse_step
from firmware_protocol.messages import decode_delivery, state_topic, up_topic
from firmware_protocol.notes import Signature, Signer
from server.store.log_files import Published
from tests.fixtures.patience import PATIENCE_S
from tests.server.cabinets.agent_at_the_wire import NEVER_SAID, Agent
from tests.server.cabinets.township import Service, Township, now


@pytest.fixture
def heads(township: Township, service: Service) -> "queue.Queue[Published]":
    """Each head as it is published, beside the link that hears of it too."""
    published: queue.Queue[Published] = queue.Queue()

    def hear(head: Published) -> None:
        published.put(head)
        service.link.log_published(head)

    township.publisher.published = hear
    return published


def step_with(township: Township, agent: Agent, permit: str) -> LogStep:
    """The proof that comes with this permit; deliveries without one are passed over."""
    while True:
        delivery = decode_delivery(agent.hear("permit"))
        if delivery.step is not None and f'"{permit}"'.encode() in delivery.permit:
            return parse_step(delivery.step, [township.keys.permit.verifier])


def hold(agent: Agent, size: int, cosignature: Signature | None = None) -> None:
    held = encode_held(LogHeld(agent.name, size, cosignature), agent.key)
    agent.client.publish(up_topic(agent.name, "log"), held)


def head_of(township: Township, step: LogStep) -> Head:
    return read_head(step.checkpoint, township.keys.log.verifier)


def test_a_permit_comes_with_the_proof_that_the_log_has_it(township: Township, agent: Agent) -> None:
    permit = township.issue()
    delivery = decode_delivery(agent.hear("permit"))
    assert delivery.step is not None
    step = parse_step(delivery.step, [township.keys.permit.verifier])
    assert (step.agent, step.earlier) == ("hall-1", 0)
    assert step.issued is not None
    assert step.issued.permit == permit.id
    checkpoint = head_of(township, step).checkpoint
    assert is_issued(step.issued, delivery.permit, checkpoint, township.keys.permit.verifier)


def test_the_next_head_is_proven_from_where_the_agent_says_it_stands(township: Township, agent: Agent) -> None:
    first = township.issue("a")
    known = head_of(township, step_with(township, agent, first.id))
    step = step_with(township, agent, township.issue("b").id)
    assert step.earlier == known.size
    assert judge(known, head_of(township, step), step.earlier, step.consistency) == "followed"
    hold(agent, 2)
    agent.say("hello", replace(NEVER_SAID, at=now()))
    assert step_with(township, agent, first.id).earlier == 2


def test_a_head_that_an_agent_vouches_for_is_served_with_its_cosignature(
    township: Township, agent: Agent, heads: "queue.Queue[Published]"
) -> None:
    step = step_with(township, agent, township.issue().id)
    head = head_of(township, step)
    hold(agent, head.size, cosign(head.checkpoint.text, agent.key, now()))
    cosigner = Cosigner.of(agent.key.verifier)
    while not times_cosigned(heads.get(timeout=PATIENCE_S).note, [cosigner]):
        pass


def test_a_cosignature_of_another_head_or_by_another_key_is_not_served(
    township: Township, agent: Agent, heads: "queue.Queue[Published]"
) -> None:
    head = head_of(township, step_with(township, agent, township.issue("a").id))
    stranger = Signer(agent.key.name, b"x" * 32)
    other = replace(head.checkpoint, root=bytes(32))
    for line in (cosign(head.checkpoint.text, stranger, now()), cosign(other.text, agent.key, now())):
        hold(agent, head.size, line)
    hold(agent, head.size, cosign(head.checkpoint.text, agent.key, now() - timedelta(hours=1)))
    cosigner = Cosigner.of(agent.key.verifier)
    while not (times := times_cosigned(heads.get(timeout=PATIENCE_S).note, [cosigner])):
        pass
    assert times[cosigner.name] < now() - timedelta(minutes=59)


def test_every_agent_that_is_there_is_shown_the_newest_head(township: Township, agent: Agent) -> None:
    agent.client.publish(state_topic(agent.name), b"online", retain=True)
    permit = township.issue("a", agent="hall-2", cabinet="CAB-02")
    step = parse_step(agent.hear("log"), [township.keys.permit.verifier])
    assert step.issued is None
    assert head_of(township, step).size >= 1
    assert permit.agent == "hall-2"


def test_an_agent_that_has_seen_more_than_there_is_hears_no_false_proof(township: Township, agent: Agent) -> None:
    hold(agent, 1000)
    step = step_with(township, agent, township.issue().id)
    assert (step.earlier, step.consistency) == (1000, ())
