"""Whoever verifies leaves an entry, right or wrong; a backup is only read."""

import sqlite3
from contextlib import closing
from io import StringIO
from pathlib import Path

from rich.console import Console

from server.operate.backup import MANIFEST
from server.operate.show_verdict import run_verify
from server.operate.verify import verify
from server.store.database import read_only
from server.store.folder import DATABASE_FILE, DataFolder
from server.store.lists import entries
from server.store.lists.entries import LogFilter, LogLine
from server.township import found


def ran(data: Path) -> tuple[bool, str, list[LogLine]]:
    """What `verify` answers and prints, and the entries about verifying that stand in the log then."""
    printed = StringIO()
    is_right = run_verify(data, Console(file=printed, width=400))
    with closing(read_only(DataFolder(data).database_url)) as database, database.reading() as reader:
        lines = [line for line in entries.log(reader, LogFilter()).rows if line.type == "verification_run"]
    return is_right, printed.getvalue(), lines


def test_a_verification_is_an_entry_that_says_what_was_verified(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    before = verify(DataFolder(tmp_path))
    is_right, _, (line,) = ran(tmp_path)
    assert is_right
    assert line.about == {"size": before.size, "root": before.root.hex(), "result": "passed"}
    assert verify(DataFolder(tmp_path)).wrong is None


def test_one_that_fails_is_an_entry_too(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection, connection:
        connection.execute("UPDATE townships SET name = '别的镇'")
    is_right, printed, (line,) = ran(tmp_path)
    assert not is_right
    assert line.about["result"] == "failed"
    assert line.body is not None
    assert line.body["where"] in printed


def test_one_that_cannot_be_written_down_says_so(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    with closing(sqlite3.connect(tmp_path / DATABASE_FILE)) as connection, connection:
        connection.executescript(
            "DROP TRIGGER entries_no_update; UPDATE entries SET leaf_hash = x'00'; PRAGMA user_version;"
        )
        connection.execute("UPDATE log_heads SET size = 1, frontier = zeroblob(32)")
    is_right, printed, lines = ran(tmp_path)
    assert (is_right, lines) == (False, [])
    assert "没有记进台账" in printed


def test_a_backup_is_only_read(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    (tmp_path / MANIFEST).write_text("{}")
    is_right, _, lines = ran(tmp_path)
    assert (is_right, lines) == (True, [])
