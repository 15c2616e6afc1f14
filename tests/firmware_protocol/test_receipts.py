"""A receipt on paper: what it says can be checked years later, and nobody else can have written it."""

import contextlib
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.checkpoints import read_checkpoint, sign_checkpoint
from firmware_protocol.cosignatures import Cosigner, cosign, times_cosigned, with_signatures
from firmware_protocol.notes import MalformedNote, Signer, parse_note
from firmware_protocol.proofs import check_inclusion, leaf_hash
from firmware_protocol.receipts import PLAIN_BYTES, Receipt, issue_receipt, read_receipt
from server.ledger.prove import inclusion_proof, root_of

LOG = Signer("gongguan.test/log", bytes(range(32)))
LEAVES = [leaf_hash(str(n).encode()) for n in range(77)]
HEAD = sign_checkpoint(77, root_of(LEAVES), LOG)
ADDRESS = "http://10.0.0.7/verify#"


AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
WITNESSES = [
    Signer(name, bytes([number]) * 32) for number, name in enumerate(("镇纪委/w1", "gongguan.test/agent/hall-1"), 1)
]
COSIGNERS = [Cosigner.of(each.verifier) for each in WITNESSES]
SEEN = with_signatures(HEAD, [cosign(parse_note(HEAD).text, each, AT) for each in reversed(WITNESSES)])


def receipt(index: int, *, is_full: bool = False) -> Receipt:
    path = inclusion_proof(LEAVES, index) if is_full else None
    return issue_receipt(SEEN, LOG.verifier, index, LEAVES[index], path, COSIGNERS)


@pytest.mark.parametrize("is_full", [False, True], ids=["plain", "full"])
@pytest.mark.parametrize("index", [0, 31, 76])
def test_what_is_printed_reads_back_signed_and_proven(index: int, is_full: bool) -> None:
    issued = receipt(index, is_full=is_full)
    read = read_receipt(ADDRESS + issued.code)
    assert read == issued
    assert read.is_signed_by(LOG.verifier)
    assert read.is_proven() == is_full
    assert read.is_proven(inclusion_proof(LEAVES, index))


def test_a_full_receipt_says_who_else_saw_its_head_and_a_wrong_cosignature_is_none() -> None:
    full = receipt(9, is_full=True)
    assert full.witnessed(LOG.verifier, COSIGNERS) == dict.fromkeys([each.name for each in COSIGNERS], AT)
    assert [each.name for each in full.cosignatures] == [each.name for each in COSIGNERS]
    assert full.witnessed(LOG.verifier, []) == {}
    assert full.plain == receipt(9)
    other = replace(full, root=bytes(32))
    assert other.witnessed(LOG.verifier, COSIGNERS) == dict.fromkeys([each.name for each in COSIGNERS])


def test_a_full_receipt_is_a_proof_in_the_open_format() -> None:
    full = receipt(9, is_full=True)
    first, _, checkpoint = full.as_tlog_proof(LOG.verifier).partition("\n\n")
    assert read_checkpoint(checkpoint.encode(), [LOG.verifier]).root == full.root
    assert len(times_cosigned(checkpoint.encode(), COSIGNERS)) == len(COSIGNERS)
    kind, extra, index, *path = first.split("\n")
    assert (kind, index) == ("c2sp.org/tlog-proof@v1", "index 9")
    assert b64decode(extra.removeprefix("extra ")) == LEAVES[9]
    assert check_inclusion(LEAVES[9], 9, 77, [b64decode(each) for each in path], full.root)


def test_a_plain_receipt_fits_a_small_code() -> None:
    assert PLAIN_BYTES == 143
    assert len(receipt(5).code) == 191


def test_another_logs_key_has_not_signed_it() -> None:
    assert not receipt(5).is_signed_by(Signer("gongguan.test/log", bytes(32)).verifier)


def test_an_entry_outside_the_log_has_no_receipt() -> None:
    with pytest.raises(MalformedNote):
        issue_receipt(HEAD, LOG.verifier, 77, LEAVES[0])


@given(st.sampled_from([False, True]), st.data())
def test_one_changed_character_is_noticed(is_full: bool, data: st.DataObject) -> None:
    code = receipt(9, is_full=is_full).code
    at = data.draw(st.integers(0, len(code) - 1))
    other = data.draw(st.sampled_from("ABCabc019-_"))
    changed = code[:at] + other + code[at + 1 :]
    try:
        read = read_receipt(changed)
    except MalformedNote:
        return
    path = inclusion_proof(LEAVES, read.index) if read.index < len(LEAVES) else []
    is_right = read.is_signed_by(LOG.verifier) and read.is_proven(path) and (not is_full or read.is_proven())
    seen = read.witnessed(LOG.verifier, COSIGNERS)
    assert (is_right and (not is_full or (seen == dict.fromkeys(seen, AT) and len(seen) == 2))) == (changed == code)


@given(st.text())
def test_any_text_is_a_receipt_or_is_not(text: str) -> None:
    with contextlib.suppress(MalformedNote):
        assert read_receipt(text).code
