"""Who else saw a head of the log: other people's vector, and what is no cosignature."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.checkpoints import Checkpoint, sign_checkpoint
from firmware_protocol.cosignatures import Cosigner, cosign, times_cosigned, with_signatures
from firmware_protocol.notes import MalformedNote, Signature, Signer, open_note, parse_note
from firmware_protocol.proofs import EMPTY_ROOT

LOG = Signer("gongguan.test/log", b"l" * 32)
WITNESS = Signer("witness.test/w1", b"w" * 32)
NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NOTE = sign_checkpoint(7, EMPTY_ROOT, LOG)
TEXT = parse_note(NOTE).text


def test_a_cosigned_checkpoint_says_who_saw_it_and_when() -> None:
    note = with_signatures(NOTE, [cosign(TEXT, WITNESS, NINE), cosign(TEXT, LOG, NINE + timedelta(seconds=5))])
    cosigners = [Cosigner.of(WITNESS.verifier), Cosigner.of(LOG.verifier)]
    assert times_cosigned(note, cosigners) == {WITNESS.name: NINE, LOG.name: NINE + timedelta(seconds=5)}


def test_readers_that_know_nothing_of_cosignatures_read_the_checkpoint_all_the_same() -> None:
    note = with_signatures(NOTE, [cosign(TEXT, WITNESS, NINE), cosign(TEXT, LOG, NINE)])
    assert open_note(note, [LOG.verifier]).text == TEXT


def test_a_newer_cosignature_takes_the_place_of_the_one_before() -> None:
    once = with_signatures(NOTE, [cosign(TEXT, WITNESS, NINE)])
    twice = with_signatures(once, [cosign(TEXT, WITNESS, NINE + timedelta(minutes=1))])
    assert len(parse_note(twice).signatures) == 2
    assert times_cosigned(twice, [Cosigner.of(WITNESS.verifier)]) == {WITNESS.name: NINE + timedelta(minutes=1)}


def test_the_signed_message_is_the_one_of_the_specification() -> None:
    line = cosign(TEXT, WITNESS, NINE)
    seconds = int(NINE.timestamp())
    message = f"cosignature/v1\ntime {seconds}\n{TEXT}"
    assert line.value == seconds.to_bytes(8, "big") + WITNESS.sign(message).value


OTHERS = {
    "a plain signature of the same key": WITNESS.sign(TEXT),
    "of another text": cosign(Checkpoint(LOG.name, 8, EMPTY_ROOT).text, WITNESS, NINE),
    "of another key": cosign(TEXT, Signer(WITNESS.name, b"x" * 32), NINE),
    "nothing but a time": Signature(WITNESS.name, Cosigner.of(WITNESS.verifier).key_id, bytes(8)),
    "a time beyond all clocks": Signature(WITNESS.name, Cosigner.of(WITNESS.verifier).key_id, b"\xff" * 72),
    "another time than was signed": Signature(
        WITNESS.name,
        Cosigner.of(WITNESS.verifier).key_id,
        (int(NINE.timestamp()) + 1).to_bytes(8, "big") + cosign(TEXT, WITNESS, NINE).value[8:],
    ),
}


@pytest.mark.parametrize("line", OTHERS.values(), ids=OTHERS.keys())
def test_any_other_line_counts_for_nothing(line: Signature) -> None:
    assert times_cosigned(with_signatures(NOTE, [line]), [Cosigner.of(WITNESS.verifier)]) == {}


@given(value=st.binary(min_size=1, max_size=90))
def test_garbage_in_a_cosigners_name_is_never_believed(value: bytes) -> None:
    cosigner = Cosigner.of(WITNESS.verifier)
    assert cosigner.time_of(TEXT, Signature(cosigner.name, cosigner.key_id, value)) is None


def test_a_cosigners_key_is_written_as_a_line_of_its_own_kind() -> None:
    cosigner = Cosigner.of(WITNESS.verifier)
    assert Cosigner.parse(cosigner.vkey) == cosigner
    for vkey in (WITNESS.verifier.vkey, cosigner.vkey.replace("+", "+0", 1), "witness"):
        with pytest.raises(MalformedNote):
            Cosigner.parse(vkey)
