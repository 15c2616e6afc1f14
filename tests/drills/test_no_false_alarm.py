"""Whoever looks at a log that nobody touched finds nothing: random clean logs of 1 to 300 entries, before every eye."""

from pathlib import Path
from random import Random  # noqa: TID251 - a log is drawn from its number, the same each time

import pytest

from firmware_protocol import entries
from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.entries import Chain
from firmware_protocol.log_heads import judge, read_head
from firmware_protocol.proofs import leaf_hash
from firmware_protocol.receipts import issue_receipt, read_receipt
from server.ledger.prove import consistency_proof, inclusion_proof
from server.operate.verify_log import check_earlier, check_receipt, verify
from server.witness.mirror import Mirror
from tests.fixtures.exported_logs import LOG
from tests.fixtures.random_logs import RandomLog

PORTION = 10
IN_EVERY_RUN, IN_LONG_RUNS = range(60), range(60, 1000)


def by_the_auditor(log: RandomLog, folder: Path, chance: Random) -> None:
    """verify_log.py, with a checkpoint that somebody kept and a form that somebody printed."""
    history, size = log.history, len(log.history.notes)
    history.write(folder, witnesses=log.witnesses)
    vkeys = [Cosigner.of(each.verifier).vkey for each in log.witnesses]
    rule = [*(f"witness w{n} {vkey}" for n, vkey in enumerate(vkeys)), f"quorum {'w0' if vkeys else 'none'}"]
    (folder / "witnesses.txt").write_text("\n".join(rule) + "\n")
    result = verify(folder)
    assert (result.findings, result.size) == ([], size)
    then = chance.randint(1, size)
    (folder / "kept").write_bytes(history.checkpoint(then))
    assert check_earlier(result, folder / "kept") is None
    index = chance.randrange(then)
    path = inclusion_proof([leaf_hash(each) for each in history.notes[:then]], index)
    receipt = issue_receipt(history.checkpoint(then), LOG.verifier, index, leaf_hash(history.notes[index]), path)
    assert check_receipt(result, receipt.code) is None
    assert read_receipt(receipt.code).is_proven()


def by_a_follower(log: RandomLog, chance: Random) -> None:
    """The rule that every agent and every witness goes by, from one head to the next."""
    history, hashes = log.history, [leaf_hash(each) for each in log.history.notes]
    sizes = sorted({*(chance.randint(1, len(hashes)) for _ in range(3)), len(hashes)})
    heads = [read_head(history.checkpoint(size), LOG.verifier) for size in sizes]
    for known, shown in zip([None, *heads], heads, strict=False):
        proof = [] if known is None else consistency_proof(hashes[: shown.size], known.size)
        assert judge(known, shown, 0 if known is None else known.size, proof) == "followed"


def by_a_mirror(log: RandomLog, folder: Path, copy: Path, chance: Random) -> None:
    """The witness's copy, begun when the log was shorter."""
    mirror = Mirror(copy, LOG.verifier)
    early = log.history.write(folder.with_suffix(".early"), size=chance.randint(1, len(log.history.notes)))
    known = mirror.follow(lambda path: (early / path).read_bytes(), None)
    assert mirror.follow(lambda path: (folder / path).read_bytes(), known).size == len(log.history.notes)


def by_the_server(log: RandomLog) -> None:
    """Signatures and chains as the server takes entries in."""
    chains: dict[tuple[str, int], Chain] = {}
    verifiers = [signer.verifier for signer in log.keys.values()]
    for note in log.history.notes:
        entry = entries.parse(note, verifiers)
        chain = chains.get((entry.by, entry.epoch), Chain(entry.by, entry.epoch))
        assert chain.continues_with(entry)
        chains[entry.by, entry.epoch] = chain.extend(note)


def nobody_is_alarmed(seed: int, folder: Path) -> None:
    """Everybody looks at the log of this seed."""
    log, chance = RandomLog.drawn(seed), Random(seed)  # noqa: S311
    by_the_auditor(log, folder / f"{seed}", chance)
    by_a_mirror(log, folder / f"{seed}", folder / f"{seed}.mirror", chance)
    by_a_follower(log, chance)
    by_the_server(log)


@pytest.mark.parametrize("first", IN_EVERY_RUN[::PORTION])
def test_a_clean_random_log_alarms_nobody(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + PORTION):
        nobody_is_alarmed(seed, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("first", IN_LONG_RUNS[::PORTION])
def test_nor_do_a_thousand(first: int, tmp_path: Path) -> None:
    for seed in range(first, first + PORTION):
        nobody_is_alarmed(seed, tmp_path)
