"""The whole log leaves the house with its own checker, and the log says so."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.__main__ import app
from server.operate import verify_log
from server.operate.export_log import FolderTaken, export_to
from server.store.folder import DataFolder
from server.store.log_files import LogFiles
from server.township import found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    found(tmp_path / "data", "清溪镇")
    return tmp_path / "data"


def test_an_export_is_checked_by_the_program_in_it_and_holds_its_own_entry(data: Path, tmp_path: Path) -> None:
    published = export_to(data, tmp_path / "out")
    result = verify_log.verify(tmp_path / "out")
    assert (result.findings, result.size) == ([], published.size)
    bundle = next((tmp_path / "out/tile/entries").glob("000.p/*")).read_bytes()
    assert b'"type":"log_exported"' in bundle
    assert (tmp_path / "out" / "verify_log.py").read_bytes() == Path(verify_log.__file__).read_bytes()


def test_what_is_shown_is_the_fingerprint_of_the_logs_key(data: Path, tmp_path: Path) -> None:
    keys = DataFolder(data).keys()
    ran = CliRunner().invoke(app, ["export-log", str(tmp_path / "out"), "--data", str(data)])
    assert ran.exit_code == 0, ran.output
    assert keys.log.verifier.fingerprint in ran.output
    assert keys.log.verifier.fingerprint in (tmp_path / "out" / "说明.txt").read_text("utf-8")
    assert verify_log.Keys.read(tmp_path / "out" / "keys.txt").log.fingerprint == keys.log.verifier.fingerprint


def test_two_exports_are_not_mixed(data: Path, tmp_path: Path) -> None:
    export_to(data, tmp_path / "out")
    with pytest.raises(FolderTaken):
        export_to(data, tmp_path / "out")
    ran = CliRunner().invoke(app, ["export-log", str(tmp_path / "out"), "--data", str(data)])
    assert ran.exit_code == 1


def test_nothing_secret_leaves(data: Path, tmp_path: Path) -> None:
    export_to(data, tmp_path / "out")
    secrets = [file.read_bytes().strip() for file in DataFolder(data).key_folder.iterdir()]
    exported = b"".join(file.read_bytes() for file in (tmp_path / "out").rglob("*") if file.is_file())
    assert not [secret for secret in secrets if secret in exported]


def test_an_export_made_earlier_is_the_beginning_of_a_later_one(data: Path, tmp_path: Path) -> None:
    export_to(data, tmp_path / "first")
    export_to(data, tmp_path / "second")
    later = verify_log.verify(tmp_path / "second")
    assert verify_log.check_earlier(later, tmp_path / "first" / "checkpoint") is None
    assert LogFiles(DataFolder(data).log, DataFolder(data).keys().log.verifier).published() is not None
