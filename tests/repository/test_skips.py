"""A skip names what is missing; where GONGGUAN_NO_SKIP is set, as CI does, it is a failure."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.repository.sources import ROOT

SKIPPED = {
    "a test": 'import pytest\n\ndef test_seals():\n    pytest.skip("no Chromium")\n',
    "a fixture": (
        "import pytest\n\n@pytest.fixture\ndef chromium():\n"
        '    pytest.skip("no Chromium")\n\ndef test_seals(chromium): pass\n'
    ),
    "a module": 'import pytest\n\npytest.skip("no Chromium", allow_module_level=True)\n',
}


def _summary(folder: Path, no_skip: str) -> tuple[int, list[str]]:
    for number, source in enumerate(SKIPPED.values()):
        (folder / f"test_{number}.py").write_text(source)
    environment = {**os.environ, "GONGGUAN_NO_SKIP": no_skip, "PYTHONPATH": str(ROOT)}
    options = ["-ra", "-p", "tests.conftest", "--rootdir", ".", "--continue-on-collection-errors"]
    command = [sys.executable, "-m", "pytest", *options]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, re.findall(r"^(?:SKIPPED|FAILED|ERROR) .*", done.stdout, re.MULTILINE)


def test_a_skip_says_what_is_missing(tmp_path: Path) -> None:
    _, lines = _summary(tmp_path, no_skip="")
    assert [line.split()[0] for line in lines] == ["SKIPPED"] * len(SKIPPED)
    assert all("no Chromium" in line for line in lines)


def test_a_skip_is_a_failure_where_nothing_may_be_missing(tmp_path: Path) -> None:
    status, lines = _summary(tmp_path, no_skip="1")
    assert status == 1
    assert sorted(line.split()[0] for line in lines) == ["ERROR", "ERROR", "FAILED"]
