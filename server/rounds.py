"""What the server does by itself, again and again: it looks over the log, off the loop, and only then writes.

Every round is safe to repeat and to miss. One that fails says so in the service's log and is tried again.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from server.custody.findings.breaks_in_the_record import Away
from server.custody.news import LogGrew, News
from server.store.database import Database
from server.store.lists import registers
from server.store.writer import Writer
from server.usecases.raise_findings import has_work, raise_findings
from server.usecases.watching import AT_ONCE, Watched, look
from server.web.live import LiveBoard

LOOK_EVERY_S = 15.0
_logger = logging.getLogger(__name__)


class Watch:
    """Looks for findings every `LOOK_EVERY_S` seconds, and at once after an alarm. `hear` is safe from any thread."""

    def __init__(self, database: Database, writer: Writer, live: LiveBoard, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._writer = writer
        self._live = live
        self._clock = clock
        self._wanted = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def hear(self, news: Sequence[News]) -> None:
        """Look at once where the log has an alarm."""
        if any(isinstance(each, LogGrew) and not AT_ONCE.isdisjoint(each.types) for each in news):
            self._loop.call_soon_threadsafe(self._wanted.set)

    async def run(self) -> None:
        """Look for ever."""
        while True:
            is_behind = False
            try:
                is_behind = await self.look_once()
            except Exception:
                _logger.exception("the log could not be looked over")
            if not is_behind:
                await self._pause()

    async def look_once(self) -> bool:
        """Raise what there is to raise; true where more of the log waits to be looked at."""
        now = self._clock()
        watched = await asyncio.to_thread(self._look, now)
        if watched is not None:
            await self._writer.run(raise_findings, watched)
        return watched is not None and watched.is_behind

    def _look(self, now: datetime) -> Watched | None:
        with self._database.reading() as reader:
            active = {line.agent.id for line in registers.agents(reader) if line.agent.is_active}
            watched = look(reader, now, tuple(self._away(active, now)))
            return watched if has_work(reader, watched, now) else None

    def _away(self, active: set[str], now: datetime) -> Iterator[Away]:
        for agent, known in self._live.agents().items():
            if agent in active and not known.online and known.since is not None:
                yield Away(agent=agent, since=known.since, seen_at=now)

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._wanted.wait(), LOOK_EVERY_S)
        except TimeoutError:
            return
        self._wanted.clear()
