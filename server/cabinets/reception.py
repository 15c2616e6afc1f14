"""What the server makes of its agents' messages, and what it has for them: no connection, no event loop.

Nothing here decides anything about custody. Entries go through the writer, and only what it has committed is
acknowledged; permits, revocations and rosters come from the store, signed when they were issued. News of a commit goes
out at once; what was missed is found by the hello that every agent says on connecting and each minute.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, TypeVar

from firmware_protocol.log_steps import LogHeld, parse_held
from firmware_protocol.messages import DOOR_STATES, Doors, EventBatch, Hello, decode, up_topic
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier
from server.cabinets.outgoing import Outgoing, Pen
from server.custody.facts import Agent
from server.custody.news import LogGrew, News, PermitReady, RevocationsChanged, RosterChanged
from server.store import deliveries
from server.store.committing import UseCase
from server.store.database import Database
from server.store.log_files import Published, bears
from server.usecases.hear_revoked import HearRevoked, hear_revoked
from server.usecases.journal_breaks import CompareHello, compare_hello
from server.usecases.take_in_events import TakeInEvents, take_in_events

A = TypeVar("A")
R = TypeVar("R")
_logger = logging.getLogger(__name__)


class Scribe(Protocol):
    """Who commits use cases: the `Writer`."""

    async def run(self, usecase: UseCase[A, R], asked: A) -> R:
        """Run a use case; returns once it is committed."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message of an agent, as it came."""

    topic: str
    payload: bytes


class Reception:
    """One server's dealings with all its agents. Call it from one thread; one agent's messages in their order.

    `publish` takes what is to go out, `doors_reported` how an agent's doors stand, `decline` the reason why a message
    was not taken, with its topic.
    """

    def __init__(
        self,
        database: Database,
        scribe: Scribe,
        pen: Pen,
        clock: Callable[[], datetime],
        publish: Callable[[Outgoing], None],
        doors_reported: Callable[[Doors], None],
        decline: Callable[[str, str], None],
    ) -> None:
        self._database, self._scribe, self._pen, self._clock = database, scribe, pen, clock
        self._send, self._doors_reported, self._decline = publish, doors_reported, decline
        self._unpublished: set[str] = set()

    # Upwards.

    async def take(self, agent_id: str, message: Incoming) -> None:
        """Take one message in; one that cannot be read costs only itself."""
        with self._database.reading() as reader:
            agent = deliveries.agent(reader, agent_id)
        if agent is None:
            self._decline("unknown agent", message.topic)
            return
        try:
            await (self._take_from(agent, message) if agent.is_active else self._decline_revoked(agent, message))
        except UnverifiedNote:
            self._decline("unverified", message.topic)
        except MalformedNote:
            self._decline("malformed", message.topic)

    async def _take_from(self, agent: Agent, message: Incoming) -> None:
        keys = self._keys_of(agent, message)
        if message.topic == up_topic(agent.id, "events"):
            await self._take_events(agent, decode(message.payload, EventBatch, keys))
        elif message.topic == up_topic(agent.id, "hello"):
            await self._take_hello(agent, decode(message.payload, Hello, keys))
        elif message.topic == up_topic(agent.id, "doors"):
            self._take_doors(agent, decode(message.payload, Doors, keys))
        elif message.topic == up_topic(agent.id, "log"):
            self._take_log(agent, parse_held(message.payload, keys))
        else:
            self._decline("unexpected", message.topic)

    def _keys_of(self, agent: Agent, message: Incoming) -> list[Verifier]:
        """The agent's key; after a restoration also those to which it hands over in the entries that are awaited."""
        key = Verifier.parse(agent.key)
        if bears(message.payload, key):
            return [key]
        with self._database.reading() as reader:
            return [key, *self._pen.guide.files.gap(reader).keys_after(key)]

    async def _decline_revoked(self, agent: Agent, message: Incoming) -> None:
        """Nothing it says is believed any more; that it speaks at all, and what it signed first, is evidence."""
        self._decline("revoked agent", message.topic)
        if message.topic == up_topic(agent.id, "events"):
            batch = decode(message.payload, EventBatch, [Verifier.parse(agent.key)])
            await self._scribe.run(hear_revoked, HearRevoked(agent.id, batch))

    async def _take_events(self, agent: Agent, batch: EventBatch) -> None:
        if (batch.agent, batch.epoch) != (agent.id, agent.epoch):
            self._decline("misaddressed", up_topic(agent.id, "events"))
            return
        taken = await self._scribe.run(take_in_events, TakeInEvents(batch))
        if taken.stopped_by is not None:
            _logger.error("entries of %s after %d were not taken: %s", agent.id, taken.seq, taken.stopped_by)
        with self._database.reading() as reader:
            newest = deliveries.agent(reader, agent.id) or agent
            self._publish([self._pen.acknowledgement(reader, newest, taken.seq, taken.at, batch.nonce)])

    async def _take_hello(self, agent: Agent, hello: Hello) -> None:
        if (hello.agent, hello.epoch) != (agent.id, agent.epoch):
            self._decline("misaddressed", up_topic(agent.id, "hello"))
            return
        with self._database.reading() as reader:
            self._publish(self._pen.answer(reader, agent, hello, self._clock()))
            lacks_entries = hello.last_seq < deliveries.acked_seq(reader, agent.id, agent.epoch)
        if lacks_entries:
            await self._scribe.run(compare_hello, CompareHello(hello))

    def _take_doors(self, agent: Agent, doors: Doors) -> None:
        if doors.agent != agent.id:
            self._decline("misaddressed", up_topic(agent.id, "doors"))
            return
        with self._database.reading() as reader:
            served = deliveries.places_served(reader, agent.id)
        own = {place: state for place, state in doors.doors.items() if place in served and state in DOOR_STATES}
        self._doors_reported(replace(doors, doors=own))

    def _take_log(self, agent: Agent, held: LogHeld) -> None:
        if held.agent != agent.id:
            self._decline("misaddressed", up_topic(agent.id, "log"))
        else:
            self._pen.guide.hear(agent, held)

    # Downwards.

    def pass_on(self, news: News) -> None:
        """Let agents have what was committed; a permit waits until its proof is published."""
        match news:
            case PermitReady(permit=permit_id):
                self._unpublished.add(permit_id)
            case RevocationsChanged():
                with self._database.reading() as reader:
                    self._publish(self._pen.revocations(reader, self._clock()))
            case RosterChanged(agent=agent_id):
                with self._database.reading() as reader:
                    agent = deliveries.agent(reader, agent_id)
                self._publish([] if agent is None else [self._pen.doorbell(agent)])
            case LogGrew(types=types) if "photo_taken" in types:
                with self._database.reading() as reader:
                    for each in deliveries.agents(reader):
                        self._publish(self._pen.photos(reader, each.id))

    def follow_log(self, published: Published) -> None:
        """What was committed is published: permits go out with their proof at once."""
        self._pen.guide.saw(published)
        waiting, self._unpublished = self._unpublished, set()
        with self._database.reading() as reader:
            for permit_id in sorted(waiting):
                permit = deliveries.permit_note(reader, permit_id)
                if permit is not None and self._pen.can_prove(reader, permit):
                    self._publish([self._pen.permit(reader, permit)])
                elif permit is not None:
                    self._unpublished.add(permit_id)

    def show_log(self, agents: Iterable[str]) -> None:
        """Every agent is a witness: it is shown the newest head, and vouches for it."""
        for agent in sorted(agents):
            self._publish(self._pen.head(agent))

    def _publish(self, messages: Iterable[Outgoing]) -> None:
        for message in messages:
            self._send(message)
