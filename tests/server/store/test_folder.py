"""The data folder is nobody else's business, however it came to be."""

import os
import stat
from pathlib import Path

import pytest

from server.store.database import Database
from server.store.folder import DataFolder


def modes(path: Path) -> dict[str, str]:
    return {each.name: oct(stat.S_IMODE(each.stat().st_mode)) for each in (path, *path.glob("gongguan*"))}


@pytest.mark.parametrize("before", [False, True], ids=["new", "open to all before"])
def test_nobody_else_reads_what_a_township_keeps(tmp_path: Path, before: bool) -> None:
    path = tmp_path / "data"
    if before:
        path.mkdir()
        path.chmod(0o755)
        (path / "gongguan.sqlite").touch(mode=0o644)
    umask = os.umask(0o000)
    try:
        folder = DataFolder(path)
        folder.prepare()
        database = Database.open(folder.database_url)
    finally:
        os.umask(umask)
    assert modes(path) == {
        "data": "0o700",
        **dict.fromkeys(("gongguan.sqlite", "gongguan.sqlite-wal", "gongguan.sqlite-shm"), "0o600"),
    }
    database.close()


def test_another_database_leaves_no_file_here(tmp_path: Path) -> None:
    DataFolder(tmp_path / "data", "postgresql+psycopg://elsewhere").prepare()
    assert list((tmp_path / "data").glob("gongguan*")) == []
