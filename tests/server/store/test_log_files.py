"""The published files: what they prove, how they grow, and what a crash or another history makes of them."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shutil import copytree
from stat import S_ISDIR

import pytest

from firmware_protocol.cosignatures import Cosigner, cosign, times_cosigned
from firmware_protocol.notes import Signer, UnverifiedNote
from firmware_protocol.proofs import check_consistency, check_inclusion, leaf_hash
from server.ledger.forks import LogDamaged, LogForked
from server.ledger.tiles import Tile, bundles_between, entries_in, tiles_between
from server.ledger.tree import Frontier
from server.store.lists.signed import signed_bytes
from server.store.log_files import HEARTBEAT, LogFiles, Published, Witnessed
from server.store.log_rows import Head, save_head
from server.store.work import Work
from tests.server.store.crash import register
from tests.server.town import KEYS, Town


@pytest.fixture
def files(tmp_path: Path) -> LogFiles:
    return files_in(tmp_path / "log")


def files_in(folder: Path) -> LogFiles:
    return LogFiles(folder, KEYS.log.verifier)


def publish(files: LogFiles, town: Town) -> Published:
    with town.database.reading() as reader:
        published = files.publish(reader, KEYS.log, town.now)
    assert published is not None
    return published


def grow(town: Town, entries: int) -> None:
    town.writer.run_now(register_others, entries)


def register_others(work: Work, count: int) -> None:
    for _ in range(count):
        register(work, work.new_id("n"))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_empty_log_publishes_nothing(empty: Town, files: LogFiles) -> None:
    with empty.database.reading() as reader:
        assert files.publish(reader, KEYS.log, empty.now) is None
    assert files.published() is None


def test_every_entry_is_proven_by_the_files_alone(town: Town, files: LogFiles) -> None:
    published = publish(files, town)
    for bundle in bundles_between(0, published.size):
        for offset, entry in enumerate(entries_in(files.read(bundle))):
            with town.database.reading() as reader:
                signed = signed_bytes(reader, bundle.first + offset)
            assert signed is not None
            assert signed.note == entry
            path = files.inclusion(signed.position, published.size)
            assert check_inclusion(signed.leaf_hash, signed.position, published.size, path, published.checkpoint.root)


def test_two_published_heads_are_proven_to_be_one_log(town: Town, files: LogFiles) -> None:
    before = publish(files, town)
    grow(town, 3)
    after = publish(files, town)
    proof = files.consistency(before.size, after.size)
    assert check_consistency(before.size, after.size, proof, before.checkpoint.root, after.checkpoint.root)


def test_publishing_step_by_step_leaves_the_files_of_publishing_at_once(
    empty: Town, files: LogFiles, tmp_path: Path
) -> None:
    for _ in range(8):
        grow(empty, 70)
        publish(files, empty)
    at_once = files_in(tmp_path / "at-once")
    publish(at_once, empty)
    stepwise = contents(files.folder)
    assert contents(at_once.folder).items() <= stepwise.items()
    assert not (files.folder / "tile/0/000.p").exists()


def test_a_partial_copy_that_was_tidied_away_is_read_from_the_full_tile(empty: Town, files: LogFiles) -> None:
    grow(empty, 300)
    publish(files, empty)
    assert files.read(Tile(0, 0, 3)) == files.read(Tile(0, 0))[:96]
    assert entries_in(files.read(Tile(None, 0, 3))) == entries_in(files.read(Tile(None, 0)))[:3]


def test_a_log_that_was_put_back_is_not_followed(empty: Town, files: LogFiles) -> None:
    grow(empty, 5)
    publish(files, empty)
    kept = contents(files.folder)
    with empty.database.writing.begin() as connection:
        save_head(connection, Head(Frontier(), b""))
    with pytest.raises(LogForked, match="0 entries, and 5"):
        publish(files, empty)
    assert contents(files.folder) == kept


def test_a_rewritten_log_is_not_followed(empty: Town, files: LogFiles) -> None:
    published = publish(files, empty_with(empty, 2))
    with empty.database.writing.begin() as connection:
        save_head(connection, Head(Frontier().extend([leaf_hash(b"another"), leaf_hash(b"history")]), b""))
    with pytest.raises(LogForked, match="the first 2 entries"):
        publish(files, empty)
    assert files.published() == published


def empty_with(town: Town, entries: int) -> Town:
    grow(town, entries)
    return town


@pytest.mark.parametrize("left", [160, 5], ids=["of its length", "cut off"])
def test_a_damaged_tile_stops_the_signer_that_starts_anew(empty: Town, files: LogFiles, left: int) -> None:
    publish(files, empty_with(empty, 5))
    (files.folder / "tile/0/000.p/5").write_bytes(bytes(left))
    grow(empty, 1)
    with pytest.raises(LogDamaged):
        publish(files_in(files.folder), empty)


def test_somebody_elses_checkpoint_is_no_empty_log(empty: Town, files: LogFiles) -> None:
    publish(files, empty_with(empty, 1))
    with pytest.raises(UnverifiedNote):
        LogFiles(files.folder, KEYS.permit.verifier).published()


def test_a_log_that_stands_still_says_each_minute_that_it_lives(empty: Town, files: LogFiles) -> None:
    first = publish(files, empty_with(empty, 2))
    empty.now += HEARTBEAT - timedelta(seconds=1)
    assert publish(files, empty) == first
    empty.now += timedelta(seconds=1)
    later = publish(files, empty)
    assert (later.checkpoint, later.at) == (first.checkpoint, empty.now)


def test_the_time_a_log_says_never_goes_back(empty: Town, files: LogFiles) -> None:
    first = publish(files, empty_with(empty, 2))
    empty.now -= timedelta(days=1)
    grow(empty, 1)
    second = publish(files, empty)
    assert (second.size, second.at) == (4, first.at), "the step of the clock is an entry too"


def test_what_witnesses_say_stands_under_the_head_they_saw(empty: Town, files: LogFiles) -> None:
    published = publish(files, empty_with(empty, 2))
    witness = Signer("witness.test/w1", b"w" * 32)
    seen = Witnessed(published.size, cosign(published.checkpoint.text, witness, empty.now))
    with empty.database.reading() as reader:
        cosigned = files.publish(reader, KEYS.log, empty.now, [seen])
    assert cosigned is not None
    assert times_cosigned(cosigned.note, [Cosigner.of(witness.verifier)]) == {witness.name: empty.now}
    assert times_cosigned(publish(files, empty).note, [Cosigner.of(witness.verifier)]) == {witness.name: empty.now}
    grow(empty, 1)
    with empty.database.reading() as reader:
        grown = files.publish(reader, KEYS.log, empty.now, [seen])
    assert grown is not None
    assert times_cosigned(grown.note, [Cosigner.of(witness.verifier)]) == {}


class PulledPlug(BaseException):
    """The power is gone."""


STEPS = ("open", "fsync", "rename")


@pytest.mark.parametrize("step", STEPS)
def test_a_power_cut_at_any_moment_leaves_a_valid_log(
    step: str, empty: Town, files: LogFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(files, empty_with(empty, 250))
    grow(empty, 10)
    cuts = 0
    while True:
        folder = tmp_path / f"cut-{step}-{cuts}"
        copytree(files.folder, folder)
        with monkeypatch.context() as patched:
            cut_at(patched, step, cuts)
            try:
                publish(files_in(folder), empty)
            except PulledPlug:
                pass
            else:
                break
        left = files_in(folder).published()
        assert left is not None
        assert left.size in (first.size, 260)
        assert whole(files_in(folder), left)
        assert publish(files_in(folder), empty).size == 260
        cuts += 1
    assert cuts == len([*tiles_between(250, 260), *bundles_between(250, 260), "checkpoint"])


def cut_at(patched: pytest.MonkeyPatch, step: str, moment: int) -> None:
    """Lose power at the n-th file that is opened for writing, made durable, or renamed."""
    passed = iter(range(1000))

    def before(real: Callable[..., object], counts: Callable[..., bool]) -> Callable[..., object]:
        def run(*args: object, **kwargs: object) -> object:
            if counts(*args) and next(passed) == moment:
                raise PulledPlug
            return real(*args, **kwargs)

        return run

    if step == "open":
        patched.setattr(os, "open", before(os.open, lambda _path, flags, *_mode: bool(flags & os.O_WRONLY)))
    elif step == "fsync":
        patched.setattr(os, "fsync", before(os.fsync, lambda descriptor: not S_ISDIR(os.fstat(descriptor).st_mode)))
    else:
        patched.setattr(Path, "replace", before(Path.replace, lambda *_paths: True))


def whole(files: LogFiles, published: Published) -> bool:
    """Whether the files prove the first and the last entry that the checkpoint covers."""
    size, root = published.size, published.checkpoint.root
    hashes = b"".join(files.read(tile) for tile in tiles_between(0, size) if tile.level == 0)
    return all(
        check_inclusion(hashes[at * 32 : at * 32 + 32], at, size, files.inclusion(at, size), root)
        for at in (0, size - 1)
    )
