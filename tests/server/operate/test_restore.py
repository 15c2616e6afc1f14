"""What comes back from a backup, what the cabinets bring again, and what nobody may overlook."""

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from firmware_protocol.messages import EventBatch
from server.__main__ import main
from server.operate.backup import MANIFEST, CopyDamaged, TargetTaken, back_up
from server.operate.restore import LOST, Loss, NotABackup, NotThisLog, OlderLog, restore
from server.operate.verify import verify
from server.rounds import VerifyRound
from server.store.database import Database, read_only
from server.store.folder import DataFolder
from server.store.log_files import LogFiles, Published
from server.township import opened
from server.usecases.take_in_events import TakeInEvents, take_in_events
from server.wiring import verify_command
from tests.server.operate.test_backup import run, unwatched
from tests.server.operate.test_verify import SEEDS, edit
from tests.server.town import AGENT, KEYS, Town


def publish(town: Town, folder: DataFolder) -> Published:
    """Let out what was committed."""
    with town.database.reading() as reader:
        published = LogFiles(folder.log, KEYS.log.verifier).publish(reader, KEYS.log, town.now)
    assert published is not None
    return published


@pytest.fixture(scope="module")
def lost(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Town]:
    """`backup` was made, then a seal went out, somebody asked for something, and `data` was lost but for its log.

    The hall of the town still has in its journal what it wrote since.
    """
    path = tmp_path_factory.mktemp("lost")
    folder = DataFolder(path / "data")
    folder.make_keys(KEYS.origin, *SEEDS)
    town = Town(Database.open(folder.database_url)).furnish()
    decided = town.permitted()
    publish(town, folder)
    back_up(folder, path / "backup", unwatched)
    shutil.copytree(folder.log, path / "log-then")
    assert town.hall is not None
    town.hall.opens("take", decided, town.item("东坑一社"))
    journal = tuple(town.hall.unsent)
    town.hall.sends()
    publish(town, folder)
    shutil.copytree(folder.log, path / "log-of-the-cabinet")
    town.asks("游少玉", town.item("东坑一社", None))
    publish(town, folder)
    town.close()
    town.hall.unsent.extend(journal)
    return path, town


def test_a_restored_township_is_the_one_that_was_backed_up(lost: tuple[Path, Town], tmp_path: Path) -> None:
    path, _ = lost
    assert restore(path / "backup", tmp_path / "new", None, unwatched) is None
    then, again = verify(DataFolder(path / "backup")), verify(DataFolder(tmp_path / "new"))
    assert (again.wrong, again) == (None, then)
    assert not (tmp_path / "new" / MANIFEST).exists()


def test_what_happened_at_the_cabinets_since_comes_again_from_their_journals(
    lost: tuple[Path, Town], tmp_path: Path
) -> None:
    path, before = lost
    restore(path / "backup", tmp_path / "new", None, unwatched)
    folder = DataFolder(tmp_path / "new")
    published_then = LogFiles(folder.log, KEYS.log.verifier).published()
    town = Town(Database.open(folder.database_url), now=before.now)
    hall = before.hall
    assert hall is not None
    assert published_then is not None
    town.serial, hall.town = before.serial, town
    entries = tuple(hall.unsent)
    taken = hall.sends()
    assert (taken.stored, taken.stopped_by) == (len(entries), None)
    assert town.item("东坑一社").state == "out"
    assert publish(town, folder).size > published_then.size
    town.close()
    assert verify(folder).wrong is None
    hall.unsent.extend(entries)


def test_a_newer_log_tells_what_was_lost_and_what_comes_again(lost: tuple[Path, Town], tmp_path: Path) -> None:
    path, town = lost
    loss = restore(path / "backup", tmp_path / "new", path / "data" / "log", unwatched)
    assert loss is not None
    assert town.hall is not None
    assert (loss.server, loss.cabinets) == ({"提出申请": 1}, len(town.hall.unsent))


def test_what_the_server_had_recorded_is_listed_for_the_people_who_do_it_again(
    lost: tuple[Path, Town], tmp_path: Path
) -> None:
    path, town = lost
    newest = LogFiles(path / "data" / "log", KEYS.log.verifier).published()
    assert newest is not None
    restore(path / "backup", tmp_path / "new", path / "data" / "log", unwatched)
    (line,) = (tmp_path / "new" / LOST).read_text("utf-8").splitlines()
    assert line.startswith(f"第 {newest.size - 1} 条　{town.now:%Y-%m-%d %H:%M}")
    assert "提出申请" in line
    assert "person=游少玉（p-" in line
    restore(path / "backup", tmp_path / "filled", path / "log-of-the-cabinet", unwatched)
    assert not (tmp_path / "filled" / LOST).exists()


def test_a_log_that_lacks_only_what_cabinets_have_goes_on_where_it_was(lost: tuple[Path, Town], tmp_path: Path) -> None:
    path, before = lost
    newest = LogFiles(path / "log-of-the-cabinet", KEYS.log.verifier).published()
    hall = before.hall
    assert newest is not None
    assert hall is not None
    entries = tuple(hall.unsent)
    loss = restore(path / "backup", tmp_path / "new", path / "log-of-the-cabinet", unwatched)
    assert loss == Loss((), len(entries))
    waiting = verify(DataFolder(tmp_path / "new"))
    assert (waiting.wrong, waiting.awaited) == (None, len(entries))
    with opened(tmp_path / "new") as township:
        assert township.gap == len(entries)
        taken = township.writer.run_now(
            take_in_events, TakeInEvents(EventBatch(AGENT, hall.added.epoch, entries, "nonce"))
        )
        assert (taken.stored, taken.stopped_by, township.gap) == (len(entries), None, 0)
    again = verify(DataFolder(tmp_path / "new"))
    assert (again.wrong, again.awaited) == (None, 0)
    assert (again.size, again.root) == (newest.size, newest.checkpoint.root)


def test_a_command_that_has_to_wait_for_the_cabinets_says_so(
    lost: tuple[Path, Town], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, _ = lost
    restore(path / "backup", tmp_path / "new", path / "log-of-the-cabinet", unwatched)
    command = ["gongguan", "invite", "--data", str(tmp_path / "new"), "--phone", "13800000000", "--name", "叶海燕"]
    monkeypatch.setattr("sys.argv", command)
    with pytest.raises(SystemExit, match="1"):
        main()
    assert "补齐以后再执行一次" in capsys.readouterr().err


def _edited(data: Path) -> None:
    edit(DataFolder(data), "UPDATE bodies SET body = x'7b7d' WHERE position = 3")


def _gone(data: Path) -> None:
    for bundle in (data / "log").glob("tile/entries/000.p/*"):
        bundle.unlink()


DAMAGES = {"nothing": (lambda _data: None, 0), "a body": (_edited, 1), "the published log": (_gone, 1)}


@pytest.mark.parametrize(("damage", "code"), DAMAGES.values(), ids=DAMAGES)
async def test_at_night_a_log_that_waits_is_verified_as_far_as_it_goes(
    lost: tuple[Path, Town],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], None],
    code: int,
) -> None:
    path, before = lost
    restore(path / "backup", tmp_path / "new", path / "log-of-the-cabinet", unwatched)
    damage(tmp_path / "new")
    night = (before.now + timedelta(days=2)).replace(hour=2)
    database, times = read_only(DataFolder(tmp_path / "new").database_url), iter((night, night + timedelta(hours=1)))
    verifying = VerifyRound(database, lambda: next(times), verify_command(tmp_path / "new"))
    with caplog.at_level(logging.INFO):
        await verifying.once()
        await verifying.once()
    database.close()
    said = run("verify", "--data", tmp_path / "new")
    assert [record.getMessage() for record in caplog.records if record.name == "server.rounds"] == [
        "verifying the log ended with 1"
    ] * code
    assert (said.exit_code, "完好" in said.output, "台账有问题" in said.output) == (code, not code, bool(code))


def test_a_log_as_long_as_the_backup_shows_that_nothing_is_lost(lost: tuple[Path, Town], tmp_path: Path) -> None:
    path, _ = lost
    assert restore(path / "backup", tmp_path / "new", path / "log-then", unwatched) == Loss((), 0)


def _another_towns(path: Path) -> Path:
    folder = DataFolder(path / "other")
    town = Town(Database.open(f"sqlite:///{path / 'other.sqlite'}"), serial=1000).furnish()
    town.permitted()
    town.permitted(town.item("东坑一社", None))
    publish(town, folder)
    town.close()
    return folder.log


def _damaged(path: Path) -> Path:
    for bundle in (path / "log").glob("tile/entries/*.p/*"):
        bundle.write_bytes(b"x")
    return path / "log"


def _unsigned(path: Path) -> Path:
    (path / "log" / "checkpoint").write_bytes(b"x")
    return path / "log"


@pytest.mark.parametrize(
    "make", [_another_towns, _damaged, _unsigned, lambda path: path / "none"], ids=["fork", "damage", "note", "none"]
)
def test_a_copy_that_is_not_this_log_restores_nothing(
    lost: tuple[Path, Town], tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path, _ = lost
    shutil.copytree(path / "data" / "log", tmp_path / "log")
    with pytest.raises(NotThisLog):
        restore(path / "backup", tmp_path / "new", make(tmp_path), unwatched)
    assert not (tmp_path / "new").exists()


def test_a_log_older_than_the_backup_says_nothing(lost: tuple[Path, Town], tmp_path: Path) -> None:
    path, _ = lost
    town = Town(Database.open(f"sqlite:///{tmp_path / 'young.sqlite'}")).furnish()
    publish(town, DataFolder(tmp_path))
    town.close()
    with pytest.raises(OlderLog):
        restore(path / "backup", tmp_path / "new", tmp_path / "log", unwatched)


def test_nothing_is_restored_over_anything(lost: tuple[Path, Town], tmp_path: Path) -> None:
    path, _ = lost
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(TargetTaken):
        restore(path / "backup", tmp_path, None, unwatched)
    assert [each.name for each in tmp_path.iterdir()] == ["mine"]


def test_an_unfinished_backup_is_none(lost: tuple[Path, Town], tmp_path: Path) -> None:
    shutil.copytree(lost[0] / "backup", tmp_path / "broken")
    (tmp_path / "broken" / MANIFEST).unlink()
    with pytest.raises(NotABackup):
        restore(tmp_path / "broken", tmp_path / "new", None, unwatched)
    assert run("restore", tmp_path / "broken", "--data", tmp_path / "new").exit_code == 1


@pytest.mark.parametrize("name", ["gongguan.sqlite", "log/checkpoint"])
def test_a_damaged_backup_is_not_restored(lost: tuple[Path, Town], tmp_path: Path, name: str) -> None:
    shutil.copytree(lost[0] / "backup", tmp_path / "backup")
    shutil.copyfile(lost[0] / "data" / name, tmp_path / "backup" / name)
    with pytest.raises(CopyDamaged):
        restore(tmp_path / "backup", tmp_path / "new", None, unwatched)
    assert not (tmp_path / "new").exists()


def test_who_restores_hears_what_to_do_next(lost: tuple[Path, Town], tmp_path: Path) -> None:
    path, _ = lost
    whole = run("restore", path / "backup", "--data", tmp_path / "a", "--log", path / "log-then")
    filled = run("restore", path / "backup", "--data", tmp_path / "d", "--log", path / "log-of-the-cabinet")
    newer = run("restore", path / "backup", "--data", tmp_path / "b", "--log", path / "data" / "log")
    blind = run("restore", path / "backup", "--data", tmp_path / "c")
    assert ("台账没有缺" in whole.output, "分叉" in whole.output) == (True, False)
    assert ("会补上来" in filled.output, "不会分叉" in filled.output) == (True, True)
    assert ("提出申请 1" in newer.output, "会分叉" in newer.output) == (True, True)
    assert ("不知道缺多少" in blind.output, "分叉" in blind.output) == (True, True)
