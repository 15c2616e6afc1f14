"""SQLite on a machine's disk: apsw's, behind the face of the standard library's `sqlite3`.

The product opens its databases with `sqlite3.connect` or through SQLAlchemy, which does; so much of that face is here
as they use. Every write, sync and removal goes to the real file and to the `Machine`; a WAL or a journal that is new
syncs its folder with its first sync, as SQLite's own Unix file system does.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from tests.power_cuts.disk import Step, Sync, Truncate, Write
from tests.power_cuts.machine import Machine

VERSION = apsw.sqlite_lib_version()
_NEW_NAMES = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
_READING = ("SELECT", "BEGIN", "PRAGMA")
"""Whoever only looks is not thrown out: nothing leaves the machine by it."""
_CHANGES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "WITH")
_ERRORS: Sequence[tuple[type[apsw.Error], type[sqlite3.Error]]] = (
    (apsw.ConstraintError, sqlite3.IntegrityError),
    (apsw.CorruptError, sqlite3.DatabaseError),
    (apsw.NotADBError, sqlite3.DatabaseError),
    (apsw.Error, sqlite3.OperationalError),
)


class FileSystem(apsw.VFS):
    """The Unix file system, with a machine that is told of every change. `unregister` it when done."""

    def __init__(self, machine: Machine) -> None:
        self.name = f"machine-{id(machine)}"
        self._machine = machine
        super().__init__(self.name, "unix")

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802 - apsw's name
        """A database, its WAL or its journal."""
        return _File(self._machine, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802 - apsw's
        """A journal or a WAL is gone."""
        super().xDelete(filename, syncdir)
        self._machine.dropped(Path(filename))
        if syncdir:
            self._machine.sync_folder(Path(filename).parent)


class _File(apsw.VFSFile):
    """An open file."""

    def __init__(self, machine: Machine, name: Any, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._path = Path(name if isinstance(name, str) else name.filename())
        self._machine, self._life = machine, machine.life
        self._file = machine.file(self._path)
        self._is_new_name = bool(flags[0] & _NEW_NAMES)

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        """Bytes at a place."""
        super().xWrite(data, offset)
        self._take(Write(self._file, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        """Another length."""
        super().xTruncate(newsize)
        self._take(Truncate(self._file, newsize))

    def xSync(self, _flags: int) -> None:  # noqa: N802
        """What was written is durable; the first time the name of a journal is, too. The real file is in memory."""
        self._take(Sync(self._file))
        if self._is_new_name:
            self._machine.sync_folder(self._path.parent)
            self._is_new_name = False

    def _take(self, step: Step) -> None:
        """What a file does that was left open by a program that is dead, no disk has."""
        if self._machine.life is self._life:
            self._machine.take(step)


class Connection:
    """As `sqlite3.Connection`. Once the power of its machine has failed, no statement comes back."""

    def __init__(self, machine: Machine, connection: apsw.Connection) -> None:
        self.machine = machine
        self.isolation_level: str | None = None
        self._connection = connection

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection.in_transaction

    def cursor(self) -> "Cursor":
        """A new cursor."""
        return Cursor(self, self._connection)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        """One statement."""
        return self.cursor().execute(statement, values)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> "Cursor":
        """One statement for each row."""
        return self.cursor().executemany(statement, rows)

    def executescript(self, script: str) -> "Cursor":
        """Many statements."""
        return self.cursor().execute(script)

    def commit(self) -> None:
        """End the transaction, if there is one."""
        if self.in_transaction:
            self.execute("COMMIT")

    def rollback(self) -> None:
        """Undo the transaction, if there is one; nobody is thrown out who only tidies up."""
        if self.in_transaction:
            self._connection.execute("ROLLBACK")

    def create_function(self, name: str, count: int, function: Callable[..., Any], *, deterministic: bool) -> None:
        """A function for SQL."""
        self._connection.create_scalar_function(name, function, count, deterministic=deterministic)

    def close(self) -> None:
        """Close the file."""
        self._connection.close(True)


class Cursor:
    """As `sqlite3.Cursor`: rows are read at once."""

    arraysize = 1

    def __init__(self, owner: Connection, connection: apsw.Connection) -> None:
        self._owner, self._connection = owner, connection
        self._rows: Iterator[tuple[Any, ...]] = iter(())
        self.description: tuple[tuple[Any, ...], ...] | None = None
        self.rowcount = -1

    @property
    def lastrowid(self) -> int:
        """The key of the row that was put in last."""
        return self._connection.last_insert_rowid()

    def execute(self, statement: str, values: Sequence[Any] = ()) -> "Cursor":
        """Run it; raises what `sqlite3` raises."""
        return self._run(statement, lambda cursor: cursor.execute(statement, values or None))

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> "Cursor":
        """Run it for each row."""
        return self._run(statement, lambda cursor: cursor.executemany(statement, rows))

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row."""
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        """So many rows."""
        return [row for _, row in zip(range(size), self._rows, strict=False)]

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All that are left."""
        return list(self._rows)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        return self._rows

    def close(self) -> None:
        """Nothing is open."""

    def _run(self, statement: str, run: Callable[[apsw.Cursor], Iterable[Any]]) -> "Cursor":
        cursor = self._connection.cursor()
        cursor.exec_trace = self._describe
        before, first = self._connection.total_changes(), statement.lstrip()[:7].upper()
        try:
            self._rows = iter(list(run(cursor)))
        except apsw.Error as error:
            raise next(theirs for ours, theirs in _ERRORS if isinstance(error, ours))(str(error)) from error
        finally:
            if not first.startswith(_READING):
                self._owner.machine.check()
        changes = first.startswith(_CHANGES)
        self.rowcount = self._connection.total_changes() - before if changes else -1
        return self

    def _describe(self, cursor: apsw.Cursor, _statement: str, _values: Any) -> bool:
        self.description = tuple((*each, None, None, None, None, None)[:7] for each in cursor.getdescription()) or None
        return True
