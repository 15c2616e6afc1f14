"""`rotate-key`: the server's keys follow one another, and everything signed before still stands."""

import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.cosignatures import Cosigner, times_cosigned
from firmware_protocol.event_types import EVENT_TYPES
from firmware_protocol.notes import Verifier, open_note
from firmware_protocol.receipts import issue_receipt
from firmware_protocol.successions import read_succession
from server.custody.people import Person
from server.custody.refusals import Refused
from server.operate import verify_log
from server.operate.backup import back_up
from server.operate.export_log import export_to
from server.operate.restore import LOST, restore
from server.operate.rotating import rotate
from server.operate.verify import verify
from server.operate.verify_receipt import check_receipt, exported_log, own_log
from server.store.database import Database
from server.store.fact_rows import all_facts
from server.store.folder import DataFolder
from server.store.keys import Keys, KeysInUse
from server.store.log_files import LogFiles
from server.store.receipts import newest_receipt
from server.store.rotations import rotations
from server.township import Township, opened
from server.usecases.export_log import ExportLog, export_log
from server.usecases.rotate_key import KeyRole, KeyRotated
from server.web.receipt_words import Said, Verdict
from tests.server.operate.test_backup import run, unwatched
from tests.server.operate.test_verify import SEEDS
from tests.server.town import KEYS, Town, granted
from tests.server.usecases.test_erasing_a_person import SECURITY, SYSTEM
from tests.server.usecases.test_people import PASSWORD, welcomed


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A township with two administrators who have passwords."""
    folder = DataFolder(tmp_path_factory.mktemp("rotating") / "data")
    folder.make_keys(KEYS.origin, *SEEDS)
    folder.prepare()
    town = Town(Database.open(folder.database_url)).furnish()
    for name in (SYSTEM, SECURITY):
        welcomed(town, name)
    town.close()
    return folder


@pytest.fixture
def folder(furnished: DataFolder, tmp_path: Path) -> DataFolder:
    shutil.copytree(furnished.path, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def phone(folder: DataFolder, name: str) -> str:
    database = Database.open(folder.database_url)
    with database.reading() as reader:
        known = {each.name: each.phone for each in all_facts(reader, Person).values()}
    database.close()
    return known[name]


def rotated(folder: DataFolder, role: KeyRole, days: int | None = None) -> KeyRotated:
    typed = [(phone(folder, name), PASSWORD) for name in (SYSTEM, SECURITY)]
    return granted(rotate(folder.path, role, typed, days))


@contextmanager
def at_work(folder: DataFolder) -> Iterator[Township]:
    """The township after one more entry, published."""
    with opened(folder.path) as township:
        township.writer.run_now(export_log, ExportLog(1))
        township.publisher.follow()
        yield township


def signers_of_the_head(folder: DataFolder) -> set[bytes]:
    """The ids of the keys whose signatures the published head bears, cosignatures left out."""
    keys = folder.keys()
    files = LogFiles(folder.log, keys.log.verifier, keys.former_logs)
    published = files.published()
    assert published is not None
    known = (KEYS.log.verifier, keys.log.verifier)
    return {each.key_id for each in open_note(published.note, known).signatures}


def test_the_old_log_key_names_the_new_one_and_both_sign_while_they_overlap(folder: DataFolder) -> None:
    answer = rotated(folder, "log")
    keys = folder.keys()
    assert keys.log.verifier != KEYS.log.verifier
    assert keys.log.name == KEYS.log.name
    assert answer.fingerprint == keys.log.verifier.fingerprint
    both = {KEYS.log.verifier.key_id, keys.log.verifier.key_id}
    assert signers_of_the_head(folder) == both
    with at_work(folder) as township, township.database.reading() as reader:
        succession = read_succession(rotations(reader)[0].succession.encode())
    assert (succession.old, succession.new) == (KEYS.log.verifier, keys.log.verifier)
    assert signers_of_the_head(folder) == both
    assert verify(folder).wrong is None


def test_both_log_keys_say_when_the_head_was_the_newest(folder: DataFolder) -> None:
    rotated(folder, "log")
    with at_work(folder) as township:
        published = township.publisher.files.published()
    assert published is not None
    for key in (KEYS.log.verifier, folder.keys().log.verifier):
        assert times_cosigned(published.note, [Cosigner.of(key)]) == {key.name: published.at}


def test_a_key_that_ends_at_once_signs_no_head_after_its_end_and_is_destroyed(folder: DataFolder) -> None:
    rotated(folder, "log", 0)
    assert signers_of_the_head(folder) == {folder.keys().log.verifier.key_id}
    assert folder.keys().log_before is None
    old = (KEYS.log.verifier.key_id.hex(), KEYS.permit.verifier.key_id.hex())
    assert not [file for file in folder.key_folder.iterdir() if f"+{old[0]}+" in file.read_text()]
    assert verify(folder).wrong is None


def test_the_permit_key_signs_every_entry_from_the_next_one_on(folder: DataFolder) -> None:
    rotated(folder, "permit")
    with at_work(folder):
        pass
    keys = folder.keys()
    assert keys.permit.verifier != KEYS.permit.verifier
    assert len(list(folder.key_folder.iterdir())) == 2
    assert verify(folder).wrong is None


def test_keys_follow_one_another_again_once_the_overlap_is_over(folder: DataFolder) -> None:
    for _ in range(2):
        rotated(folder, "log", 0)
    with at_work(folder) as township:
        ring = township.publisher.files.ring()
    assert [each.ended is not None for each in ring.periods] == [True, True, False]
    assert ring.periods[0].key == KEYS.log.verifier
    assert verify(folder).wrong is None


def test_no_key_is_given_a_successor_while_a_server_works_with_it(folder: DataFolder) -> None:
    with opened(folder.path), pytest.raises(KeysInUse):
        rotate(folder.path, "log", [])
    assert folder.keys().log.verifier == KEYS.log.verifier


@pytest.mark.parametrize(
    ("names", "rule"),
    [
        pytest.param((SYSTEM, SYSTEM), "rotating_by_two", id="the same person twice"),
        pytest.param((SYSTEM, "周建国"), "wrong_password", id="somebody without a password"),
    ],
)
def test_one_administrator_alone_gives_no_key_a_successor(
    folder: DataFolder, names: tuple[str, str], rule: str
) -> None:
    typed = [(phone(folder, name), PASSWORD) for name in names]
    answer = rotate(folder.path, "log", typed)
    assert isinstance(answer, Refused)
    assert answer.rule == rule
    assert folder.keys().log.verifier == KEYS.log.verifier
    assert not list(folder.key_folder.glob("*.next.key"))


def test_an_overlap_is_waited_for(folder: DataFolder) -> None:
    rotated(folder, "log")
    typed = [(phone(folder, name), PASSWORD) for name in (SYSTEM, SECURITY)]
    answer = rotate(folder.path, "log", typed)
    assert isinstance(answer, Refused)
    assert answer.rule == "rotating_overlap"
    rotated(folder, "permit")
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.key_folder.iterdir()} == {0o600}


@pytest.mark.parametrize("role", ["permit", "log"])
def test_a_stolen_key_is_replaced_at_once_though_its_predecessor_is_still_believed(
    folder: DataFolder, role: KeyRole
) -> None:
    rotated(folder, role)
    stolen = folder.keys()
    rotated(folder, role, 0)
    assert {folder.keys().permit.verifier, folder.keys().log.verifier} - {stolen.permit.verifier, stolen.log.verifier}
    with at_work(folder) as township, township.database.reading() as reader:
        assert [each.ended_at is not None for each in rotations(reader)] == [True, True]
    assert signers_of_the_head(folder) == {folder.keys().log.verifier.key_id}
    assert verify(folder).wrong is None


def keys_of(folder: DataFolder) -> tuple[Verifier, Verifier | None]:
    keys: Keys = folder.keys()
    return keys.log.verifier, None if keys.log_before is None else keys.log_before.verifier


def test_a_crash_before_the_log_names_the_new_key_leaves_the_old_one(folder: DataFolder) -> None:
    (folder.key_folder / "log.next.key").write_text((folder.key_folder / "permit.key").read_text())
    with at_work(folder):
        assert keys_of(folder) == (KEYS.log.verifier, None)
    assert not list(folder.key_folder.glob("*.next.key"))


def test_a_crash_after_the_log_named_the_new_key_brings_it_into_use(folder: DataFolder) -> None:
    before = (folder.key_folder / "log.key").read_text()
    rotated(folder, "log")
    new, *_ = (folder.key_folder / "log.key").read_text().splitlines()
    newest = folder.keys().log.verifier
    (folder.key_folder / "log.key").write_text(before)
    (folder.key_folder / "log.next.key").write_text(f"{new}\n")
    with at_work(folder):
        assert keys_of(folder) == (newest, KEYS.log.verifier)
    assert verify(folder).wrong is None


ROLES: dict[str, tuple[KeyRole, ...]] = {
    "the log's key": ("log",),
    "the permit key": ("permit",),
    "both": ("permit", "log"),
}


@pytest.mark.parametrize("roles", ROLES.values(), ids=ROLES)
def test_a_backup_from_before_an_ended_key_is_restored_and_says_that_its_keys_are_over(
    folder: DataFolder, tmp_path: Path, roles: tuple[KeyRole, ...]
) -> None:
    with at_work(folder):
        pass
    back_up(folder, tmp_path / "backup", unwatched)
    for role in roles:
        rotated(folder, role, 0)
    with at_work(folder):
        pass
    loss = restore(tmp_path / "backup", tmp_path / "new", folder.log, unwatched)
    assert loss is not None
    assert (loss.followed, loss.is_gap) == (roles, False)
    assert EVENT_TYPES["key_retired"].title in {each.title for each in loss.lost}
    assert (tmp_path / "new" / LOST).read_text("utf-8").count("\n") == len(loss.lost)
    said = run("restore", tmp_path / "backup", "--data", tmp_path / "again", "--log", folder.log)
    assert [role for role in roles if f"rotate-key {role}" not in said.output] == [], said.output
    for role in roles:
        rotated(DataFolder(tmp_path / "again"), role, 0)
    assert verify(DataFolder(tmp_path / "again")).wrong is None


def test_a_witnesss_copy_tells_too_that_the_permit_key_was_followed(folder: DataFolder, tmp_path: Path) -> None:
    """Its list of keys came with the log's newest key; of what the permit key did since, only the entries tell."""
    back_up(folder, tmp_path / "backup", unwatched)
    rotated(folder, "log", 0)
    with at_work(folder):
        known = (folder.log / "keys").read_bytes()
    rotated(folder, "permit", 0)
    with at_work(folder):
        assert (folder.log / "keys").read_bytes() != known
    (folder.log / "keys").write_bytes(known)
    loss = restore(tmp_path / "backup", tmp_path / "new", folder.log, unwatched)
    assert loss is not None
    assert loss.followed == ("permit", "log")


def test_papers_checkpoints_and_the_whole_log_still_verify_after_both_keys_changed(
    folder: DataFolder, tmp_path: Path
) -> None:
    with at_work(folder) as township, township.database.reading() as reader:
        receipt = newest_receipt(township.publisher.files, reader)
        published = township.publisher.files.published()
    assert receipt is not None
    assert published is not None
    (tmp_path / "kept").write_bytes(published.note)
    for role in ("log", "permit"):
        rotated(folder, role, 0)
    export_to(folder.path, tmp_path / "out")
    audited = verify_log.verify(tmp_path / "out")
    assert audited.findings == []
    assert [each.key.public for each in audited.logs] == [
        each.public_bytes for each in (KEYS.log.verifier, folder.keys().log.verifier)
    ]
    assert verify_log.check_earlier(audited, tmp_path / "kept") is None
    assert verify_log.check_receipt(audited, receipt.code) is None
    for log in (own_log(folder.path), exported_log(tmp_path / "out")):
        assert check_receipt(receipt.code, log).verdict is Verdict.RIGHT


def test_a_receipt_that_an_ended_key_signed_is_told_apart(folder: DataFolder) -> None:
    rotated(folder, "log", 0)
    with at_work(folder) as township:
        files = township.publisher.files
        published = files.published()
    assert published is not None
    head = sign_checkpoint(published.size, published.checkpoint.root, KEYS.log)
    forged = issue_receipt(head, KEYS.log.verifier, 0, files.leaf(0, published.size))
    found = check_receipt(forged.code, own_log(folder.path))
    assert (found.verdict, found.said) == (Verdict.WRONG, (Said.KEY_OVER,))
