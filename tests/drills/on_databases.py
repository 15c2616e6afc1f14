"""Deeds with the server's own files: a database put back, cut off or rewritten beside the log that was published."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from shutil import copyfile

from server.ledger.forks import LogForked
from server.operate.verify import sentence, verify
from server.store.folder import DATABASE_FILE, DataFolder
from server.township import found, opened
from server.usecases.export_log import ExportLog, export_log
from tests.drills.noticed import SERVER, VERIFY, Drill, Noticed

OPEN_UP = "".join(
    f"DROP TRIGGER {table}_no_{verb};" for table in ("entries", "bodies") for verb in ("update", "delete")
)


def _grow(data: Path) -> None:
    """The log grows by an entry, and is published."""
    with opened(data) as township:
        township.writer.run_now(export_log, ExportLog(0))


def _edit(sql: str) -> Callable[[Path], None]:
    def deed(data: Path) -> None:
        with closing(sqlite3.connect(data / DATABASE_FILE)) as connection:
            connection.executescript(OPEN_UP + sql)

    return deed


def _put_back(data: Path) -> None:
    copyfile(data / DATABASE_FILE, data / "old")
    _grow(data)
    copyfile(data / "old", data / DATABASE_FILE)


def _lived(folder: Path) -> Path:
    found(folder / "data", "清溪镇")
    _grow(folder / "data")
    return folder / "data"


def _verified(deed: Callable[[Path], None]) -> Drill:
    """What `verify` says afterwards."""

    def run(folder: Path) -> Noticed:
        deed(data := _lived(folder))
        verdict = verify(DataFolder(data))
        return Noticed(VERIFY, "" if verdict.wrong is None else sentence(verdict))

    return run


def _started(deed: Callable[[Path], None]) -> Drill:
    """What the server says when it is started again: it does not start."""

    def run(folder: Path) -> Noticed:
        deed(data := _lived(folder))
        try:
            _grow(data)
        except LogForked as error:
            return Noticed(SERVER, str(error))
        return Noticed(SERVER)

    return run


DRILLS: Mapping[str, Drill] = {
    "an old database put back, and the server started": _started(_put_back),
    "an old database put back, and verified": _verified(_put_back),
    "the last entries cut off in the database": _verified(_edit("DELETE FROM entries WHERE position > 2")),
    "an entry rewritten in the database": _verified(_edit("UPDATE entries SET note = x'00' WHERE position = 2")),
    "an entry deleted in the database": _verified(_edit("DELETE FROM entries WHERE position = 2")),
    "an entry back-dated in the database": _verified(_edit("UPDATE entries SET at_ms = 1 WHERE position = 2")),
    "a body rewritten in the database": _verified(_edit("UPDATE bodies SET body = x'7b7d' WHERE position = 0")),
    "the township renamed in the database": _verified(_edit("UPDATE townships SET name = '别的镇'")),
}
