"""The plainest program that keeps the rows of a log: no rules, no chain and no tree, but the same commits.

It is handed rows that the product has just written, and keeps those very bytes in tables with the log's own columns and
indexes (SQLite, WAL, synchronous=FULL): each group in one transaction with its source's row and the log's head, and
whoever waits is answered after the commit. So what it takes is what keeping those bytes takes. One that signs signs
every entry and every head besides, as a log cannot help doing whose entries speak for themselves.
"""

import asyncio
import sqlite3
from asyncio import Future
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.store.writer import GROUP_MAX

Row = tuple[Any, ...]
_Asked = tuple[Row, "Future[None]"]
_HEADS = ("sources", "log_heads")


class BareLog:
    """Begins with the rows that the log in `database` has by now. `close` after use."""

    def __init__(self, database: Path, *, signs: bool = False) -> None:
        self._key = Ed25519PrivateKey.generate() if signs else None
        self._heads = {table: rows_of(database, table) for table in _HEADS}
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        self.groups = 0
        file = database.with_name("signing.sqlite" if signs else "bare.sqlite")
        self._connection = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self._connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; {_schema(database)}")
        self.commit(rows_of(database, "entries"))

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def commit(self, rows: Sequence[Row]) -> None:
        """Keep these rows, in one durable transaction."""
        self._connection.execute("BEGIN IMMEDIATE")
        if self._key:
            for row in (*rows, *self._heads["log_heads"]):
                self._key.sign(row[-1])
        self._write("INSERT", "entries", rows)
        for table, heads in self._heads.items():
            self._write("REPLACE", table, heads)
        self._connection.execute("COMMIT")
        self.groups += 1

    @contextmanager
    def taking(self) -> Iterator[None]:
        """Meanwhile callers may `append`; a thread takes what they ask for in groups, as they come."""
        thread = Thread(target=self._work, args=(asyncio.get_running_loop(),))
        thread.start()
        try:
            yield
        finally:
            self._queue.put(None)
            thread.join()

    async def append(self, row: Row) -> None:
        """Keep a row; returns once it is committed."""
        answer = asyncio.get_running_loop().create_future()
        self._queue.put((row, answer))
        await answer

    def _write(self, verb: str, table: str, rows: Sequence[Row]) -> None:
        places = ", ".join("?" * len(rows[0]))
        self._connection.executemany(f"{verb} INTO {table} VALUES ({places})", rows)

    def _work(self, loop: asyncio.AbstractEventLoop) -> None:
        while first := self._queue.get():
            group = [first, *self._waiting()]
            self.commit([row for row, _ in group])
            loop.call_soon_threadsafe(_answer, [answer for _, answer in group])

    def _waiting(self) -> Iterator[_Asked]:
        """What else has been asked for by now."""
        for _ in range(min(GROUP_MAX - 1, self._queue.qsize())):
            asked = self._queue.get()
            if asked is None:
                self._queue.put(None)
                return
            yield asked


def rows_of(database: Path, table: str, first: int = 0) -> list[Row]:
    """The rows of one of the log's tables in their order, from the `first` on, counted from 0."""
    with closing(sqlite3.connect(database)) as log:
        return log.execute(f"SELECT * FROM {table} ORDER BY 1 LIMIT -1 OFFSET {first}").fetchall()  # noqa: S608 - ours


def _schema(database: Path) -> str:
    """The three tables and their indexes as the log has them."""
    with closing(sqlite3.connect(database)) as log:
        wanted = "SELECT sql FROM sqlite_master WHERE tbl_name IN (?, ?, ?) AND type <> 'trigger' AND sql IS NOT NULL"
        return ";".join(sql for (sql,) in log.execute(wanted, ("entries", *_HEADS)))


def _answer(answers: Sequence["Future[None]"]) -> None:
    for answer in answers:
        answer.set_result(None)
