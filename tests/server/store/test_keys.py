"""The server's keys as files."""

import stat
from pathlib import Path

import pytest

from firmware_protocol.notes import MalformedNote
from server.store.folder import DataFolder
from server.store.keys import KeysMissing

SEEDS = bytes(range(32)), bytes(range(1, 33))


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    folder.prepare()
    return folder


def test_keys_come_back_as_they_were_made(folder: DataFolder) -> None:
    made = folder.make_keys("gongguan.test/qingxi", *SEEDS)
    read = folder.keys()
    assert (read.permit.verifier, read.log.verifier) == (made.permit.verifier, made.log.verifier)
    assert read.origin == "gongguan.test/qingxi"
    assert (read.permit.name, read.log.name) == ("gongguan.test/qingxi/permit", "gongguan.test/qingxi/log")


def test_nobody_else_reads_them(folder: DataFolder) -> None:
    folder.make_keys("gongguan.test/qingxi", *SEEDS)
    assert stat.S_IMODE(folder.key_folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.key_folder.iterdir()} == {0o600}


def test_a_key_is_never_overwritten(folder: DataFolder) -> None:
    folder.make_keys("gongguan.test/qingxi", *SEEDS)
    with pytest.raises(FileExistsError):
        folder.make_keys("gongguan.test/qingxi", *SEEDS)


def test_there_is_no_default_key(folder: DataFolder) -> None:
    with pytest.raises(KeysMissing):
        folder.keys()


@pytest.mark.parametrize("damage", ["", "PRIVATE+KEY+x", "change one letter", "swap the files"])
def test_a_damaged_key_is_not_used(folder: DataFolder, damage: str) -> None:
    folder.make_keys("gongguan.test/qingxi", *SEEDS)
    permit, log = folder.key_folder / "permit.key", folder.key_folder / "log.key"
    if damage == "swap the files":
        permit.write_text(log.read_text())
    elif damage == "change one letter":
        permit.write_text(permit.read_text().replace("AgME", "AgMF"))
    else:
        permit.write_text(damage)
    with pytest.raises(MalformedNote):
        folder.keys()
