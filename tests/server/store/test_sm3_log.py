"""The second tree: the same entries under SM3, a head that is never contradicted, and found wrong by whoever checks."""

from collections.abc import Callable
from pathlib import Path

import pytest
from anyio import fail_after, sleep
from typer.testing import CliRunner

from firmware_protocol.key_changes import KeyChange, KeyDelivery, encode_changes
from firmware_protocol.sm3 import sm3, sm3_leaf_hash, sm3_node_hash
from server.__main__ import app
from server.ledger.forks import LogForked
from server.ledger.tree import Sm3Frontier
from server.operate import verify_log
from server.operate.export_log import export_to
from server.operate.sm3_checks import sm3_problems
from server.operate.verify import verify
from server.settings import Settings
from server.store.folder import DataFolder
from server.store.lists.entries import log_size
from server.store.log_files import KEYS, LogFiles, Published
from server.store.sm3_log import SM3_CHECKPOINT, Sm3Log, sm3_head
from server.township import found, now, opened
from server.usecases.export_log import ExportLog, export_log
from server.wiring import serving
from tests.drills import on_keys
from tests.fixtures.exported_logs import LOG, STRANGER, History
from tests.fixtures.patience import PATIENCE_S

LIVED = History.lived(300)
Deed = Callable[[Path], None]


def naive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962's definition, word by word, under SM3."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sm3_node_hash(naive_root(leaves[:split]), naive_root(leaves[split:]))


def grown(folder: Path, *sizes: int) -> LogFiles:
    """A log whose second tree followed these sizes, one after the other; a new follower each time."""
    files = LogFiles(folder, LOG.verifier)
    for size in sizes:
        LIVED.write(folder, size=size)
        Sm3Log(files, LOG).follow(published(files))
    return files


def published(files: LogFiles) -> Published:
    found_head = files.published()
    assert found_head is not None
    return found_head


def test_the_root_of_every_small_tree_is_that_of_the_definition() -> None:
    leaves = [sm3_leaf_hash(bytes([each])) for each in range(33)]
    assert Sm3Frontier().root == sm3(b"")
    assert [Sm3Frontier().extend(leaves[:size]).root for size in range(1, 34)] == [
        naive_root(leaves[:size]) for size in range(1, 34)
    ]


@pytest.mark.parametrize("sizes", [(300,), (3, 256, 300), (255, 257), (4, 4)], ids=str)
def test_the_head_is_over_the_very_entries_whatever_was_published_before(
    tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    head = sm3_head(grown(tmp_path, *sizes))
    assert head is not None
    assert (head.size, head.origin) == (sizes[-1], f"{LOG.name}-sm3")
    assert head.root == naive_root([sm3_leaf_hash(each) for each in LIVED.notes[: head.size]])


def test_one_follower_goes_on_from_where_it_is(tmp_path: Path) -> None:
    files = LogFiles(LIVED.write(tmp_path, size=100), LOG.verifier)
    follower = Sm3Log(files, LOG)
    for size in (100, 256, 299):
        LIVED.write(tmp_path, size=size)
        follower.follow(published(files))
        head = sm3_head(files)
        assert head is not None
        assert head.root == naive_root([sm3_leaf_hash(each) for each in LIVED.notes[:size]])


def test_a_log_that_is_another_or_shorter_gets_no_second_head(tmp_path: Path) -> None:
    files = grown(tmp_path, 200)
    before = (tmp_path / SM3_CHECKPOINT).read_bytes()
    other = History.lived(100)
    while len(other.notes) < 300:
        other.says("hall-1", "door_forced", {"compartment": "CAB-01/8"})
    for history, size in ((other, 300), (LIVED, 199)):
        history.write(tmp_path, size=size)
        with pytest.raises(LogForked):
            Sm3Log(files, LOG).follow(published(files))
    assert (tmp_path / SM3_CHECKPOINT).read_bytes() == before


def altered(folder: Path) -> None:
    """Another log's head, signed with its key."""
    (folder / SM3_CHECKPOINT).unlink()
    Sm3Log(LogFiles(folder, LOG.verifier), STRANGER).follow(published(LogFiles(folder, LOG.verifier)))


def of_other_entries(folder: Path) -> None:
    """A head that the log's own key signed over something else."""
    other = History.lived(20)
    other.notes[6] = other.notes[6].replace(b"CAB-01/7", b"CAB-01/8")
    elsewhere = other.write(folder / "elsewhere")
    files = LogFiles(elsewhere, LOG.verifier)
    Sm3Log(files, LOG).follow(published(files))
    (elsewhere / SM3_CHECKPOINT).replace(folder / SM3_CHECKPOINT)


def unchanged(_folder: Path) -> None:
    """Nobody did anything."""


@pytest.mark.parametrize(
    ("deed", "is_right"),
    [(unchanged, True), (altered, False), (of_other_entries, False)],
    ids=["as it is", "of another key", "of other entries"],
)
def test_whoever_checks_the_log_checks_its_second_head(tmp_path: Path, deed: Deed, is_right: bool) -> None:
    files = grown(tmp_path, 20, 30)
    deed(tmp_path)
    result = verify_log.verify(tmp_path)
    assert [each.where for each in result.findings] == ([] if is_right else ["SM3 检查点"])
    assert ("30 条的 SM3 树根" in result.second) == is_right
    assert [each.where for each in sm3_problems(files)] == ([] if is_right else ["公布的 SM3 检查点"])


def test_its_head_holds_under_a_key_that_ended_later_and_under_none_that_ended_before(tmp_path: Path) -> None:
    history = on_keys.lived()
    files = LogFiles(history.write(tmp_path, size=20), LOG.verifier)
    Sm3Log(files, LOG).follow(published(files))
    history.write(tmp_path, log=on_keys.NEXT_LOG)
    changes = tuple(KeyChange(index, history.notes[index]) for index in (30, 31, 32))
    (tmp_path / KEYS).write_bytes(encode_changes(KeyDelivery(changes)))
    files = LogFiles(tmp_path, on_keys.NEXT_LOG.verifier)
    assert list(sm3_problems(files)) == []
    before = (tmp_path / SM3_CHECKPOINT).read_bytes()
    for signer, is_right in ((on_keys.NEXT_LOG, True), (LOG, False)):
        (tmp_path / SM3_CHECKPOINT).write_bytes(before)
        Sm3Log(files, signer).follow(published(files))
        assert (not list(sm3_problems(files))) is is_right
        assert (not verify_log.verify(tmp_path).findings) is is_right


@pytest.mark.anyio
async def test_a_server_that_is_told_to_publishes_it_and_an_export_takes_it_along(tmp_path: Path) -> None:
    found(tmp_path / "data", "清溪镇")
    settings = Settings(broker="embedded", broker_port=0, sm3=True)
    async with serving(tmp_path / "data", host="127.0.0.1", port=0, settings=settings) as service:
        files = service.township.publisher.files
        service.stop()
    head = sm3_head(files)
    assert head is not None
    ran = CliRunner().invoke(app, ["export-log", str(tmp_path / "out"), "--data", str(tmp_path / "data")])
    assert ran.exit_code == 0, ran.output
    result = verify_log.verify(tmp_path / "out")
    assert (result.findings, f"前 {head.size} 条" in result.second) == ([], True)
    assert "台账完好" in CliRunner().invoke(app, ["verify", "--data", str(tmp_path / "data")]).output


def by_verify(data: Path, meanwhile: Callable[..., None]) -> bool:
    return verify(DataFolder(data), meanwhile).wrong is None


def by_the_auditor(data: Path, meanwhile: Callable[..., None]) -> bool:
    export_to(data, data.with_name("out"), meanwhile)
    result = verify_log.verify(data.with_name("out"))
    return bool(result.second) and not result.findings


@pytest.mark.parametrize("checked", [by_verify, by_the_auditor])
def test_a_log_that_grows_meanwhile_raises_no_alarm(checked: Callable[..., bool], tmp_path: Path) -> None:
    found(tmp_path / "data", "清溪镇")
    with opened(tmp_path / "data") as township:
        files = LogFiles(DataFolder(tmp_path / "data").log, township.keys.log.verifier)
        second = Sm3Log(files, township.keys.log)
        second.follow(published(files))

        def grows(*_progress: object) -> None:
            township.writer.run_now(export_log, ExportLog(1))
            with township.database.reading() as reader:
                second.follow(files.publish(reader, township.keys.log, now()) or published(files))

        assert checked(tmp_path / "data", grows)


@pytest.mark.anyio
async def test_a_second_head_that_is_damaged_does_not_stop_the_log(tmp_path: Path) -> None:
    found(tmp_path, "清溪镇")
    damaged = DataFolder(tmp_path).log / SM3_CHECKPOINT
    damaged.parent.mkdir()
    damaged.write_bytes(b"no head of anything\n")
    settings = Settings(broker="embedded", broker_port=0, sm3=True)
    async with serving(tmp_path, host="127.0.0.1", port=0, settings=settings) as service:
        township = service.township
        for _ in range(2):
            township.writer.run_now(export_log, ExportLog(1))
            with township.database.reading() as reader:
                size = log_size(reader)
            with fail_after(PATIENCE_S):
                while published(township.publisher.files).size < size:  # noqa: ASYNC110
                    await sleep(0.01)
        assert township.publisher.is_well
        service.stop()
    assert damaged.read_bytes() == b"no head of anything\n"
