"""`erase-person` at the machine: two passwords, and then nobody is left to be found."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.__main__ import app
from server.custody.people import Person
from server.store.database import Database
from server.store.fact_rows import all_facts
from server.store.folder import DataFolder
from tests.server.operate.test_verify import SEEDS
from tests.server.town import KEYS, Town
from tests.server.usecases.test_erasing_a_person import LEAVING, SECURITY, SYSTEM, leaves
from tests.server.usecases.test_people import PASSWORD, welcomed

TYPED = f"{PASSWORD}\n{PASSWORD}\n"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    """A township that 游少玉 has left."""
    folder = DataFolder(tmp_path / "data")
    folder.make_keys(KEYS.origin, *SEEDS)
    folder.prepare()
    town = Town(Database.open(folder.database_url)).furnish()
    for name in (SYSTEM, SECURITY):
        welcomed(town, name)
    leaves(town)
    town.close()
    return folder


def run(folder: DataFolder, phone: str, first: str, second: str, typed: str = TYPED) -> tuple[int, str]:
    """The command as two people type it."""
    command = ["erase-person", phone, "--first", first, "--second", second, "--data", str(folder.path)]
    answer = CliRunner().invoke(app, command, input=typed)
    return answer.exit_code, answer.output


def phones(folder: DataFolder) -> dict[str, str]:
    """Everybody's telephone number by name."""
    database = Database.open(folder.database_url)
    with database.reading() as reader:
        known = {each.name: each.phone for each in all_facts(reader, Person).values()}
    database.close()
    return known


def test_two_administrators_erase_and_nobody_is_found_any_more(folder: DataFolder) -> None:
    known = phones(folder)
    code, said = run(folder, known[LEAVING], known[SYSTEM], known[SECURITY])
    assert (code, "已删除：2 条记录的正文" in said) == (0, True), said
    assert LEAVING not in phones(folder)
    code, said = run(folder, known[LEAVING], known[SYSTEM], known[SECURITY])
    assert (code, "没有登记过这个手机号" in said) == (1, True)
    code, said = run_verify(folder)
    assert (code, "其中 2 条的正文已按规定删除" in said) == (0, True), said


def run_verify(folder: DataFolder) -> tuple[int, str]:
    answer = CliRunner().invoke(app, ["verify", "--data", str(folder.path)])
    return answer.exit_code, answer.output


def test_a_wrong_password_is_said_and_nothing_is_erased(folder: DataFolder) -> None:
    known = phones(folder)
    code, said = run(folder, known[LEAVING], known[SYSTEM], known[SECURITY], f"{PASSWORD}\nnot it at all\n")
    assert (code, "手机号或密码不对" in said) == (1, True), said
    assert LEAVING in phones(folder)
