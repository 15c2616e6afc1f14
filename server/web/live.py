"""What happens now, for whoever has a page open: that the log grew, and how the doors stand.

The board is told from any thread (the writer's, the link's) and wakes every listener in the loop of the web service.
A listener that is slow misses repetitions, never the newest state. Door states are hints for the eye, nothing else.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from firmware_protocol.messages import Doors
from server.custody.news import LogGrew, News


@dataclass(frozen=True, slots=True)
class AgentNow:
    """How an agent stands as far as anyone heard: `since` is when its connection changed, `doors` its newest report."""

    online: bool = False
    since: datetime | None = None
    doors: Doors | None = None


LISTENERS_PER_SESSION_MAX = 6
"""As many as a browser keeps connections to one place."""


@dataclass(slots=True, eq=False)
class _Listener:
    session: str
    is_ended: bool = False
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    news: set[str] = field(default_factory=set)


class LiveBoard:
    """The newest hints, and the listeners to wake. One per web service; closing it ends every stream."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._agents: dict[str, AgentNow] = {}
        self._log_size = 0
        self._turn = 0
        self._listeners: dict[_Listener, None] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def open(self, loop: asyncio.AbstractEventLoop) -> None:
        """From now on wake listeners in `loop`."""
        self._loop, self._closed = loop, False

    def close(self) -> None:
        """End every stream, so that the service can stop. Safe from any thread, and twice."""
        self._closed = True
        self._wake("")

    def hear(self, news: Sequence[News]) -> None:
        """What the writer announces after a commit: of it, that the log grew. Safe from any thread, never blocks."""
        for each in news:
            if isinstance(each, LogGrew):
                self._log_size = max(self._log_size, each.size)
                self._wake("entry")

    def doors_reported(self, report: Doors) -> None:
        """An agent says how its doors stand; what comes last counts, whatever its clock says. Safe from any thread."""
        with self._lock:
            known = self._agents.get(report.agent, AgentNow())
            self._agents[report.agent] = AgentNow(known.online, known.since, report)
        self._wake("doors")

    def connection_changed(self, agent: str, at: datetime, *, online: bool) -> None:
        """An agent came or went at `at`. Safe from any thread."""
        with self._lock:
            known = self._agents.get(agent, AgentNow())
            if known.online != online or known.since is None:
                self._agents[agent] = AgentNow(online, at, known.doors)
        self._wake("doors")

    @property
    def turn(self) -> int:
        """How often something has happened: a page made at one turn is stale at a later one."""
        return self._turn

    @property
    def log_size(self) -> int:
        """The number of entries last heard of; 0 before the first."""
        return self._log_size

    def agents(self) -> Mapping[str, AgentNow]:
        """Every agent ever heard of since the start."""
        with self._lock:
            return dict(self._agents)

    def doors(self) -> dict[str, str]:
        """Each reported door by place (`CAB-01/7`): closed, open, jammed or unknown (also while its agent is away)."""
        states: dict[str, str] = {}
        for agent in self.agents().values():
            for place, state in (agent.doors.doors if agent.doors else {}).items():
                states[place] = state if agent.online else "unknown"
        return states

    async def news(self, session: str, wait_s: float) -> AsyncGenerator[frozenset[str], None]:
        """Yield what happened since the last time (`entry`, `doors`), or nothing after `wait_s`, until closed.

        The first yield is empty and comes at once: from then on nothing is missed. Of a session that listens too often
        the oldest ends, after `crowded`: every entry wakes every listener.
        """
        listener = _Listener(session)
        self._listeners[listener] = None
        self._end_oldest_of(session)
        try:
            yield frozenset()
            while not self._closed:
                with suppress(TimeoutError):
                    await asyncio.wait_for(listener.wanted.wait(), wait_s)
                listener.wanted.clear()
                heard, listener.news = frozenset(listener.news), set()
                if not self._closed:
                    yield heard
                if listener.is_ended:
                    return
        finally:
            del self._listeners[listener]

    def _end_oldest_of(self, session: str) -> None:
        listening = [each for each in self._listeners if each.session == session and not each.is_ended]
        for listener in listening[:-LISTENERS_PER_SESSION_MAX]:
            listener.is_ended = True
            listener.news.add("crowded")
            listener.wanted.set()

    def _wake(self, news: str) -> None:
        with self._lock:
            self._turn += 1
        if (loop := self._loop) is None:
            return
        with suppress(RuntimeError):  # the loop is closed: nobody is left to wake
            loop.call_soon_threadsafe(self._wake_all, news)

    def _wake_all(self, news: str) -> None:
        for listener in self._listeners:
            if news:
                listener.news.add(news)
            listener.wanted.set()
