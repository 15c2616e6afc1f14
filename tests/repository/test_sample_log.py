"""The log on which the auditor's guide is practised: made anew it has the same bytes, and the guide speaks of it."""

from pathlib import Path

import pytest

from server.operate.verify_log import verify
from tests.fixtures.sample_log import SAMPLE, printed, scanned, write_sample
from tests.repository.sources import ROOT


def contents(folder: Path) -> dict[str, bytes]:
    """Every file by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_sample_is_what_its_program_writes(tmp_path: Path) -> None:
    write_sample(tmp_path)
    assert contents(tmp_path) == contents(SAMPLE), "python -m tests.fixtures.sample_log"


def test_nothing_is_wrong_with_the_sample_and_its_witness_has_signed() -> None:
    result = verify(SAMPLE)
    assert (result.findings, result.silent) == ([], [])


@pytest.mark.parametrize("document", ["README.md", "README.en.md"])
def test_the_guide_shows_the_codes_that_stand_on_the_samples_form(document: str) -> None:
    guide = (ROOT / "docs/verify" / document).read_text("utf-8")
    assert [code for code in (printed().code, *scanned()) if code not in guide] == []
