"""The heart of writing: one thread takes use cases from a queue and has them committed in groups (`committing`)."""

import threading
from asyncio import get_running_loop
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import datetime
from queue import Empty, SimpleQueue

from server.custody.news import News
from server.store.answers import LoopAnswer, Mailbox
from server.store.committing import A, Committer, Job, R, UseCase
from server.store.database import Database
from server.store.gap import WHOLE, Gap
from server.store.keys import Keys
from server.store.server_clock import ServerClock, nobody_counts
from server.store.work import Chance

GROUP_MAX = 256


class Closed(Exception):
    """The writer has been closed; nothing was done."""


class Writer:
    """Runs use cases one after the other. `start` before use, `close` after; both once."""

    def __init__(
        self,
        database: Database,
        keys: Keys,
        *,
        announce: Callable[[Sequence[News]], None],
        clock: Callable[[], datetime],
        chance: Chance,
        gap: Gap = WHOLE,
        steady_ms: Callable[[], int | None] = nobody_counts,
    ) -> None:
        """Take everything from outside: `announce` is called on the writer's thread and must not block or raise.

        `steady_ms` counts milliseconds that only ever grow, so that a clock that is set forward is noticed too.
        """
        self._committer = Committer(database, keys, announce, ServerClock(clock, steady_ms), chance, gap)
        self._queue: SimpleQueue[Job | None] = SimpleQueue()
        self._mailbox: Mailbox | None = None
        self._closing = threading.Lock()
        self._is_closed = False
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)

    def start(self) -> "Writer":
        """Begin to take use cases from the queue."""
        self._thread.start()
        return self

    def close(self) -> None:
        """Finish what is queued, then stop."""
        with self._closing:
            if self._is_closed:
                return
            self._is_closed = True
            self._queue.put(None)
        self._thread.join()

    async def run(self, usecase: UseCase[A, R], asked: A) -> R:
        """Run a use case from asyncio; returns once it is committed, raises what it raised, or `Uncertain`."""
        answer = LoopAnswer(self._mailbox_here())
        self._submit(Job(usecase, asked, answer))
        result: R = await answer.future
        return result

    def run_now(self, usecase: UseCase[A, R], asked: A) -> R:
        """The same from any other thread, waiting."""
        answer: Future[R] = Future()
        self._submit(Job(usecase, asked, answer))
        return answer.result()

    def _mailbox_here(self) -> Mailbox:
        """The running loop's mailbox. A server has one loop, so the last one is remembered and no other."""
        loop, mailbox = get_running_loop(), self._mailbox
        if mailbox is None or mailbox.loop is not loop:
            mailbox = self._mailbox = Mailbox(loop)
        return mailbox

    def _submit(self, job: Job) -> None:
        with self._closing:
            if self._is_closed:
                raise Closed
            self._queue.put(job)

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            group = [first]
            is_last = self._drain(group)
            self._committer.write(group)
            if is_last:
                return

    def _drain(self, group: list[Job]) -> bool:
        """Add what waits already; True where the end of the queue was among it."""
        while len(group) < GROUP_MAX:
            try:
                job = self._queue.get_nowait()
            except Empty:
                return False
            if job is None:
                return True
            group.append(job)
        return False
