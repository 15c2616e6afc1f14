"""Who reads the log sees keys and entries of one moment, and what follows the log goes on when its key is another."""

from collections.abc import Callable
from pathlib import Path

import pytest

from server.operate.backup import back_up
from server.operate.rotating import rotate
from server.operate.verify import verify
from server.store.folder import DataFolder
from server.store.keys import KeysInUse
from server.store.log_files import Published
from server.store.sm3_log import Sm3Log, sm3_head
from server.township import Township
from tests.server.operate.test_rotating import at_work, folder, furnished, rotated
from tests.server.town import KEYS

__all__ = ["folder", "furnished"]


def newest(township: Township) -> Published:
    head = township.publisher.files.published()
    assert head is not None
    return head


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
        if folder.keys().log == KEYS.log:
            rotated(folder, "log", days)
            assert verify(folder).wrong is None
