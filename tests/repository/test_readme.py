"""Every command in the README is run, and prints what the README says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.sources import ROOT

INSTEAD = {"./run": ["./run", "--help"], "./test": ["./test", "--version"]}
"""The two commands themselves: prepared and started for real, but told only to introduce themselves."""
HAS_BAD_ROWS = 1
"""What `import` answers when the workbook has rows it could not read; the demo's workbook has some on purpose."""


def _commands() -> list[tuple[str, str]]:
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [(command, output) for block in blocks for command, output in re.findall(r"\$ (.*)\n((?:[^$].*\n)*)", block)]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the checkout, where commands may leave things."""
    folder = tmp_path_factory.mktemp("checkout")
    for path in ROOT.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # where uv is, whoever made this .venv
    environment = {**os.environ, "GONGGUAN_NO_APT": "1", "PATH": path}
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_commands_of_the_readme_do_what_it_says(checkout: Path) -> None:
    for line, output in _commands():
        done = _run(INSTEAD.get(line, line.split()), checkout)
        accepted = {0, HAS_BAD_ROWS} if " import " in line else {0}
        assert done.returncode in accepted, f"$ {line}\n{done.stdout}{done.stderr}"
        assert not output or done.stdout == output, f"$ {line}"
