"""What is cut runs as the product does: the same settings of SQLite, and one connection that moves the WAL."""

# ruff: noqa: SLF001 - what a connection is set to is asked of that very connection

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from device_agent.journal import open_journal
from device_agent.technician.findings import Verdict
from device_agent.technician.machine_check import check_journal
from server.operate.backup import back_up, copy_sqlite
from server.operate.export_log import export_to
from server.operate.verify import verify
from server.store.database import CHECKPOINT_PAGES, READER_CACHE_KB, Database
from server.store.folder import DataFolder
from server.township import found, opened
from server.witness.memory import WitnessMemory
from tests.power_cuts.cutting import RAN
from tests.power_cuts.machine import Machine, image_of, lay_out
from tests.power_cuts.powered import powered
from tests.power_cuts.sqlite import VERSION
from tests.server.town import KEYS

SETTINGS = (
    *("journal_mode", "synchronous", "wal_autocheckpoint", "locking_mode", "fullfsync", "checkpoint_fullfsync"),
    *("page_size", "auto_vacuum", "mmap_size", "journal_size_limit", "cache_size", "cache_spill", "temp_store"),
    *("foreign_keys", "recursive_triggers", "cell_size_check", "trusted_schema", "query_only", "busy_timeout"),
)
FULL = 2
"""What SQLite calls `synchronous=FULL`."""
Ask = Callable[[str], Any]


def _asking(execute: Callable[[str], Any]) -> Ask:
    return lambda setting: execute(f"PRAGMA {setting}").fetchone()[0]


@contextmanager
def _journal(root: Path) -> Iterator[Ask]:
    with open_journal(root, "hall-1", 1, KEYS.permit) as journal:
        yield _asking(journal._connection.execute)


@contextmanager
def _memory(root: Path) -> Iterator[Ask]:
    with closing(WitnessMemory(root)) as memory:
        yield _asking(memory._connection.execute)


@contextmanager
def _database(root: Path, *, is_guest: bool = False) -> Iterator[Database]:
    root.mkdir(exist_ok=True)
    with closing(Database.open(f"sqlite:///{root}/gongguan.sqlite", is_guest=is_guest)) as database:
        yield database


@contextmanager
def _writer(root: Path) -> Iterator[Ask]:
    with _database(root) as database, database.writing.connect() as connection:
        yield _asking(connection.exec_driver_sql)


@contextmanager
def _guest(root: Path) -> Iterator[Ask]:
    with _database(root, is_guest=True) as database, database.writing.connect() as connection:
        yield _asking(connection.exec_driver_sql)


@contextmanager
def _reader(root: Path) -> Iterator[Ask]:
    with _database(root) as database, database.reading() as reader:
        yield _asking(reader.exec_driver_sql)


CONNECTIONS = {
    "the agent's journal": (_journal, {"journal_mode": "wal", "synchronous": FULL, "wal_autocheckpoint": 0}),
    "the witness's memory": (_memory, {"journal_mode": "wal", "synchronous": FULL}),
    "the server's writer": (
        _writer,
        {"journal_mode": "wal", "synchronous": FULL, "wal_autocheckpoint": CHECKPOINT_PAGES},
    ),
    "a guest beside the server": (_guest, {"journal_mode": "wal", "synchronous": FULL, "wal_autocheckpoint": 0}),
    "the server's readers": (
        _reader,
        {"journal_mode": "wal", "wal_autocheckpoint": 0, "query_only": 1, "cache_size": -READER_CACHE_KB},
    ),
}


@pytest.mark.parametrize(("connection", "promised"), CONNECTIONS.values(), ids=CONNECTIONS)
def test_the_sqlite_that_is_cut_has_the_settings_of_the_products_own(
    connection: Any, promised: dict[str, object], tmp_path: Path
) -> None:
    with connection(tmp_path / "own") as ask:
        own = {setting: ask(setting) for setting in SETTINGS}
    machine = Machine(tmp_path / "cut")
    with powered(machine), connection(machine.root) as ask:
        cut = {setting: ask(setting) for setting in SETTINGS}
    assert machine.life.steps, "nothing was written to the machine"
    assert own == cut
    assert own | promised == own


def test_it_is_said_which_sqlite_was_cut_and_which_the_product_runs() -> None:
    assert VERSION in RAN
    assert sqlite3.sqlite_version in RAN


def _nothing_to_tell(_what: str) -> Callable[[int, int], None]:
    return lambda _done, _all: None


def _writes_much(folder: DataFolder) -> None:
    with opened(folder.path, is_guest=True) as township, township.database.writing.begin() as connection:
        _fill(connection, CHECKPOINT_PAGES + 100)


SECOND_CONNECTIONS: dict[str, Callable[[DataFolder, Path], object]] = {
    "verify": lambda folder, _into: verify(folder),
    "a backup": lambda folder, into: back_up(folder, into / "backup", _nothing_to_tell),
    "a copy of the database": lambda folder, into: copy_sqlite(
        folder.path / "gongguan.sqlite", into / "copy", lambda _done, _all: None
    ),
    "an export of the log": lambda folder, into: export_to(folder.path, into / "export"),
    "a guest that writes more than a checkpoint's worth": lambda folder, _into: _writes_much(folder),
}


@pytest.mark.parametrize("second", SECOND_CONNECTIONS.values(), ids=SECOND_CONNECTIONS)
def test_a_second_connection_leaves_the_wal_to_the_server(
    second: Callable[[DataFolder, Path], object], tmp_path: Path
) -> None:
    folder = DataFolder(tmp_path / "data")
    found(folder.path, "清溪镇")
    database = folder.path / "gongguan.sqlite"
    with opened(folder.path) as township:
        with township.database.writing.begin() as connection:
            _fill(connection, CHECKPOINT_PAGES - 100)
        before = _digest(database)
        second(folder, tmp_path)
        assert _digest(database) == before
    assert _digest(database) != before, "the server's own end folds the WAL in"


@pytest.mark.parametrize("name", ["verify", "a backup", "a copy of the database"])
def test_what_only_looks_at_what_a_cut_left_folds_nothing(name: str, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "after" / "data")
    found(tmp_path / "data", "清溪镇")
    with opened(tmp_path / "data") as township, township.database.writing.begin() as connection:
        _fill(connection, 10)
        connection.commit()
        lay_out(folder.path, image_of(tmp_path / "data"))
    before = _digest(folder.path / "gongguan.sqlite"), _digest(folder.path / "gongguan.sqlite-wal")
    SECOND_CONNECTIONS[name](folder, tmp_path)
    assert before == (_digest(folder.path / "gongguan.sqlite"), _digest(folder.path / "gongguan.sqlite-wal"))


def test_a_look_at_what_a_cut_left_of_a_journal_folds_nothing(tmp_path: Path) -> None:
    with open_journal(tmp_path / "data", "hall-1", 1, KEYS.permit) as journal:
        journal.begin_session()
        lay_out(tmp_path / "after", image_of(tmp_path / "data"))
    files = [tmp_path / "after" / f"journal.sqlite{end}" for end in ("", "-wal")]
    before = [_digest(file) for file in files]
    assert check_journal(tmp_path / "after").verdict is Verdict.GOOD
    assert [_digest(file) for file in files] == before


def _fill(connection: Connection, pages: int) -> None:
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS filling (page BLOB)")
    connection.exec_driver_sql("INSERT INTO filling VALUES (?)", [(bytes(4000),) for _ in range(pages)])


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
