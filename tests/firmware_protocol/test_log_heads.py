"""The one rule by which agents and witnesses follow a log: every verdict by table, and any growing log by chance."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.cosignatures import cosign
from firmware_protocol.log_heads import Head, is_issued, judge, read_head
from firmware_protocol.log_steps import Issued, LogHeld, LogStep, encode_held, encode_step, parse_held, parse_step
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, write_document
from firmware_protocol.proofs import leaf_hash
from server.ledger.prove import consistency_proof
from tests.device_agent.hall import AGENT_SIGNER, LOG_SIGNER, NOON, SERVER_SIGNER, take_permit
from tests.device_agent.township_log import TownshipLog


def head_of(log: TownshipLog) -> Head:
    return read_head(log.head(), LOG_SIGNER.verifier)


def proof(log: TownshipLog, earlier: int) -> tuple[bytes, ...]:
    return tuple(consistency_proof([leaf_hash(entry) for entry in log.entries], earlier))


FIVE = TownshipLog().grow(5)
NINE = FIVE.fork().grow(4)
OTHER_NINE = FIVE.fork()
OTHER_NINE.issue(take_permit())
OTHER_NINE.grow(3)
LATER_FIVE = replace(head_of(FIVE), at=NINE.at + timedelta(seconds=1))
KNOWN, SHOWN, FORK = head_of(FIVE), head_of(NINE), head_of(OTHER_NINE)
NO_TIME = replace(SHOWN, at=None)

VERDICTS = {
    "the first head of all": (None, SHOWN, 0, (), "followed"),
    "a first head proven from one nobody showed": (None, SHOWN, 5, proof(NINE, 5), "unlinked"),
    "a longer log, proven": (KNOWN, SHOWN, 5, proof(NINE, 5), "followed"),
    "a longer log, proven from another size": (KNOWN, SHOWN, 4, proof(NINE, 4), "unlinked"),
    "a longer log without a word": (KNOWN, SHOWN, 0, (), "unlinked"),
    "a longer log with no proof": (KNOWN, SHOWN, 5, (), "forked"),
    "a longer log with another's proof": (KNOWN, SHOWN, 5, proof(NINE, 4), "forked"),
    "the same head again": (KNOWN, KNOWN, 5, (), "same"),
    "the same head, later": (KNOWN, LATER_FIVE, 5, (), "same"),
    "another history of the same length": (SHOWN, FORK, 9, (), "forked"),
    "another history of another length": (FORK, head_of(NINE.fork().grow()), 9, proof(NINE.fork().grow(), 9), "forked"),
    "an older head that was under way": (SHOWN, KNOWN, 5, (), "behind"),
    "an older head that is now the newest": (SHOWN, LATER_FIVE, 9, (), "shrunk"),
    "an older head, nobody knows since when": (NO_TIME, LATER_FIVE, 9, (), "behind"),
}


@pytest.mark.parametrize(("known", "shown", "earlier", "path", "verdict"), VERDICTS.values(), ids=VERDICTS)
def test_a_head_is_judged_by_the_one_before(known, shown, earlier, path, verdict) -> None:
    assert judge(known, shown, earlier, path) == verdict


@settings(max_examples=60)
@given(sizes=st.lists(st.integers(1, 40), min_size=2, max_size=8))
def test_a_log_that_only_grows_is_followed_step_by_step(sizes: list[int]) -> None:
    whole = TownshipLog().grow(max(sizes))
    known: Head | None = None
    for size in sorted(set(sizes)):
        log = TownshipLog(whole.entries[:size], whole.at)
        earlier = 0 if known is None else known.size
        path = proof(log, earlier) if earlier else ()
        assert judge(known, head_of(log), earlier, path) == "followed"
        known = head_of(log)


@settings(max_examples=60)
@given(common=st.integers(1, 30), mine=st.integers(1, 10), theirs=st.integers(1, 10))
def test_two_histories_never_pass_for_one(common: int, mine: int, theirs: int) -> None:
    ours = TownshipLog().grow(common)
    other = ours.fork()
    other.issue(take_permit())
    ours.grow(mine)
    other.grow(theirs)
    known, shown = head_of(ours), head_of(other)
    path = proof(other, known.size) if known.size < shown.size else ()
    assert judge(known, shown, known.size, path) in ("forked", "shrunk", "behind")
    assert judge(known, shown, known.size, path) != "behind" or shown.at <= known.at  # type: ignore[operator]


PERMIT = take_permit()
LOG = TownshipLog().grow(3)
DOCUMENT = LOG.issue(PERMIT)
LOG.grow(2)
ISSUED = LOG.issued(PERMIT)
OTHER_ENTRY = replace(ISSUED, entry=LOG.entries[1])
UNPROVEN = {
    "another place": replace(ISSUED, index=2),
    "a place outside the tree": replace(ISSUED, index=6),
    "no path": replace(ISSUED, inclusion=()),
    "an entry that issues nothing": replace(OTHER_ENTRY, index=1),
    "an entry nobody signed": replace(ISSUED, entry=ISSUED.entry.replace(b"permit_issued", b"permit_revoked")),
    "another permit's name": replace(ISSUED, permit="m-other"),
}


def test_a_permit_is_proven_by_its_entry_in_the_log() -> None:
    assert is_issued(ISSUED, DOCUMENT, head_of(LOG).checkpoint, SERVER_SIGNER.verifier)


@pytest.mark.parametrize("issued", UNPROVEN.values(), ids=UNPROVEN)
def test_nothing_else_proves_it(issued: Issued) -> None:
    assert not is_issued(issued, DOCUMENT, head_of(LOG).checkpoint, SERVER_SIGNER.verifier)


def test_the_proof_is_of_just_these_bytes_and_just_this_tree() -> None:
    other = take_permit(compartment=8)
    assert not is_issued(ISSUED, TownshipLog().issue(other), head_of(LOG).checkpoint, SERVER_SIGNER.verifier)
    assert not is_issued(ISSUED, DOCUMENT, SHOWN.checkpoint, SERVER_SIGNER.verifier)


def test_one_key_heads_one_log() -> None:
    with pytest.raises(UnverifiedNote):
        read_head(FIVE.head(), Signer(LOG_SIGNER.name, b"x" * 32).verifier)


def test_steps_and_what_is_held_are_read_as_they_were_written() -> None:
    step = LogStep("hall-1", FIVE.head(), 3, proof(FIVE, 3), ISSUED)
    assert parse_step(encode_step(step, SERVER_SIGNER), [SERVER_SIGNER.verifier]) == step
    for held in (LogHeld("hall-1", 0), LogHeld("hall-1", 5, cosign(KNOWN.checkpoint.text, AGENT_SIGNER, NOON))):
        assert parse_held(encode_held(held, AGENT_SIGNER), [AGENT_SIGNER.verifier]) == held


WHOLE = {"agent": "hall-1", "checkpoint": "…", "earlier": 3, "consistency": [], "issued": None}
UNREADABLE = {
    "a field too many": {**WHOLE, "more": 1},
    "a field too few": {key: value for key, value in WHOLE.items() if key != "earlier"},
    "a negative size": {**WHOLE, "earlier": -1},
    "a hash too short": {**WHOLE, "consistency": ["AAAA"]},
    "a proof longer than any": {**WHOLE, "consistency": ["47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="] * 65},
    "a proof that is no list": {**WHOLE, "consistency": "AAAA"},
    "a place without a path": {**WHOLE, "issued": {"permit": "m-1", "entry": "…", "index": 1}},
    "a place before the log": {**WHOLE, "issued": {"permit": "m-1", "entry": "…", "index": -1, "inclusion": []}},
}


@pytest.mark.parametrize("fields", UNREADABLE.values(), ids=UNREADABLE)
def test_any_other_step_is_not_read(fields: dict[str, object]) -> None:
    with pytest.raises(MalformedNote):
        parse_step(write_document("gongguan-log-step/v1", fields, SERVER_SIGNER), [SERVER_SIGNER.verifier])
