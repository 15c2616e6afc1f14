"""One group of use cases, one transaction: what the writer does with what it took from its queue.

In a group every use case has a SAVEPOINT: it loads its facts (so two approvers cannot race), decides, and records
events; what it recorded is written, or, if it raised, only its own part is undone. Then the log's new head is signed
and the group commits once. Only after that do callers get their answers and others the news.

What a crash means: before the commit nothing of the group ever was, and nobody was told otherwise. After it all of it
is, though callers may not have heard; asking again shows it. When the commit itself fails, nobody can know yet: every
caller of the group gets `Uncertain`, and the next group starts from what the database then says.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import DBAPICursor

from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.entries import Chain
from firmware_protocol.key_changes import LOG
from server.custody.news import LogGrew, News
from server.ledger.tree import Frontier
from server.store.answers import Answer
from server.store.database import Database
from server.store.gap import WHOLE, Gap
from server.store.keys import Keys
from server.store.log_rows import Head, LogRows, entry_time, load_head, save_chain, save_head
from server.store.rotations import is_overlapping
from server.store.server_clock import ServerClock, record_step
from server.store.work import Chance, Work, server_chain

A = TypeVar("A")
R = TypeVar("R")
UseCase = Callable[[Work, A], R]
_LOG = logging.getLogger(__name__)


class Uncertain(Exception):
    """The commit failed: what was asked for may be stored or not. Look before asking again."""


@dataclass(frozen=True, slots=True)
class Job:
    """A use case, what it is asked, and where its answer goes once it is committed."""

    usecase: Callable[[Work, Any], Any]
    asked: Any
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Done:
    """A job that ran in its savepoint: what to answer once committed."""

    job: Job
    result: Any
    work: Work


@dataclass(frozen=True, slots=True)
class Committer:
    """Commits groups of jobs, on whichever one thread calls it.

    `announce` hears of what was committed; it must not block or raise. While `gap` is open, what records anything but
    its next entry raises `OutOfTurn`.
    """

    database: Database
    keys: Keys
    announce: Callable[[Sequence[News]], None]
    clock: ServerClock
    chance: Chance
    gap: Gap = WHOLE

    def write(self, group: Sequence[Job]) -> None:
        """Commit the group, then answer everybody in it and tell the news. Never raises because of a use case."""
        waiting = [job for job in group if job.answer.set_running_or_notify_cancel()]
        try:
            done, size = self._commit(waiting)
        except Exception as error:  # noqa: BLE001 - whatever it was, every caller hears of it
            _fail(waiting, error)
            return
        for one in done:
            one.job.answer.set_result(one.result)
        self._tell(done, size)

    def _commit(self, jobs: list[Job]) -> tuple[list[_Done], int]:
        with self.database.writing.connect() as connection, connection.begin() as transaction:
            head, chain = load_head(connection), server_chain(connection)
            log = LogRows(connection)
            done, leaves, chain = self._run_each(connection, log, jobs, head.frontier.size, chain)
            frontier = head.frontier.extend(leaves)
            if leaves:
                log.flush()
                save_chain(connection, chain)
                save_head(connection, Head(frontier, self._signed(connection, frontier)))
            try:
                transaction.commit()
            except Exception as error:
                connection.invalidate()
                raise Uncertain from error
        return done, frontier.size

    def _signed(self, connection: Connection, frontier: Frontier) -> bytes:
        """The head of this tree, signed with the old key too until the log says that it has ended."""
        before = self.keys.log_before
        beside = () if before is None or not is_overlapping(connection, LOG, before.verifier) else (before,)
        return sign_checkpoint(frontier.size, frontier.root, self.keys.log, *beside)

    def _run_each(
        self, connection: Connection, log: LogRows, jobs: list[Job], size: int, chain: Chain
    ) -> tuple[list[_Done], list[bytes], Chain]:
        """What was done, the leaf hashes that it appended from `size` on, and where the server's chain is then."""
        done, leaves = list[_Done](), list[bytes]()
        with closing(connection.connection.cursor()) as cursor:
            for job in (*self._steps(connection, chain), *jobs):
                now = self.clock.now()
                work = Work(connection, self.keys, now, self.chance, size + len(leaves), chain, log, self.gap)
                one = _run(cursor, work, log, job)
                if one is None:
                    continue
                leaves += work.leaf_hashes
                chain = work.chain
                done.append(one)
        return done, leaves, chain

    def _steps(self, connection: Connection, chain: Chain) -> Iterator[Job]:
        """Where the clock has stepped, the group begins with an entry about it."""
        step = self.clock.look(entry_time(connection, chain))
        if step is not None:
            yield Job(record_step, step.ms, step.said)

    def _tell(self, done: list[_Done], size: int) -> None:
        news: list[News] = [each for one in done for each in one.work.news]
        types = frozenset(event_type for one in done for event_type in one.work.types)
        if types:
            news.append(LogGrew(size, types))
        if not news:
            return
        try:
            self.announce(news)
        except Exception:  # noqa: BLE001 - news is a courtesy; the writer must live on
            _LOG.exception("an announcement failed; what it was about is committed all the same")


def _run(cursor: DBAPICursor, work: Work, log: LogRows, job: Job) -> _Done | None:
    """Do one job in a savepoint; None where it raised, which its caller has been told.

    Where the engine has given up the whole transaction (a full disk), there is no savepoint to go back to: this raises.
    """
    done, mark = None, log.mark()
    cursor.execute("SAVEPOINT job")
    try:
        result = job.usecase(work, job.asked)
        work.facts.flush()
        done = _Done(job, result, work)
    except Exception as error:  # noqa: BLE001 - one use case's failure is its caller's, not the group's
        cursor.execute("ROLLBACK TO SAVEPOINT job")
        log.back_to(mark)
        job.answer.set_exception(error)
    cursor.execute("RELEASE SAVEPOINT job")
    return done


def _fail(jobs: list[Job], error: Exception) -> None:
    for job in jobs:
        if not job.answer.done():
            job.answer.set_exception(error)
