"""What a witness answers: every line of the specification by table, and bytes that are no request."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.add_checkpoint import (
    Accepted,
    AddCheckpoint,
    Rejected,
    answer,
    encode_request,
    origin_of,
    parse_request,
)
from firmware_protocol.checkpoints import Checkpoint, sign_checkpoint
from firmware_protocol.log_heads import read_head
from firmware_protocol.notes import MalformedNote, Signer
from firmware_protocol.proofs import EMPTY_ROOT, leaf_hash
from server.ledger.prove import consistency_proof
from tests.device_agent.hall import LOG_SIGNER
from tests.device_agent.township_log import TownshipLog

KEYS = {LOG_SIGNER.name: LOG_SIGNER.verifier}
FIVE = TownshipLog().grow(5)
NINE = FIVE.fork().grow(4)
FORK = TownshipLog([*FIVE.entries[:4]], FIVE.at).grow(1)
FORK.entries[4] = FORK.entries[3]
STRANGER = Signer("stranger.test/log", b"x" * 32)


def request(log: TownshipLog, old: int, proof_from: int | None = None) -> AddCheckpoint:
    hashes = [leaf_hash(entry) for entry in log.entries]
    earlier = old if proof_from is None else proof_from
    proof = tuple(consistency_proof(hashes, earlier)) if 0 < earlier <= log.size else ()
    return AddCheckpoint(old, proof, log.head())


def checkpoint(log: TownshipLog) -> Checkpoint:
    return read_head(log.head(), LOG_SIGNER.verifier).checkpoint


FORGED = sign_checkpoint(9, EMPTY_ROOT, Signer(LOG_SIGNER.name, b"x" * 32))
ANSWERS = {
    "the first of all": (request(FIVE, 0), None, Accepted(checkpoint(FIVE))),
    "the next, proven": (request(NINE, 5), FIVE, Accepted(checkpoint(NINE))),
    "the same again": (request(FIVE, 5), FIVE, Accepted(checkpoint(FIVE))),
    "a log nobody witnesses": (AddCheckpoint(0, (), sign_checkpoint(1, EMPTY_ROOT, STRANGER)), None, Rejected(404)),
    "a key that is not the log's": (AddCheckpoint(5, (), FORGED), FIVE, Rejected(403)),
    "an old size beyond the new": (request(FIVE, 6), NINE, Rejected(400)),
    "from a size that is not the known one": (request(NINE, 4), FIVE, Rejected(409, 5)),
    "from nothing, to hear the known size": (request(NINE, 0), FIVE, Rejected(409, 5)),
    "an older head": (request(FIVE, 5), NINE, Rejected(409, 9)),
    "another root of the known size": (request(FORK, 5), FIVE, Rejected(409, 5, "forked")),
    "another root of the known size, from nothing": (request(FORK, 0), FIVE, Rejected(409, 5, "forked")),
    "no proof": (replace(request(NINE, 5), proof=()), FIVE, Rejected(422, dispute="unproven")),
    "another tree's proof": (request(NINE, 5, 4), FIVE, Rejected(422, dispute="unproven")),
    "a proof from nothing": (replace(request(NINE, 5), old_size=0), None, Rejected(422)),
    "a proof though it is the same": (replace(request(FIVE, 5), proof=(EMPTY_ROOT,)), FIVE, Rejected(422)),
    "no checkpoint": (AddCheckpoint(0, (), b"hello\n"), None, Rejected(400)),
}


@pytest.mark.parametrize(("asked", "known", "answered"), ANSWERS.values(), ids=ANSWERS)
def test_a_witness_answers_as_specified(
    asked: AddCheckpoint, known: TownshipLog | None, answered: Accepted | Rejected
) -> None:
    assert answer(asked, KEYS, None if known is None else checkpoint(known)) == answered


def test_a_request_is_read_as_it_was_written() -> None:
    for asked in (request(FIVE, 0), request(NINE, 5), request(FIVE, 5)):
        assert parse_request(encode_request(asked)) == asked
        assert origin_of(asked) == LOG_SIGNER.name


WHOLE = encode_request(request(NINE, 5)).decode()
UNREADABLE = {
    "nothing": "",
    "no old size": WHOLE.removeprefix("old 5\n"),
    "a leading zero": WHOLE.replace("old 5", "old 05"),
    "a negative size": WHOLE.replace("old 5", "old -5"),
    "two spaces": WHOLE.replace("old 5", "old  5"),
    "a short hash": WHOLE.replace("=\n", "\n", 1),
    "no empty line": WHOLE.replace("\n\n", "\n", 1).rpartition("\n\n")[0],
    "too many hashes": WHOLE.replace("old 5\n", "old 5\n" + "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n" * 64),
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_request_is_not_read(text: str) -> None:
    with pytest.raises(MalformedNote):
        origin_of(parse_request(text.encode()))


@given(body=st.binary(max_size=200))
def test_garbage_is_never_more_than_malformed(body: bytes) -> None:
    with pytest.raises(MalformedNote):
        origin_of(parse_request(body))
