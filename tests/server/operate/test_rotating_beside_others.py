"""Who reads the log sees keys and entries of one moment, and what follows the log goes on when its key is another."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from firmware_protocol.notes import Verifier
from server.__main__ import STOPPED
from server.operate.backup import back_up
from server.operate.restore import Loss, restore
from server.operate.rotating import rotate
from server.operate.verify import verify
from server.store.folder import DataFolder
from server.store.keys import KeyFollowed, KeysInUse
from server.store.log_files import Published
from server.store.sm3_log import Sm3Log, sm3_head
from server.township import Township
from server.usecases.rotate_key import KeyRole
from tests.server.operate.test_backup import unwatched
from tests.server.operate.test_rotating import at_work, folder, furnished, rotated, signers_of_the_head
from tests.server.town import KEYS

__all__ = ["folder", "furnished"]


def newest(township: Township) -> Published:
    head = township.publisher.files.published()
    assert head is not None
    return head


def verifiers(folder: DataFolder) -> tuple[Verifier, ...]:
    keys = folder.keys()
    return keys.permit.verifier, keys.log.verifier, *keys.former_logs


def back_up_to(folder: DataFolder, target: Path, meanwhile: Callable[[], None]) -> None:
    back_up(folder, target, lambda _what: lambda _done, _all: meanwhile())


def verified(folder: DataFolder, _target: Path, meanwhile: Callable[[], None]) -> None:
    assert verify(folder, lambda _entries: meanwhile()).wrong is None


@pytest.mark.parametrize("reads", [back_up_to, verified], ids=["backup", "verify"])
def test_no_key_is_given_a_successor_while_its_log_is_read(
    folder: DataFolder, tmp_path: Path, reads: Callable[[DataFolder, Path, Callable[[], None]], object]
) -> None:
    def rotate_meanwhile() -> None:
        with pytest.raises(KeysInUse):
            rotate(folder.path, "log", [])

    reads(folder, tmp_path / "read", rotate_meanwhile)


@pytest.mark.parametrize("days", [0, 30], ids=["at once", "with an overlap"])
@pytest.mark.parametrize("role", ["permit", "log"])
def test_with_keys_from_before_they_were_followed_nothing_is_written(
    folder: DataFolder, tmp_path: Path, role: KeyRole, days: int
) -> None:
    shutil.copytree(folder.key_folder, tmp_path / "keys")
    rotated(folder, role, days)
    right = verify(folder)
    shutil.copytree(folder.key_folder, tmp_path / "newer")
    shutil.copytree(tmp_path / "keys", folder.key_folder, dirs_exist_ok=True)
    with pytest.raises(KeyFollowed, match=f"{role}.key"), at_work(folder):
        pass
    assert STOPPED[KeyFollowed].format(error="permit.key").startswith("数据目录 keys 里的 permit.key 不是")
    shutil.copytree(tmp_path / "newer", folder.key_folder, dirs_exist_ok=True)
    assert (verify(folder), right.wrong) == (right, None)


@pytest.mark.parametrize("with_log", [False, True], ids=["alone", "with the newest log"])
def test_a_backup_made_while_keys_overlap_goes_on_where_it_was(
    folder: DataFolder, tmp_path: Path, *, with_log: bool
) -> None:
    rotated(folder, "log")
    rotated(folder, "permit")
    back_up(folder, tmp_path / "backup", unwatched)
    loss = restore(tmp_path / "backup", tmp_path / "new", folder.log if with_log else None, unwatched)
    assert loss == (Loss((), 0) if with_log else None)
    restored = DataFolder(tmp_path / "new")
    with at_work(restored) as township:
        assert township.publisher.is_well
    assert verifiers(restored) == verifiers(folder)
    assert signers_of_the_head(restored) == signers_of_the_head(folder)
    assert verify(restored).wrong is None


@pytest.mark.parametrize("days", [0, 30], ids=["at once", "after an overlap"])
def test_the_second_tree_goes_on_under_the_key_that_followed(folder: DataFolder, days: int) -> None:
    for _ in range(2):
        with at_work(folder) as township:
            keys = township.keys
            Sm3Log(township.publisher.files, keys.log, keys.log_before).follow(newest(township))
            head = sm3_head(township.publisher.files)
            assert head is not None
            assert head.size == newest(township).size
        assert verify(folder).wrong is None
        if folder.keys().log.verifier == KEYS.log.verifier:
            rotated(folder, "log", days)
            assert verify(folder).wrong is None
