"""The server's end of the link to the agents: one connection, and a lane for each agent.

What is made of a message and what is said is for `reception`; here are the connection, the event loop and who is there.
One agent's messages are taken one after the other, several agents' at the same time.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from firmware_protocol.messages import ONLINE, ROOT, SERVER_STATE_TOPIC, Doors, agent_of_topic, state_topic
from server.cabinets.broker_account import BrokerAccount
from server.cabinets.lanes import Lanes
from server.cabinets.mqtt import Connection, Timing
from server.cabinets.outgoing import Outgoing, Pen
from server.cabinets.reception import Incoming, Reception
from server.custody.news import News
from server.store.database import Database
from server.store.log_files import Published
from server.store.writer import Writer

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
        self._onlooker, self._clock = onlooker, clock
        self._reception = Reception(database, writer, pen, clock, self._publish, onlooker.doors_reported, self._decline)
        self._present: set[str] = set()
        self._head_shown: bytes | None = None
        self._showing: asyncio.TimerHandle | None = None
        self._declined: Counter[str] = Counter()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lanes: Lanes[Incoming] = Lanes(self._reception.take, WAITING_PER_AGENT_MAX)
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
            loop.call_soon_threadsafe(self._reception.pass_on, news)

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
        elif not self._lanes.put(agent, Incoming(topic, payload)):
            self._decline("crowded", topic)

    def _set_present(self, agent: str, *, is_present: bool) -> None:
        if is_present != (agent in self._present):
            self._present ^= {agent}
            self._onlooker.connection_changed(agent, self._clock(), online=is_present)

    def _decline(self, reason: str, topic: str) -> None:
        self._declined[reason] += 1
        _logger.warning("declined a message on %s: %s", topic, reason)

    # Downwards.

    def _follow_log(self, published: Published) -> None:
        """Permits go out at once, the head itself a little later."""
        self._reception.follow_log(published)
        if self._loop is not None and self._showing is None and published.note != self._head_shown:
            self._showing = self._loop.call_later(SHOW_LOG_S, self._show_log, published.note)

    def _show_log(self, note: bytes) -> None:
        self._head_shown, self._showing = note, None
        self._reception.show_log(self._present)

    def _publish(self, message: Outgoing) -> None:
        self._connection.publish(message.topic, message.payload)
