"""An agent that was put out of service goes on sending: an entry, once, with what it signed as evidence."""

from dataclasses import dataclass

from firmware_protocol.entries import entry_digest
from firmware_protocol.messages import EventBatch
from server.custody.facts import Agent
from server.store.work import Work


@dataclass(frozen=True, slots=True)
class HearRevoked:
    """Whom the link heard, and the batch whose envelope its key signed."""

    agent: str
    batch: EventBatch


def hear_revoked(work: Work, asked: HearRevoked) -> None:
    """Keep the first batch that comes after the agent was put out of service; none of it becomes true.

    Whoever has the key could send for ever, so once has to do.
    """
    agent = work.get(Agent, asked.agent)
    if agent is None or agent.is_active or agent.unheard_at is not None or not asked.batch.entries:
        return
    first = asked.batch.entries[0].note
    taken_seq = work.chain_of(agent.id, asked.batch.epoch).seq
    about = {"agent": agent.id, "epoch": asked.batch.epoch, "seq": taken_seq, "document": entry_digest(first)}
    notes = [each.note.decode() for each in asked.batch.entries]
    work.record("agent_unheard", about, {"notes": notes})
