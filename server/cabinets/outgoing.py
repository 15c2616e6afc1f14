"""What the server has to say to agents: reads the store, signs, and hands back messages for whoever publishes them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from firmware_protocol.key_changes import KeyDelivery, encode_changes
from firmware_protocol.messages import (
    Ack,
    Hello,
    Outstanding,
    PermitDelivery,
    PhotoDoorbell,
    Revocations,
    RosterDoorbell,
    down_topic,
    encode,
    encode_delivery,
)
from firmware_protocol.notes import Signer
from server.cabinets.log_guide import LogGuide
from server.cabinets.tickets import Tickets
from server.custody.facts import Agent
from server.store import deliveries
from server.store.database import Reader
from server.store.deliveries import PermitNote
from server.store.rotations import key_changes, keys_version


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to publish, QoS 1, never retained."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Pen:
    """What messages are signed with, and where tickets come from. Every time is told."""

    permit_key: Signer
    tickets: Tickets
    guide: LogGuide

    def answer(self, reader: Reader, agent: Agent, hello: Hello, now: datetime) -> Iterator[Outgoing]:
        """Everything this agent lacks: the keys behind it first, then how far its entries are committed."""
        yield from self.keys(reader, agent, hello.keys_version)
        acked_seq = deliveries.acked_seq(reader, agent.id, agent.epoch)
        yield self.acknowledgement(reader, agent, acked_seq, now, hello.nonce)
        version, revoked = deliveries.revocations(reader, now)
        if version > hello.revocations_version:
            yield self._signed("revocations", Revocations(agent.id, version, revoked, now))
        held = set(hello.permits)
        for permit in deliveries.live_permits(reader, agent.id, now):
            if permit.id not in held:
                yield self.permit(reader, permit)
        for permit, items in deliveries.outstanding(reader, agent.id):
            if permit.id not in held:
                yield self.permit(reader, permit, Outstanding(agent.id, agent.epoch, permit.id, items, now))
        if agent.roster_version > hello.roster_version:
            yield self.doorbell(agent)
        yield from self.photos(reader, agent.id)

    def acknowledgement(self, reader: Reader, agent: Agent, seq: int, at: datetime, answers: str) -> Outgoing:
        """The agent's entries are committed up to `seq`; the versions say what else it should have by now.

        `answers` is the nonce of the message that came before `at`.
        """
        version, _ = deliveries.revocations(reader, at)
        versions = agent.roster_version, version, keys_version(reader)
        return self._signed("ack", Ack(agent.id, agent.epoch, seq, at, answers, *versions))

    def keys(self, reader: Reader, agent: Agent, held_version: int) -> Iterator[Outgoing]:
        """How our keys followed one another, where there is more than this agent has; once all of it is published."""
        changes = key_changes(reader)
        proven = self.guide.proven(changes) if len(changes) > held_version else None
        step = None if proven is None else self.guide.step(agent.id)
        if proven is not None and step is not None:
            yield Outgoing(down_topic(agent.id, "keys"), encode_changes(KeyDelivery(proven, step)))

    def permit(self, reader: Reader, permit: PermitNote, outstanding: Outstanding | None = None) -> Outgoing:
        """A permit with its slip, both signed when they were issued, and what is out under it where that is new.

        With them the proof that the log has its issuance, as soon as that is published.
        """
        news = None if outstanding is None else encode(outstanding, self.permit_key)
        issuance = deliveries.issuance(reader, permit)
        step = None if issuance is None else self.guide.step(permit.agent, permit.id, issuance)
        delivery = PermitDelivery(permit.document, permit.slip, news, step)
        return Outgoing(down_topic(permit.agent, "permit"), encode_delivery(delivery))

    def photos(self, reader: Reader, agent: str) -> Iterator[Outgoing]:
        """Asks for the photos that this agent's entries name and that have not come."""
        for photo in deliveries.photos_wanted(reader, agent):
            yield self._signed("photo", PhotoDoorbell(agent, photo, self.tickets.issue(agent, photo)))

    def revocations(self, reader: Reader, now: datetime) -> Iterator[Outgoing]:
        """The list of revoked permits, for every active agent."""
        version, revoked = deliveries.revocations(reader, now)
        for agent in deliveries.agents(reader):
            yield self._signed("revocations", Revocations(agent.id, version, revoked, now))

    def can_prove(self, reader: Reader, permit: PermitNote) -> bool:
        """Whether the entry that issued this permit is in the published log."""
        issuance = deliveries.issuance(reader, permit)
        return issuance is not None and self.guide.covers(issuance)

    def head(self, agent: str) -> Iterator[Outgoing]:
        """The log's newest head for one agent; nothing before there is one."""
        step = self.guide.step(agent)
        if step is not None:
            yield Outgoing(down_topic(agent, "log"), step)

    def doorbell(self, agent: Agent) -> Outgoing:
        """The agent's newest roster can be fetched, with this ticket."""
        ticket = self.tickets.issue(agent.id, agent.roster_version)
        return self._signed("roster", RosterDoorbell(agent.id, agent.roster_version, agent.roster_document, ticket))

    def _signed(self, name: str, message: Ack | Revocations | RosterDoorbell | PhotoDoorbell) -> Outgoing:
        return Outgoing(down_topic(message.agent, name), encode(message, self.permit_key))
