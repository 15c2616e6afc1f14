"""The server's end of the link to the agents: takes in what they report, gives them what they lack.

Nothing here decides anything about custody. Entries go through the writer, and only what it has committed is
acknowledged; permits, revocations and rosters come from the store, signed when they were issued. News of a commit goes
out at once; what was missed is found by the hello that every agent says on connecting and each minute. One agent's
messages are taken one after the other, several agents' at the same time; one that cannot be read costs only itself.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from firmware_protocol.log_steps import LogHeld, parse_held
from firmware_protocol.messages import (
    DOOR_STATES,
    ROOT,
    SERVER_STATE_TOPIC,
    Doors,
    EventBatch,
    Hello,
    agent_of_topic,
    decode,
    state_topic,
    up_topic,
)
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier
from server.cabinets.lanes import Lanes
from server.cabinets.mqtt import ONLINE, BrokerAccount, Connection, Timing
from server.cabinets.outgoing import Outgoing, Pen
from server.custody.facts import Agent
from server.custody.news import News, PermitReady, RevocationsChanged, RosterChanged
from server.store import deliveries
from server.store.database import Database
from server.store.log_files import Published
from server.store.writer import Writer
from server.usecases.journal_breaks import CompareHello, compare_hello
from server.usecases.take_in_events import TakeInEvents, take_in_events

WAITING_PER_AGENT_MAX = 32
SHOW_LOG_S = 0.5
"""How long heads of the log are gathered before agents are shown the newest: they grow with every entry."""

_logger = logging.getLogger(__name__)


class Onlooker(Protocol):
    """Who wants to see how things stand now, for the eye only. Called on the event loop, must not block."""

    def doors_reported(self, report: Doors) -> None:
        """An agent says how its doors stand."""

    def connection_changed(self, agent: str, at: datetime, *, online: bool) -> None:
        """An agent came or went."""


@dataclass(frozen=True, slots=True)
class _Incoming:
    topic: str
    payload: bytes


class AgentLink:
    """One server's link to all its agents: `run` it as a task, cancel the task to leave."""

    def __init__(
        self,
        account: BrokerAccount,
        *,
        database: Database,
        writer: Writer,
        pen: Pen,
        onlooker: Onlooker,
        clock: Callable[[], datetime],
        timing: Timing | None = None,
    ) -> None:
        self._database, self._writer, self._pen = database, writer, pen
        self._onlooker, self._clock = onlooker, clock
        self._present: set[str] = set()
        self._unpublished: set[str] = set()
        self._head_shown: bytes | None = None
        self._showing: asyncio.TimerHandle | None = None
        self._declined: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lanes: Lanes[_Incoming] = Lanes(self._take, WAITING_PER_AGENT_MAX)
        self._connection = Connection(
            account,
            subscriptions=(f"{ROOT}/+/up/#", f"{ROOT}/+/state"),
            presence_topic=SERVER_STATE_TOPIC,
            listener=self,
            timing=timing,
        )

    async def run(self) -> None:
        """Serve the agents until cancelled."""
        self._loop = asyncio.get_running_loop()
        try:
            await self._connection.run()
        finally:
            self._loop = None
            await self._lanes.close()

    def tell(self, news: News) -> None:
        """Let agents have what was committed. Safe from any thread, never blocks; what is missed the hello brings."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._pass_on, news)

    def log_published(self, published: Published) -> None:
        """The log's files have this head now, durably. Safe from any thread, never blocks."""
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(self._follow_log, published)

    @property
    def is_ready(self) -> bool:
        """Whether the broker is reached."""
        return self._connection.is_ready

    @property
    def agents_present(self) -> frozenset[str]:
        """The agents that say they are there. A hint."""
        return frozenset(self._present)

    @property
    def declined(self) -> Mapping[str, int]:
        """How many messages were not taken since the start, by reason."""
        return dict(self._declined)

    # What the connection tells.

    def disconnected(self) -> None:
        """Nobody can be seen any more."""
        for agent in tuple(self._present):
            self._set_present(agent, is_present=False)

    def received(self, topic: str, payload: bytes, *, is_retained: bool) -> None:
        """Sort a message into its agent's lane, or decline it."""
        agent = agent_of_topic(topic)
        if agent is None:
            self._decline("unexpected", topic)
        elif topic == state_topic(agent):
            self._set_present(agent, is_present=payload == ONLINE)
        elif is_retained:
            self._decline("retained", topic)
        elif not self._lanes.put(agent, _Incoming(topic, payload)):
            self._decline("crowded", topic)

    def _set_present(self, agent: str, *, is_present: bool) -> None:
        if is_present != (agent in self._present):
            self._present ^= {agent}
            self._onlooker.connection_changed(agent, self._clock(), online=is_present)

    def _decline(self, reason: str, topic: str) -> None:
        self._declined[reason] += 1
        _logger.warning("declined a message on %s: %s", topic, reason)

    # Upwards.

    async def _take(self, agent_id: str, message: _Incoming) -> None:
        with self._database.reading() as reader:
            agent = deliveries.agent(reader, agent_id)
        if agent is None or not agent.is_active:
            self._decline("unknown agent", message.topic)
            return
        try:
            await self._take_from(agent, message)
        except UnverifiedNote:
            self._decline("unverified", message.topic)
        except MalformedNote:
            self._decline("malformed", message.topic)

    async def _take_from(self, agent: Agent, message: _Incoming) -> None:
        keys = [Verifier.parse(agent.key)]
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

    async def _take_events(self, agent: Agent, batch: EventBatch) -> None:
        if (batch.agent, batch.epoch) != (agent.id, agent.epoch):
            self._decline("misaddressed", up_topic(agent.id, "events"))
            return
        taken = await self._writer.run(take_in_events, TakeInEvents(batch))
        if taken.stopped_by is not None:
            _logger.error("entries of %s after %d were not taken: %s", agent.id, taken.seq, taken.stopped_by)
        with self._database.reading() as reader:
            newest = deliveries.agent(reader, agent.id) or agent
            self._publish([self._pen.acknowledgement(reader, newest, taken.seq, taken.at)])

    async def _take_hello(self, agent: Agent, hello: Hello) -> None:
        if (hello.agent, hello.epoch) != (agent.id, agent.epoch):
            self._decline("misaddressed", up_topic(agent.id, "hello"))
            return
        with self._database.reading() as reader:
            self._publish(self._pen.answer(reader, agent, hello, self._clock()))
            lacks_entries = hello.last_seq < deliveries.acked_seq(reader, agent.id, agent.epoch)
        if lacks_entries:
            await self._writer.run(compare_hello, CompareHello(hello))

    def _take_doors(self, agent: Agent, doors: Doors) -> None:
        if doors.agent != agent.id:
            self._decline("misaddressed", up_topic(agent.id, "doors"))
            return
        with self._database.reading() as reader:
            served = deliveries.places_served(reader, agent.id)
        own = {place: state for place, state in doors.doors.items() if place in served and state in DOOR_STATES}
        self._onlooker.doors_reported(replace(doors, doors=own))

    def _take_log(self, agent: Agent, held: LogHeld) -> None:
        if held.agent != agent.id:
            self._decline("misaddressed", up_topic(agent.id, "log"))
        else:
            self._pen.guide.hear(agent, held)

    # Downwards.

    def _pass_on(self, news: News) -> None:
        with self._database.reading() as reader:
            match news:
                case PermitReady(permit=permit_id):
                    self._unpublished.add(permit_id)
                case RevocationsChanged():
                    self._publish(self._pen.revocations(reader, self._clock()))
                case RosterChanged(agent=agent_id):
                    agent = deliveries.agent(reader, agent_id)
                    self._publish([] if agent is None else [self._pen.doorbell(agent)])

    def _follow_log(self, published: Published) -> None:
        """What was committed is published: permits go out with their proof at once, the head itself a little later."""
        self._pen.guide.saw(published)
        waiting, self._unpublished = self._unpublished, set()
        with self._database.reading() as reader:
            for permit_id in sorted(waiting):
                permit = deliveries.permit_note(reader, permit_id)
                if permit is not None and self._pen.can_prove(reader, permit):
                    self._publish([self._pen.permit(reader, permit)])
                elif permit is not None:
                    self._unpublished.add(permit_id)
        if self._loop is not None and self._showing is None and published.note != self._head_shown:
            self._showing = self._loop.call_later(SHOW_LOG_S, self._show_log, published.note)

    def _show_log(self, note: bytes) -> None:
        """Every agent is a witness: it is shown the newest head, and vouches for it."""
        self._head_shown, self._showing = note, None
        for agent in sorted(self._present):
            self._publish(self._pen.head(agent))

    def _publish(self, messages: Iterable[Outgoing]) -> None:
        for message in messages:
            self._connection.publish(message.topic, message.payload)
