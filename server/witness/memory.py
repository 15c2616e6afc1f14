"""What a witness must never forget: the head it vouched for last, of each log, and every pair that cannot be one log.

One SQLite file in WAL with `synchronous=FULL`. Comparing with the known head and keeping the new one are one
transaction, so that two requests at a time cannot roll each other back. Each commit is folded into the file at once:
whoever copies it alone has all of it. A witness whose file was lost is retired with its key: one that began anew under
the same name would vouch for any history. So a file that is there and is not a memory is never made into one.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from firmware_protocol.checkpoints import Checkpoint, parse_checkpoint
from firmware_protocol.notes import parse_note
from firmware_protocol.times import time_from_ms, time_ms
from server.store.durable_files import make_folder

FILE_NAME = "witness.sqlite"
MARK = int.from_bytes(b"gngw")
"""Stands in the file's first page since a witness began it."""
SCHEMA = f"""
BEGIN;
CREATE TABLE IF NOT EXISTS heads (origin TEXT PRIMARY KEY, note BLOB NOT NULL, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS disputes (number INTEGER PRIMARY KEY, origin TEXT NOT NULL, kind TEXT NOT NULL,
    known BLOB, shown BLOB NOT NULL, at_ms INTEGER NOT NULL, UNIQUE (origin, kind, known, shown)) STRICT;
CREATE TRIGGER IF NOT EXISTS disputes_stay BEFORE DELETE ON disputes BEGIN SELECT RAISE(ABORT, 'disputes stay'); END;
CREATE TRIGGER IF NOT EXISTS heads_stay BEFORE DELETE ON heads BEGIN SELECT RAISE(ABORT, 'heads stay'); END;
PRAGMA application_id = {MARK};
COMMIT;
"""
R = TypeVar("R")


class MemoryLost(Exception):
    """The witness has its key and no memory: it would vouch for any history, and must not go on under this key."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The head of a log that this witness vouched for last, and when it was kept."""

    checkpoint: Checkpoint
    note: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Dispute:
    """What a log showed that does not fit what was known of it, both as notes (`known` empty: nothing was)."""

    number: int
    origin: str
    kind: str
    known: bytes
    shown: bytes
    at: datetime


class WitnessMemory:
    """The open file. Any thread; one at a time."""

    def __init__(self, folder: Path) -> None:
        """Open the memory in `folder`, or begin one where nothing is; raises `MemoryLost` for any other file."""
        make_folder(folder, 0o700)
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(folder / FILE_NAME, isolation_level=None, timeout=5, check_same_thread=False)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; all that was kept is durable already."""
        self._connection.close()

    def kept(self, origin: str) -> Kept | None:
        """The head last vouched for of this log."""
        with self._lock:
            return self._kept(origin)

    def compare_and_keep(self, origin: str, at: datetime, decide: Callable[[Kept | None], tuple[R, bytes | None]]) -> R:
        """Give `decide` the known head, and keep the note it answers (None: none), all in one transaction.

        Durable when it returns, with the first half of what `decide` answered.
        """
        with self._transaction():
            result, note = decide(self._kept(origin))
            if note is not None:
                self._connection.execute(
                    "INSERT INTO heads (origin, note, at_ms) VALUES (?,?,?)"
                    " ON CONFLICT (origin) DO UPDATE SET note = excluded.note, at_ms = excluded.at_ms",
                    (origin, note, time_ms(at)),
                )
        return result

    def keep_dispute(self, origin: str, kind: str, known: bytes, shown: bytes, at: datetime) -> None:
        """Keep evidence, once; durable when it returns."""
        with self._transaction():
            self._connection.execute(
                "INSERT OR IGNORE INTO disputes (origin, kind, known, shown, at_ms) VALUES (?,?,?,?,?)",
                (origin, kind, known, shown, time_ms(at)),
            )

    def disputes(self, origin: str) -> tuple[Dispute, ...]:
        """All evidence about this log, oldest first."""
        wanted = "SELECT number, origin, kind, known, shown, at_ms FROM disputes WHERE origin = ? ORDER BY number"
        with self._lock:
            rows = self._connection.execute(wanted, (origin,)).fetchall()
        return tuple(
            Dispute(number, about, kind, known, shown, time_from_ms(at_ms))
            for number, about, kind, known, shown, at_ms in rows
        )

    def _prepare(self) -> None:
        is_new = self._asked("page_count") == 0
        if not is_new and self._asked("application_id") != MARK:
            raise MemoryLost(FILE_NAME)
        self._connection.execute("PRAGMA synchronous=FULL")
        if is_new:
            self._connection.executescript(SCHEMA)
        for pragma in ("journal_mode=WAL", "trusted_schema=OFF", "wal_autocheckpoint=0"):
            self._connection.execute(f"PRAGMA {pragma}")

    def _asked(self, setting: str) -> object:
        try:
            return self._connection.execute(f"PRAGMA {setting}").fetchone()[0]
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise MemoryLost(FILE_NAME) from error

    def _kept(self, origin: str) -> Kept | None:
        row = self._connection.execute("SELECT note, at_ms FROM heads WHERE origin = ?", (origin,)).fetchone()
        if row is None:
            return None
        return Kept(parse_checkpoint(parse_note(row[0]).text), row[0], time_from_ms(row[1]))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
            # SQLite's own folding would keep it to itself that the disk failed.
            self._connection.execute("PRAGMA wal_checkpoint")
