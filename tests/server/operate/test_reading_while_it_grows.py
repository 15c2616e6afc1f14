"""Whoever reads the log while it is being written finds it whole: nothing torn, nothing missing, and no false alarm."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from firmware_protocol.proofs import check_consistency, check_inclusion, leaf_hash
from server.operate import verify_log
from server.operate.backup import back_up
from server.operate.export_log import export_to
from server.operate.verify import sentence, verify
from server.store.folder import DataFolder
from server.store.log_files import LogFiles, Published
from server.store.sm3_log import Sm3Log
from server.township import Township, found, opened
from server.usecases.export_log import ExportLog, export_log
from server.witness.mirror import Mirror, NotFetched

RIGHT = "核验通过"
BEFORE, MORE = 200, 60
"""So many entries there are, and so many more at a time: a tile is filled by that, and its copies tidied away."""

Grow = Callable[[], None]
"""To be called in the middle of reading: more entries are appended and published, if it may grow once more."""
Reader = Callable[[DataFolder, Path, Grow], str]
"""Reads the log, with a folder of its own; answers what is wrong with it, or that nothing is."""


def _verified(folder: DataFolder, _scratch: Path, grow: Grow) -> str:
    return sentence(verify(folder, lambda _entries: grow()))


def _exported(folder: DataFolder, scratch: Path, grow: Grow) -> str:
    export_to(folder.path, scratch, lambda _done, _all: grow())
    return "".join(f"{each.where}：{each.what}" for each in verify_log.verify(scratch).findings) or RIGHT


def _backed_up(folder: DataFolder, scratch: Path, grow: Grow) -> str:
    back_up(folder, scratch, lambda _what: lambda _done, _all: grow())
    return sentence(verify(DataFolder(scratch)))


def _proven(folder: DataFolder, _scratch: Path, grow: Grow) -> str:
    """Some entries of a head that is the newest no more, and the way from it to the newest."""
    files = LogFiles(folder.log, folder.keys().log.verifier)
    head = published(files).checkpoint
    grow()
    for index in range(0, head.size, 20):
        leaf = files.leaf(index, head.size)
        assert leaf == leaf_hash(files.entry(index, head.size))
        assert check_inclusion(leaf, index, head.size, files.inclusion(index, head.size), head.root)
    newest = published(files).checkpoint
    path = files.consistency(head.size, newest.size)
    assert check_consistency(head.size, newest.size, path, head.root, newest.root)
    return RIGHT


def _mirrored(folder: DataFolder, scratch: Path, grow: Grow) -> str:
    """What a witness copies in its first round, read as an auditor reads it."""
    log_key = folder.keys().log.verifier

    def fetch(path: str) -> bytes:
        try:
            content = (folder.log / path).read_bytes()
        except FileNotFoundError as error:
            raise NotFetched(path) from error
        grow()
        return content

    head = Mirror(scratch, log_key).follow(fetch, None)
    return RIGHT if LogFiles(scratch, log_key).root(head.size) == head.checkpoint.root else "the copy is torn"


READERS: Mapping[str, Reader] = {
    "verify": _verified,
    "export-log and verify_log.py": _exported,
    "backup": _backed_up,
    "proofs": _proven,
    "a mirror": _mirrored,
}


def published(files: LogFiles) -> Published:
    head = files.published()
    assert head is not None
    return head


@contextmanager
def at_work(data: Path) -> Iterator[Township]:
    """The township, which publishes what it appends, under both trees."""
    with opened(data) as township:
        second = Sm3Log(township.publisher.files, township.keys.log)
        township.publisher.published = second.follow
        yield township
        assert township.publisher.is_well


def grow_by(township: Township, more: int) -> None:
    """So many entries more at least, until they are published."""
    files = township.publisher.files
    wanted = published(files).size + more
    while published(files).size < wanted:
        township.writer.run_now(export_log, ExportLog(0))


def growing(township: Township, times: int) -> Grow:
    left = iter(range(times))

    def grow() -> None:
        if next(left, None) is not None:
            grow_by(township, MORE)

    return grow


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    data = tmp_path_factory.mktemp("grown") / "data"
    found(data, "清溪镇")
    with at_work(data) as township:
        grow_by(township, BEFORE)
    return data


@pytest.mark.parametrize("times", [1, pytest.param(30, marks=pytest.mark.long)])
@pytest.mark.parametrize("who", READERS)
def test_whoever_reads_while_the_log_is_written_finds_it_whole(
    grown: Path, tmp_path: Path, who: str, times: int
) -> None:
    shutil.copytree(grown, tmp_path / "data")
    with at_work(tmp_path / "data") as township:
        said = READERS[who](township.folder, tmp_path / "read", growing(township, times))
    assert RIGHT in said
