"""A backup is whole, checked and closed to others, or it is none."""

import json
import shutil
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from server.__main__ import app
from server.operate.backup import MANIFEST, CopyDamaged, Manifest, back_up, copy_sqlite
from server.operate.copy_log import Progress
from server.operate.verify import verify
from server.store.database import Database
from server.store.folder import DataFolder
from server.store.log_files import LogFiles
from server.township import found, opened
from tests.server.operate.test_verify import SEEDS, hands_in_a_contract
from tests.server.town import KEYS, Town, granted


def unwatched(_what: str) -> Progress:
    """Nobody looks."""
    return lambda _done, _whole: None


def run(*arguments: object) -> Result:
    """One command of the program."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a request, its document, and everything else that may lie there."""
    path = tmp_path_factory.mktemp("lived")
    folder = DataFolder(path)
    folder.make_keys(KEYS.origin, *SEEDS)
    town = Town(Database.open(folder.database_url)).furnish()
    asked = granted(town.asks("游少玉", town.item("东坑一社"))).checkout
    hands_in_a_contract(town, folder, asked)
    for each in ("廖坤东", "何慧敏"):
        granted(town.decides(each, asked))
    with town.database.reading() as reader:
        LogFiles(folder.log, KEYS.log.verifier).publish(reader, KEYS.log, town.now)
    town.close()
    (path / "messengers.json").write_text("{}")
    (path / "witnesses.txt").write_text("quorum none\n")
    return path


@pytest.fixture
def folder(lived: Path, tmp_path: Path) -> DataFolder:
    """A copy of it to use up."""
    shutil.copytree(lived, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def test_a_backup_holds_everything_the_data_folder_owns(folder: DataFolder, tmp_path: Path) -> None:
    expected = {file.relative_to(folder.path) for file in folder.path.rglob("*") if file.is_file()}
    made = back_up(folder, tmp_path / "out", unwatched)
    verdict = verify(DataFolder(tmp_path / "out"))
    assert (verdict.wrong, verdict.size, verdict.root.hex()) == (None, made.size, made.root)
    copied = {file.relative_to(tmp_path / "out") for file in (tmp_path / "out").rglob("*") if file.is_file()}
    assert copied ^ expected == {Path(MANIFEST), Path("log.lock")}
    assert Manifest(**json.loads((tmp_path / "out" / MANIFEST).read_text())) == made


def test_nobody_else_reads_a_backup(folder: DataFolder, tmp_path: Path) -> None:
    back_up(folder, tmp_path / "out", unwatched)
    out = tmp_path / "out"
    closed = (out, out / "keys", out / "keys/log.key", out / "gongguan.sqlite", out / "messengers.json")
    assert [stat.S_IMODE(path.stat().st_mode) & 0o077 for path in closed] == [0] * len(closed)


def test_a_backup_is_made_while_people_go_on_working(folder: DataFolder, tmp_path: Path) -> None:
    """Each step of the copy meets a commit, and the WAL is still the writer's afterwards."""
    town = Town(Database.open(folder.database_url))
    wal = folder.path / "gongguan.sqlite-wal"
    sizes: list[int] = []

    def work(_done: int, _whole: int) -> None:
        town.asks("游少玉", town.item("东坑一社", None))
        sizes.append(wal.stat().st_size)

    copy_sqlite(folder.path / "gongguan.sqlite", tmp_path / "copy.sqlite", work)
    before = (folder.path / "gongguan.sqlite").read_bytes()
    made = back_up(folder, tmp_path / "out", unwatched)
    assert wal.stat().st_size >= sizes[-1] > 0
    assert (folder.path / "gongguan.sqlite").read_bytes() == before
    town.close()
    assert verify(folder).size == made.size
    with closing(sqlite3.connect(tmp_path / "copy.sqlite")) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (lambda folder: next(folder.uploads.iterdir()).write_bytes(b"x"), "材料"),
        (lambda folder: (folder.log / "checkpoint").write_bytes(b"x"), "检查点"),
        (lambda folder: (folder.path / "gongguan.sqlite").write_bytes(b"not a database" * 1000), "数据库"),
        (lambda folder: next(folder.log.glob("tile/0/000.p/*")).write_bytes(bytes(32)), "公布的台账"),
    ],
    ids=["a document", "the checkpoint", "the database", "a tile"],
)
def test_what_does_not_verify_is_no_backup(
    folder: DataFolder, tmp_path: Path, spoil: Callable[[DataFolder], object], where: str
) -> None:
    spoil(folder)
    with pytest.raises(CopyDamaged) as damaged:
        back_up(folder, tmp_path / "out", unwatched)
    assert where in damaged.value.wrong.where
    assert [each.name for each in tmp_path.iterdir()] == ["data"]


def test_an_older_backup_is_never_touched(folder: DataFolder, tmp_path: Path) -> None:
    assert run("backup", tmp_path / "out", "--data", folder.path).exit_code == 0
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    refused = run("backup", tmp_path / "out", "--data", folder.path)
    assert (refused.exit_code, "不会被覆盖" in refused.output) == (1, True)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


def test_a_backup_does_not_lie_in_what_it_saves(folder: DataFolder) -> None:
    refused = run("backup", folder.path / "backups" / "today", "--data", folder.path)
    assert (refused.exit_code, "在数据目录里面" in refused.output) == (1, True)
    assert not (folder.path / "backups").exists()


def test_who_makes_a_backup_hears_that_it_opens_doors(folder: DataFolder, tmp_path: Path) -> None:
    done = run("backup", tmp_path / "out", "--data", folder.path)
    assert "已逐条核验" in done.output
    assert "拿到它的人能开柜" in done.output


def test_on_postgresql_the_database_is_named_as_missing(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGGUAN_DATABASE_URL", postgres_url)
    found(tmp_path / "data", "清溪镇")
    with opened(tmp_path / "data"):
        pass
    done = run("backup", tmp_path / "out", "--data", tmp_path / "data")
    assert (done.exit_code, "pg_dump --format=custom" in done.output) == (1, True)
    assert not json.loads((tmp_path / "out" / MANIFEST).read_text())["has_database"]
    assert {"keys", "log", "uploads"} <= {each.name for each in (tmp_path / "out").iterdir()}
