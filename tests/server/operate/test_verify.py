"""Whatever is edited behind the log's back, `verify` names it."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from server.documents.inspection import inspect_file
from server.operate import signatures
from server.operate.published_checks import PublishedCheck
from server.operate.verify import Verdict, sentence, verify, verify_database
from server.store.database import Database, read_only
from server.store.folder import DataFolder
from server.store.lists import entries
from server.store.lists.entries import LogFilter
from server.store.log_files import LogFiles
from server.store.uploads import Uploads
from server.usecases.attach_document import AttachDocument, attach_document
from server.usecases.file_documents import FileDocuments, file_documents
from server.usecases.redeem_code import RedeemCode, prepare_redemption, redeem_code
from tests.server.pictures import pdf
from tests.server.town import KEYS, Town, granted
from tests.server.usecases.test_people import PASSWORD, PIN, enters, prints_code

SEEDS = bytes(range(32)), bytes(range(1, 33))
OPEN_UP = "".join(
    f"DROP TRIGGER {table}_no_{verb};" for table in ("entries", "bodies") for verb in ("update", "delete")
)

EDITS = {
    "a truth value that queries do not find": ("UPDATE grants SET is_active = 2", "grants"),
    "an item is put back on paper": ("UPDATE items SET state = 'in_cabinet' WHERE state = 'out'", "items 表"),
    "a person gets another name": ("UPDATE people SET name = '李四' WHERE name = '游少玉'", "people 表"),
    "a person is let in again": ("UPDATE people SET is_active = 0 WHERE name = '孙辉'", "people 表"),
    "a role is given": (
        "INSERT INTO grants SELECT id || 'x', person, 'reviewer', NULL, 1, NULL, NULL FROM grants WHERE role = 'head'",
        "grants 表",
    ),
    "a mandate is stretched": ("UPDATE cooperatives SET expires_on = '2099-01-01'", "cooperatives 表"),
    "a request says something else": ("UPDATE checkouts SET purpose = '别的'", "checkouts 表"),
    "an approval is added": ("UPDATE checkouts SET decisions = '[]'", "checkouts 表"),
    "a permit lives longer": ("UPDATE permits SET not_after_ms = not_after_ms + 1", "permits 表"),
    "a row disappears": ("DELETE FROM items WHERE seal_type = 'finance'", "items 表"),
    "somebody else's password hash": ("UPDATE secrets SET phc = 'x'", "secrets 表"),
    "a password's digest": ("UPDATE credentials SET digest = '00'", "credentials 表"),
    "a session for somebody else": ("UPDATE sign_ins SET person = 'p-1'", "sign_ins 表"),
    "a code for somebody else": ("UPDATE one_time_codes SET used_at_ms = NULL", "one_time_codes 表"),
    "another roster for the cabinet": ("UPDATE roster_documents SET document = x'00'", "roster_documents 表"),
    "an agent's key": ("UPDATE agents SET key = 'x'", "agents 表"),
    "an entry's bytes": ("UPDATE entries SET note = x'00' WHERE position = 7", "台账第 7 条"),
    "an entry's bytes as text": ("UPDATE entries SET note = 'text' WHERE position = 7", "台账第 7 条"),
    "an entry is deleted": ("DELETE FROM entries WHERE position = 9", "台账第 10 条"),
    "the last entries are cut off": ("DELETE FROM entries WHERE position > 30", "检查点"),
    "two entries change places": (
        (
            "UPDATE entries SET position = -1 WHERE position = 4; UPDATE entries SET position = 4 WHERE position = 5;"
            "UPDATE entries SET position = 5 WHERE position = -1"
        ),
        "台账第 4 条",
    ),
    "an entry's time for the search": ("UPDATE entries SET at_ms = 1 WHERE position = 3", "台账第 3 条"),
    "an entry hides from its cooperative": (
        "UPDATE entries SET cooperative = NULL WHERE type = 'items_taken'",
        "items_taken",
    ),
    "an entry hides from its people": (
        "DELETE FROM entry_people WHERE position IN (SELECT position FROM entries WHERE type = 'checkout_endorsed')",
        "checkout_endorsed",
    ),
    "an entry hides from its items": (
        "DELETE FROM entry_items WHERE position IN (SELECT position FROM entries WHERE type = 'checkout_filed')",
        "checkout_filed",
    ),
    "a search finds what is not": ("INSERT INTO entry_people VALUES ('p-1', 1, 99999)", "entry_people 表"),
    "a body is rewritten": ("UPDATE bodies SET body = CAST('{}' AS BLOB) WHERE position = 0", "台账第 0 条"),
    "a body is deleted": ("DELETE FROM bodies WHERE position = 0", "台账第 0 条"),
    "a cabinet's body is deleted": (
        "DELETE FROM bodies WHERE position IN (SELECT position FROM entries WHERE type = 'items_missing')",
        "items_missing",
    ),
    "a source's number": ("UPDATE sources SET seq = 1 WHERE \"by\" = 'hall-1'", "来源 hall-1"),
    "the log's size": ("UPDATE log_heads SET size = 3", "检查点"),
    "the checkpoint": ("UPDATE log_heads SET checkpoint = x'00'", "检查点"),
    "a document belongs to another request": ("UPDATE attachments SET subject = 'k-other'", "attachments 表"),
    "a date that is none": ("UPDATE cooperatives SET expires_on = 'soon'", "cooperatives 表"),
}


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which a seal went out and something was missing."""
    path = tmp_path_factory.mktemp("lived")
    folder = DataFolder(path)
    folder.make_keys(KEYS.origin, *SEEDS)
    town = Town(Database.open(folder.database_url)).furnish()
    assert town.hall is not None
    prepared = prepare_redemption(
        RedeemCode(code=prints_code(town, "游少玉").code, password=PASSWORD, pin=PIN), town.chance
    )
    town.do(redeem_code, prepared)  # type: ignore[arg-type]
    granted(enters(town, "游少玉"))
    seal, contract = town.item("东坑一社"), town.item("东坑一社", None)
    decided = town.permitted(seal)
    town.hall.opens("take", decided, seal)
    about = town.hall.opening("take", decided, ["游少玉", "林少军"])
    town.hall.writes("items_missing", {**about, "items": [contract.id]}, {"note": "合同不见了"})
    town.hall.sends()
    hands_in_a_contract(town, folder, decided.checkout)
    with town.database.reading() as reader:
        LogFiles(folder.log, KEYS.log.verifier).publish(reader, KEYS.log, town.now)
    town.close()
    return path


def hands_in_a_contract(town: Town, folder: DataFolder, checkout: str) -> None:
    """游少玉 adds the stamped contract to her request."""
    folder.prepare()
    with Uploads(folder.uploads).arriving() as arrival:
        arrival.write(pdf())
        arrival.stream.flush()
        file = inspect_file(arrival.stream, arrival.sha256, arrival.size_bytes)
        arrival.keep()
    by, where = town.person("游少玉").id, town.item("东坑一社").cooperative
    asked = AttachDocument(by=by, cooperative=where, name="路灯采购合同.pdf", file=file)
    document = granted(town.do(attach_document, asked)).id
    granted(town.do(file_documents, FileDocuments(by=by, checkout=checkout, attachments=(document,))))


@pytest.fixture
def folder(lived: Path, tmp_path: Path) -> DataFolder:
    """A copy to tamper with."""
    shutil.copytree(lived, tmp_path / "data")
    return DataFolder(tmp_path / "data")


def edit(folder: DataFolder, sql: str) -> None:
    """What an administrator with the database file can do."""
    connection = sqlite3.connect(folder.path / "gongguan.sqlite")
    connection.executescript(OPEN_UP + sql)
    connection.close()


def test_what_nobody_touched_is_right(folder: DataFolder) -> None:
    verdict = verify(folder)
    assert verdict.wrong is None
    assert sentence(verdict).startswith(f"核验通过：{verdict.size} 条记录")


@pytest.mark.parametrize(("sql", "where"), EDITS.values(), ids=EDITS.keys())
def test_an_edit_behind_the_logs_back_is_found(folder: DataFolder, sql: str, where: str) -> None:
    edit(folder, sql)
    verdict = verify(folder)
    assert verdict.wrong is not None, sql
    assert where in verdict.wrong.where
    assert sentence(verdict).startswith("核验不通过：")


def test_an_edited_row_is_named_with_the_entry_that_says_otherwise(folder: DataFolder) -> None:
    edit(folder, "UPDATE items SET state = 'in_cabinet' WHERE state = 'out'")
    with closing(read_only(folder.database_url)) as database, database.reading() as reader:
        taken = next(line.position for line in entries.log(reader, LogFilter()).rows if line.type == "items_taken")
    wrong = verify(folder).wrong
    assert wrong is not None
    assert wrong.what == f"state 列与台账不符：应为 out，表里是 in_cabinet；这一行由台账第 {taken} 条写成"


@pytest.mark.parametrize("damage", [None, b"another contract"], ids=["gone", "exchanged"])
def test_a_document_that_is_not_the_one_handed_in_is_found(folder: DataFolder, damage: bytes | None) -> None:
    (document,) = folder.uploads.iterdir()
    if damage is None:
        document.unlink()
    else:
        document.write_bytes(damage)
    verdict = verify(folder)
    assert verdict.wrong is not None
    assert "路灯采购合同.pdf" in verdict.wrong.where


FILES = {
    "the published checkpoint": "checkpoint",
    "a published tile": "tile/0/000.p/*",
    "a bundle of entries": "tile/entries/000.p/*",
}


@pytest.mark.parametrize("path", FILES.values(), ids=FILES)
def test_a_published_file_that_is_not_the_logs_is_found(folder: DataFolder, path: str) -> None:
    (file,) = folder.log.glob(path)
    file.write_bytes(file.read_bytes()[:-32] + bytes(32))
    verdict = verify(folder)
    assert verdict.wrong is not None
    assert "公布的台账" in verdict.wrong.where


def test_a_database_that_lost_what_was_published_is_found(folder: DataFolder, town: Town) -> None:
    """As after putting back an old copy of the database alone: everything in it fits together."""
    with town.database.reading() as reader:
        verdict = verify_database(reader, KEYS, published=PublishedCheck.of(LogFiles(folder.log, KEYS.log.verifier)))
    assert verdict.wrong is not None
    assert "公布的台账" in verdict.wrong.where


def test_another_servers_keys_verify_nothing(folder: DataFolder) -> None:
    for key in folder.key_folder.iterdir():
        key.unlink()
    folder.make_keys(KEYS.origin, bytes(32), bytes(32))
    assert verify(folder).wrong is not None


def test_an_empty_log_is_right(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with database.reading() as reader:
        assert verify_database(reader, KEYS) == Verdict(0, verify_database(reader, KEYS).root, None)
    database.close()


def test_verifying_leaves_no_trace(folder: DataFolder) -> None:
    before = (folder.path / "gongguan.sqlite").read_bytes()
    verify(folder)
    assert (folder.path / "gongguan.sqlite").read_bytes() == before


def test_it_may_run_beside_a_working_server(town: Town) -> None:
    read: list[int] = []
    with town.database.reading() as reader:
        town.asks("游少玉", town.item("东坑一社"))
        assert verify_database(reader, KEYS, read.append).wrong is None
    assert sum(read) > 0


@pytest.mark.parametrize("edited", [False, True], ids=["untouched", "edited"])
def test_many_entries_are_checked_by_every_core_with_the_same_verdict(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, edited: bool
) -> None:
    if edited:
        edit(folder, "UPDATE entries SET note = x'00' WHERE position = 40")
    alone = verify(folder)
    monkeypatch.setattr(signatures, "ALONE_MAX", 0)
    assert verify(folder) == alone
    assert (alone.wrong is not None) == edited
