"""Whoever edits the database behind the program's back is found out by `verify`, which names the place."""

import re
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.__main__ import app
from tests.scenarios.accounts import approved
from tests.scenarios.founded import Founded
from tests.scenarios.township import Server

EDITS = {
    "an item is out that never left": (
        "UPDATE items SET state = 'out' WHERE id = (SELECT items ->> 0 FROM checkouts)",
        r"items 表 i-.*state 列与台账不符",
    ),
    "somebody else approved": (
        "UPDATE checkouts SET decisions = replace(decisions, decisions ->> '$[1].person', applicant)",
        r"checkouts 表 k-.*decisions 列与台账不符",
    ),
    "an entry says something else": (
        "UPDATE entries SET note = CAST(replace(note, 'false', 'true') AS BLOB) WHERE type = 'checkout_filed'",
        r"台账第 \d+ 条（server 第 \d+ 号，checkout_filed）：签名不对",
    ),
    "the purpose was another": (
        "UPDATE bodies SET body = CAST(replace(body, '路灯', '土地') AS BLOB) WHERE instr(body, '路灯采购合同的文件')",
        r"台账第 \d+ 条（server 第 \d+ 号，checkout_filed）：正文与签名里的摘要不符",
    ),
    "an entry is gone": (
        "DELETE FROM entries WHERE type = 'checkout_endorsed'",
        r"台账第 \d+ 条.*：前面缺少第 \d+ 条",
    ),
    "the last entry is gone": (
        "DELETE FROM entries WHERE position = (SELECT max(position) FROM entries)",
        r"检查点|来源|表",
    ),
    "a person may do more than was granted": (
        "UPDATE grants SET role = 'reviewer' WHERE person = (SELECT applicant FROM checkouts)",
        r"grants 表 p-.*role 列与台账不符",
    ),
}


@pytest.fixture(scope="module")
def approved_request(tmp_path_factory: pytest.TempPathFactory, founded: Founded) -> Path:
    """The data folder of a township where a request was approved. To be copied, never used."""
    data = founded.copy_to(tmp_path_factory.mktemp("edited"))
    server = Server(data, {"GONGGUAN_BROKER_PORT": "0"})
    server.start()
    try:
        approved(server.url, founded.cast, "公章", "签路灯采购合同")
    finally:
        server.end()
    return data


@pytest.mark.parametrize(("edit", "named"), EDITS.values(), ids=EDITS)
def test_verify_finds_the_edit_and_names_its_place(
    edit: str, named: str, approved_request: Path, tmp_path: Path
) -> None:
    data = Path(shutil.copytree(approved_request, tmp_path / "data"))
    _edit(data / "gongguan.sqlite", edit)
    verdict = CliRunner().invoke(app, ["verify", "--data", str(data)])
    assert verdict.exit_code == 1
    assert re.search(named, verdict.output), verdict.output


def test_verify_finds_nothing_in_a_database_that_nobody_edited(approved_request: Path) -> None:
    verdict = CliRunner().invoke(app, ["verify", "--data", str(approved_request)])
    assert (verdict.exit_code, verdict.output[:4]) == (0, "台账完好")


def _edit(file: Path, statement: str) -> None:
    """What somebody with the file and SQLite can do, who also knows how to get rid of the triggers."""
    with closing(sqlite3.connect(file)) as database, database:
        for (trigger,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        assert database.execute(statement).rowcount == 1
