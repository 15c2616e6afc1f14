"""What a witness stands on may be taken from under it: its own files, and the server that it listens to."""

import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from firmware_protocol.add_checkpoint import Rejected
from firmware_protocol.notes import Signature
from server.witness import program
from server.witness import watch as watching
from server.witness.alarms import SENTENCES, SILENT_AFTER
from server.witness.folder import WitnessFolder, WitnessSettings
from server.witness.memory import FILE_NAME, MemoryLost, WitnessMemory
from server.witness.program import _following, opened
from tests.device_agent.hall import LOG_SIGNER
from tests.device_agent.township_log import TownshipLog
from tests.drills.on_witnesses import asked, forked
from tests.fixtures.hostile_servers import ANSWERS, Answer, hostile
from tests.fixtures.patience import PATIENCE_S
from tests.server.witness.conftest import JIWEI, Office

NOWHERE = "http://127.0.0.1:1/tlog"


def begun(folder: Path, url: str = NOWHERE) -> Path:
    """A new witness."""
    WitnessFolder(folder).begin(JIWEI, b"j" * 32, WitnessSettings(LOG_SIGNER.verifier.vkey, url))
    return folder


def vouched(folder: Path, log: TownshipLog, old: int) -> Signature | Rejected:
    """What the witness in this folder answers when it is started and asked for its cosignature."""
    with opened(folder) as watch:
        return watch.add(asked(log, old))


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def overwritten(file: Path) -> None:
    file.write_bytes(b"no database " * 1000)


def replaced(file: Path) -> None:
    """By a database of somebody else's."""
    file.unlink()
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("CREATE TABLE heads (origin, note, at_ms)")


STORES = {"emptied": emptied, "overwritten": overwritten, "replaced": replaced, "gone": Path.unlink}


@pytest.mark.parametrize("deed", STORES.values(), ids=STORES)
def test_a_store_that_remembers_nothing_is_never_begun_anew(deed: Callable[[Path], None], tmp_path: Path) -> None:
    folder, log = begun(tmp_path / "witness"), TownshipLog().grow(3)
    assert isinstance(vouched(folder, log, 0), Signature)
    deed(folder / FILE_NAME)
    with pytest.raises(MemoryLost):
        vouched(folder, forked(log, 1), 0)


def test_whoever_copies_the_file_alone_has_all_of_it(tmp_path: Path) -> None:
    log = TownshipLog().grow(3)
    with opened(begun(tmp_path / "witness")) as watch:
        watch.add(asked(log, 0))
        shutil.copytree(tmp_path / "witness", tmp_path / "copy", ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    assert vouched(tmp_path / "copy", forked(log, 1), 0) == Rejected(409, 3)


def test_a_store_put_back_beside_a_newer_copy_counts_for_no_less(tmp_path: Path) -> None:
    office, log = Office(tmp_path), TownshipLog().grow(5)
    office.sees(log)
    office.close()
    older = (tmp_path / FILE_NAME).read_bytes()
    office, fork = Office(tmp_path), forked(log, 5).grow(9)
    office.sees(log.grow(5))
    office.close()
    (tmp_path / FILE_NAME).write_bytes(older)
    with closing(WitnessMemory(tmp_path)) as memory:
        kept = memory.kept(LOG_SIGNER.name)
    assert kept is not None
    assert kept.checkpoint.size == 5
    with closing(Office(tmp_path)) as office:
        assert office.watch.add(asked(fork, 5)) == Rejected(409, 10)


def test_a_copy_that_its_own_disk_cut_off_is_an_alarm(office: Office) -> None:
    log = TownshipLog().grow(300)
    office.sees(log)
    tile = office.folder / "mirror" / "tile" / "0" / "000"
    tile.write_bytes(tile.read_bytes()[:-5])
    office.sees(log.grow(300))
    assert office.cried == [SENTENCES["damaged"]]


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS)
def test_no_answer_of_a_server_keeps_a_round_from_ending(
    answer: Answer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "FETCH_S", 0.3)
    with hostile(answer) as server, opened(begun(tmp_path / "witness", server.url), timedelta(0)) as watch:
        watch.round()
        assert "silent" in watch.state.alarms


def test_a_round_that_does_not_end_does_not_keep_the_alarm_quiet(office: Office) -> None:
    held_up, cried = threading.Event(), threading.Event()
    office.watch.fetch = lambda _path: bytes(held_up.wait())
    office.watch.tell = lambda _sentence: cried.set()
    office.now += SILENT_AFTER + timedelta(minutes=1)
    with _following(office.watch):
        assert cried.wait(PATIENCE_S)
        held_up.set()


def test_a_round_that_fails_as_nobody_thought_of_is_not_the_last(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "ROUND_S", 0.01)
    asked, again = threading.Event(), threading.Event()

    def fetch(path: str) -> bytes:
        (again if asked.is_set() else asked).set()
        raise LookupError(path)

    office.watch.fetch = fetch
    with _following(office.watch):
        assert again.wait(PATIENCE_S)
