"""A journal that does not go on: an entry the first time it is noticed, and silence however often it shows again."""

from dataclasses import dataclass

from firmware_protocol.messages import Hello
from server.custody.facts import Agent, JournalBreak
from server.custody.journals import BEHIND, break_id, is_behind
from server.store.log_reads import stored_at
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class CompareHello:
    """What an agent says it has; the message's signature has been checked by the link."""

    hello: Hello


def compare_hello(work: Work, asked: CompareHello) -> None:
    """Notice a journal that lacks what the server has of it already."""
    hello = asked.hello
    agent = work.get(Agent, hello.agent)
    if agent is None or not agent.is_active or agent.epoch != hello.epoch:
        return
    taken_seq = work.chain_of(hello.agent, hello.epoch).seq
    taken_at = stored_at(work.connection, hello.agent, hello.epoch, taken_seq)
    if taken_at is not None and is_behind(hello.last_seq, hello.at, taken_seq, taken_at):
        record_break(work, hello.agent, hello.epoch, taken_seq, BEHIND)


def record_break(work: Work, agent: str, epoch: int, seq: int, rule: str) -> None:
    """Record that a journal does not fit at this number, unless the log says so already."""
    if not is_known(work, agent, epoch, seq, rule):
        work.record("device_contradiction", {"agent": agent, "epoch": epoch, "seq": seq, "rule": rule})


def is_known(work: Work, agent: str, epoch: int, seq: int, what: str) -> bool:
    """Whether the log has this break (`break_id`) already."""
    return work.get(JournalBreak, break_id(agent, epoch, seq, what)) is not None
