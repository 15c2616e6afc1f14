"""The golden log: made anew it has the same bytes, and everybody who checks a log finds it right."""

from pathlib import Path

import pytest

from firmware_protocol import entries
from firmware_protocol.checkpoints import read_checkpoint
from firmware_protocol.log_heads import judge, read_head
from firmware_protocol.proofs import check_inclusion
from server.ledger.tiles import bundles_between, entries_in
from server.operate.verify_log import check_earlier, verify
from server.store.log_files import LogFiles
from server.witness.mirror import Mirror
from tests.fixtures.exported_logs import AGENTS, LOG, PERMIT
from tests.golden.make import COSIGNERS, HERE, SIZE, SIZES_ON_THE_WAY, write_golden

FILES = LogFiles(HERE / "log", LOG.verifier)
HEADS = [read_head((HERE / "heads" / str(size)).read_bytes(), LOG.verifier) for size in SIZES_ON_THE_WAY]
NEWEST = read_head((HERE / "log" / "checkpoint").read_bytes(), LOG.verifier)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of both folders, by its path."""
    found = (path for part in ("log", "heads") for path in (folder / part).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_same_keys_make_the_same_bytes(tmp_path: Path) -> None:
    write_golden(tmp_path)
    assert contents(tmp_path) == contents(HERE)


def test_the_auditors_program_finds_nothing_wrong() -> None:
    result = verify(HERE / "log")
    assert (result.findings, result.size) == ([], SIZE)
    assert result.cosigned.keys() == {signer.name for signer in COSIGNERS}
    assert [check_earlier(result, HERE / "heads" / str(size)) for size in SIZES_ON_THE_WAY] == [None] * len(HEADS)


def test_a_witness_copies_it(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path, LOG.verifier)
    assert mirror.follow(lambda path: (HERE / "log" / path).read_bytes(), HEADS[0]).size == SIZE


@pytest.mark.parametrize("known", HEADS, ids=SIZES_ON_THE_WAY)
def test_whoever_kept_a_head_on_the_way_follows_to_the_newest(known) -> None:
    assert judge(known, NEWEST, known.size, FILES.consistency(known.size, SIZE)) == "followed"


def test_every_entry_is_read_in_its_chain_and_proven_in_the_tree() -> None:
    root = read_checkpoint(NEWEST.note, [LOG.verifier]).root
    chains: dict[str, entries.Chain] = {}
    keys = [PERMIT.verifier, *(signer.verifier for signer in AGENTS.values())]
    notes = [note for bundle in bundles_between(0, SIZE) for note in entries_in(FILES.read(bundle))]
    for position, note in enumerate(notes):
        entry = entries.parse(note, keys)
        chain = chains.get(entry.by, entries.Chain(entry.by, 1))
        assert chain.continues_with(entry)
        chains[entry.by] = chain.extend(note)
        path = FILES.inclusion(position, SIZE)
        assert check_inclusion(FILES.leaf(position, SIZE), position, SIZE, path, root)
    assert len(notes) == SIZE
