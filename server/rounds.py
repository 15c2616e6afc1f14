"""What the server does by itself, again and again: it looks over the log, off the loop, and only then writes.

Every round is safe to repeat and to miss. One that fails says so in the service's log and is tried again.
"""

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from firmware_protocol.times import CHINA
from server.custody.findings.breaks_in_the_record import Away
from server.custody.news import LogGrew, News
from server.store.database import Database
from server.store.gap import OutOfTurn
from server.store.lists import registers
from server.store.log_reads import began_before, has_happened_since
from server.store.uploads import Uploads
from server.store.writer import Writer
from server.usecases.index_search import FOUND_BY, Indexing, index_search, unindexed
from server.usecases.raise_findings import has_work, raise_findings
from server.usecases.watching import AT_ONCE, Watched, look
from server.web.live import LiveBoard

LOOK_EVERY_S = 15.0
INDEX_EVERY_S = 60.0
VERIFY_LOOK_S = 600.0
NIGHT_HOURS = range(2, 5)
A_NIGHT = timedelta(hours=20)
_logger = logging.getLogger(__name__)


class Round(ABC):
    """One thing done again and again, and at once after entries of some types. `hear` is safe from any thread."""

    every_s: float
    hurry: frozenset[str]

    def __init__(self) -> None:
        self._wanted = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    @abstractmethod
    async def once(self) -> bool:
        """Do it; true where more is waiting already."""

    def hear(self, news: Sequence[News]) -> None:
        """Hurry where the log has an entry of these types."""
        if any(isinstance(each, LogGrew) and not self.hurry.isdisjoint(each.types) for each in news):
            self._loop.call_soon_threadsafe(self._wanted.set)

    async def run(self) -> None:
        """Do it for ever."""
        while True:
            is_behind = False
            try:
                is_behind = await self.once()
            except OutOfTurn:
                _logger.info("a round waits until cabinets have closed the gap: %s", type(self).__name__)
            except Exception:
                _logger.exception("a round failed: %s", type(self).__name__)
            if not is_behind:
                await self._pause()

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._wanted.wait(), self.every_s)
        except TimeoutError:
            return
        self._wanted.clear()


class Watch(Round):
    """Looks for findings, and at once after an alarm."""

    every_s = LOOK_EVERY_S
    hurry = AT_ONCE

    def __init__(
        self, database: Database, writer: Writer, uploads: Uploads, live: LiveBoard, clock: Callable[[], datetime]
    ) -> None:
        super().__init__()
        self._database = database
        self._writer = writer
        self._uploads = uploads
        self._live = live
        self._clock = clock

    async def once(self) -> bool:
        """Raise what there is to raise."""
        now = self._clock()
        watched = await asyncio.to_thread(self._look, now)
        if watched is not None:
            await self._writer.run(raise_findings, watched)
        return watched is not None and watched.is_behind

    def _look(self, now: datetime) -> Watched | None:
        with self._database.reading() as reader:
            active = {line.agent.id for line in registers.agents(reader) if line.agent.is_active}
            watched = look(reader, now, tuple(self._away(active, now)), uploads=self._uploads)
            return watched if has_work(reader, watched, now) else None

    def _away(self, active: set[str], now: datetime) -> Iterator[Away]:
        for agent, known in self._live.agents().items():
            if agent in active and not known.online and known.since is not None:
                yield Away(agent=agent, since=known.since, seen_at=now)


class SearchRound(Round):
    """Makes findable what the log newly says."""

    every_s = INDEX_EVERY_S
    hurry = frozenset(FOUND_BY)

    def __init__(self, database: Database, writer: Writer) -> None:
        super().__init__()
        self._database = database
        self._writer = writer

    async def once(self) -> bool:
        """Index one step of the log."""
        indexing = await asyncio.to_thread(self._unindexed)
        if indexing.documents or indexing.is_behind:
            await self._writer.run(index_search, indexing)
        return indexing.is_behind

    def _unindexed(self) -> Indexing:
        with self._database.reading() as reader:
            return unindexed(reader)


class VerifyRound(Round):
    """Each night has the whole log verified, in a process of its own that waits for everybody else's work.

    That process leaves the entry (`verification_run`); a night without one is made up for in the next look. While a
    restored log waits for cabinets it can leave none: what is wrong is said in the service's log then, once a night.
    """

    every_s = VERIFY_LOOK_S
    hurry = frozenset()

    def __init__(self, database: Database, clock: Callable[[], datetime], command: Sequence[str]) -> None:
        """`command` verifies this township's data, and ends with 0 where nothing is wrong."""
        super().__init__()
        self._database = database
        self._clock = clock
        self._command = command
        self._verified_at: datetime | None = None

    async def once(self) -> bool:
        """Verify where it is night and nobody has since the last one."""
        now = self._clock()
        if await asyncio.to_thread(self._is_due, now):
            self._verified_at = now if await self._verify() else None
        return False

    def _is_due(self, now: datetime) -> bool:
        is_done = self._verified_at is not None and now - self._verified_at < A_NIGHT
        if is_done or now.astimezone(CHINA).hour not in NIGHT_HOURS:
            return False
        with self._database.reading() as reader:
            is_old = began_before(reader, now - A_NIGHT)
            return is_old and not has_happened_since(reader, "verification_run", now - A_NIGHT)

    async def _verify(self) -> bool:
        """Whether it came to its end, well or not."""
        quiet = asyncio.subprocess.DEVNULL
        process = await asyncio.create_subprocess_exec(*self._command, stdout=quiet, stderr=quiet)
        try:
            if code := await process.wait():
                _logger.error("verifying the log ended with %d", code)
            return code >= 0
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
