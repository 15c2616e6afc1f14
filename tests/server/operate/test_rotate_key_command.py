"""`rotate-key` at the terminal: what two administrators read when it is done, or cannot be."""

import pytest
from typer.testing import CliRunner

from server.__main__ import app
from server.store.folder import DataFolder
from server.township import opened
from server.usecases.rotate_key import KeyRole
from tests.server.operate.test_rotating import folder, furnished, phone
from tests.server.usecases.test_erasing_a_person import SECURITY, SYSTEM
from tests.server.usecases.test_people import PASSWORD

__all__ = ["folder", "furnished"]


@pytest.mark.parametrize(
    ("role", "more", "words"),
    [
        ("log", [], "由新旧两把密钥一起签名"),
        ("log", ["--overlap-days", "0"], "只由新密钥签名"),
        ("permit", [], "柜机上线时自己换上新公钥；旧私钥已经销毁。\n"),
        ("permit", ["--overlap-days", "0"], "旧密钥签的许可都已作废"),
    ],
    ids=["log, overlap", "log, none", "permit, overlap", "permit, none"],
)
def test_the_command_says_what_to_do_next(folder: DataFolder, role: KeyRole, more: list[str], words: str) -> None:
    first, second = phone(folder, SYSTEM), phone(folder, SECURITY)
    command = ["rotate-key", role, "--first", first, "--second", second, "--data", str(folder.path), *more]
    answer = CliRunner().invoke(app, command, input=f"{PASSWORD}\n{PASSWORD}\n")
    keys = folder.keys()
    said = ((keys.log if role == "log" else keys.permit).verifier.fingerprint, words, "请马上做一次备份")
    assert (answer.exit_code, [each for each in said if each not in answer.output]) == (0, []), answer.output


def test_the_command_waits_until_nothing_else_works_with_the_keys(folder: DataFolder) -> None:
    command = ["rotate-key", "log", "--first", "1", "--second", "2", "--data", str(folder.path)]
    with opened(folder.path):
        refused = CliRunner().invoke(app, command, input=f"{PASSWORD}\n{PASSWORD}\n")
    assert (refused.exit_code, "请先停下服务" in refused.output) == (1, True), refused.output
