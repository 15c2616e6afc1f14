"""The checks of other people's tools: style, types, imports, shell."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.repository.sources import ROOT, files, name_of

BIN = Path(sys.executable).parent
NO_CACHE = () if (ROOT / ".mypy_cache").is_dir() else (f"--cache-dir={os.devnull}",)
"""A developer's cache saves mypy nearly everything; to write one for this run alone costs a quarter more."""


def _run(*command: str | Path) -> None:
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": "120"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


@pytest.mark.parametrize(
    "command",
    [("ruff", "check", "--quiet"), ("ruff", "format", "--check"), ("mypy", *NO_CACHE), ("lint-imports", "--no-cache")],
    ids=["ruff finds nothing", "ruff would format nothing", "mypy finds nothing", "nobody imports whom they may not"],
)
def test_the_tools_have_nothing_to_say(command: tuple[str, ...]) -> None:
    program, *arguments = command
    _run(BIN / program, *arguments)


def _scripts() -> list[str]:
    return [name_of(path) for path in files() if path.suffix == ".sh" or path.read_bytes().startswith(b"#!/bin/sh")]


@pytest.mark.parametrize("script", _scripts())
def test_a_shell_script_is_sound(script: str) -> None:
    _run("sh", "-n", script)
    if shutil.which("shellcheck") is None:
        pytest.skip("no ShellCheck (apt-get install shellcheck)")
    _run("shellcheck", "--external-sources", script)
