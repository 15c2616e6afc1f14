"""Every command in the README and in the guides of office and auditor is run, and prints what stands there."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.sources import MADE_BY_RUNNING, ROOT

DOCUMENTS = ("README.md", "docs/office.md", "docs/verify/README.md")
TRANSLATIONS = {"docs/verify/README.en.md": "docs/verify/README.md"}
INTRODUCE = {"./run": "--help", "./test": "--version", "server serve": "--help"}
"""What would go on until somebody stops it: prepared and started for real, but told only to introduce itself."""
IS_WRONG = "✗", "凭证不对"
"""What a document shows of something that was found to be wrong; the command answers 1."""
HAS_BAD_ROWS = 1
"""What `import` answers when the workbook has rows it could not read; the demo's workbook has some on purpose."""


def _commands(document: str) -> list[tuple[str, str]]:
    text = (ROOT / document).read_text("utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [
        (command, output)
        for block in blocks
        for command, output in re.findall(r"^\$ (.*)\n((?:[^$#].*\n)*)", block, re.MULTILINE)
    ]


def _prints(said: str, output: str) -> bool:
    """Whether a command printed what its document says, where … stands for what differs each time."""
    return re.fullmatch(re.escape(output).replace("…", ".*"), said) is not None


def _finite(command: str) -> list[str]:
    options = [option for endless, option in INTRODUCE.items() if command == endless or f" -m {endless} " in command]
    return [*command.split(), *options]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like the checkout, where commands may leave things."""
    for path in ROOT.iterdir():
        if path.name not in MADE_BY_RUNNING:
            (tmp_path / path.name).symlink_to(path)
    return tmp_path


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # where uv is, whoever made this .venv
    environment = {**os.environ, "GONGGUAN_NO_APT": "1", "PATH": path}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_the_commands_of_a_document_do_what_it_says(checkout: Path, document: str) -> None:
    for line, output in _commands(document):
        done = _run(_finite(line), checkout)
        accepted = {0, HAS_BAD_ROWS} if " import " in line else {any(word in output for word in IS_WRONG)}
        assert done.returncode in accepted, f"$ {line}\n{done.stdout}{done.stderr}"
        assert not output or _prints(done.stdout, output), f"$ {line}\n{done.stdout}"


@pytest.mark.parametrize(("document", "original"), TRANSLATIONS.items())
def test_a_translation_shows_the_commands_of_its_original(document: str, original: str) -> None:
    assert _commands(document) == _commands(original)
