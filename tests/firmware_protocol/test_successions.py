"""A key names the next one, both sign, and where in the log each counts is for everybody to see."""

from dataclasses import replace

import pytest

from firmware_protocol.checkpoints import sign_checkpoint
from firmware_protocol.key_changes import (
    KeyChange,
    KeyDelivery,
    KeyHistory,
    encode_changes,
    follow_keys,
    parse_changes,
    ring_to,
)
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, write_document
from firmware_protocol.successions import KIND, KeyRing, Succession, read_succession, write_succession
from tests.device_agent.hall import LOG_SIGNER, SERVER_SIGNER
from tests.device_agent.township_log import TownshipLog

SECOND, THIRD, STOLEN = (Signer(LOG_SIGNER.name, bytes([n]) * 32) for n in (21, 22, 23))
NEXT_PERMIT = Signer(SERVER_SIGNER.name, bytes([31]) * 32)
ROOT = bytes(32)


def lived() -> TownshipLog:
    """Entry 3 gives the log's key a successor, entry 5 the permit key, entry 7 ends the log's old key."""
    log = TownshipLog().grow(3).rotate(SECOND).grow(1).rotate(NEXT_PERMIT).grow(1)
    return log.end(LOG_SIGNER).grow(2)


def test_a_succession_is_read_as_it_was_written() -> None:
    note = write_succession(LOG_SIGNER, SECOND)
    assert read_succession(note) == Succession(LOG_SIGNER.verifier, SECOND.verifier)


def _fields(old: Signer, new: Signer) -> dict[str, str]:
    return {"old": old.verifier.vkey, "new": new.verifier.vkey}


NO_SUCCESSION = {
    "the old key did not sign": write_document(KIND, _fields(LOG_SIGNER, SECOND), SECOND),
    "the new key did not sign": write_document(KIND, _fields(LOG_SIGNER, SECOND), LOG_SIGNER),
    "somebody else signed": write_document(KIND, _fields(LOG_SIGNER, SECOND), STOLEN, SECOND),
    "another name": write_document(KIND, _fields(LOG_SIGNER, NEXT_PERMIT), LOG_SIGNER, NEXT_PERMIT),
    "the same key": write_document(KIND, _fields(SECOND, SECOND), SECOND),
    "another kind of document": write_document("gongguan-roster/v1", _fields(LOG_SIGNER, SECOND), LOG_SIGNER, SECOND),
    "a field more": write_document(KIND, {**_fields(LOG_SIGNER, SECOND), "x": "y"}, LOG_SIGNER, SECOND),
    "no key": write_document(KIND, {"old": "a", "new": "b"}, LOG_SIGNER, SECOND),
    "a number": write_document(KIND, {"old": 1, "new": 2}, LOG_SIGNER, SECOND),
    "nothing": b"",
}


@pytest.mark.parametrize("note", NO_SUCCESSION.values(), ids=NO_SUCCESSION)
def test_what_not_both_keys_signed_hands_nothing_over(note: bytes) -> None:
    with pytest.raises((MalformedNote, UnverifiedNote)):
        read_succession(note)


@pytest.mark.parametrize("new", [NEXT_PERMIT, LOG_SIGNER], ids=["another name", "the same key"])
def test_a_key_is_followed_by_another_one_of_its_name(new: Signer) -> None:
    with pytest.raises(MalformedNote):
        write_succession(LOG_SIGNER, new)


def test_each_key_counts_in_its_part_of_the_log() -> None:
    history = KeyHistory.of(SERVER_SIGNER.verifier, LOG_SIGNER.verifier).follow(lived().changes())
    first, second = history.log.periods
    assert [size for size in range(10) if first.may_head(size)] == [0, 1, 2, 3, 4, 5, 6, 7]
    assert [size for size in range(10) if second.may_head(size)] == [4, 5, 6, 7, 8, 9]
    old, new = history.permit.periods
    assert [at for at in range(10) if old.signs_entry(at)] == [0, 1, 2, 3, 4, 5]
    assert [at for at in range(10) if new.signs_entry(at)] == [6, 7, 8, 9]
    assert history.log.believed == (SECOND.verifier,)
    assert history.permit.believed == (NEXT_PERMIT.verifier, SERVER_SIGNER.verifier)
    assert history.log.ended == {LOG_SIGNER.verifier.key_id.hex()}


HEADS = {
    "the old key before its end": (7, (LOG_SIGNER,), True),
    "the old key after its end": (8, (LOG_SIGNER,), False),
    "the new key before it came": (3, (SECOND,), False),
    "the new key": (8, (SECOND,), True),
    "both after the end of one": (8, (SECOND, LOG_SIGNER), True),
    "a key that never was": (8, (STOLEN,), False),
}


@pytest.mark.parametrize(("size", "signers", "counts"), HEADS.values(), ids=HEADS)
def test_a_head_counts_by_a_key_that_counted_then(size: int, signers: tuple[Signer, ...], counts: bool) -> None:
    ring = ring_to(SECOND.verifier, lived().changes())
    note = sign_checkpoint(size, ROOT, *signers)
    if counts:
        assert ring.read_head(note).size == size
    else:
        with pytest.raises(UnverifiedNote):
            ring.read_head(note)


def test_news_that_is_known_changes_nothing() -> None:
    known = KeyHistory.of(SERVER_SIGNER.verifier, LOG_SIGNER.verifier).follow(lived().changes())
    assert known.follow(lived().changes()) == known


def test_whoever_begins_in_the_middle_of_the_chain_finds_its_end() -> None:
    changes = lived().rotate(THIRD).changes()
    begun = KeyHistory.of(NEXT_PERMIT.verifier, SECOND.verifier)
    assert begun.follow(changes).log.newest == THIRD.verifier
    assert follow_keys(KeyRing.of(LOG_SIGNER.verifier), changes).newest == THIRD.verifier
    assert [each.key for each in ring_to(THIRD.verifier, changes).periods] == [
        each.verifier for each in (LOG_SIGNER, SECOND, THIRD)
    ]


def test_a_key_that_was_followed_hands_over_to_nobody_else() -> None:
    stolen = lived()
    stolen.log = LOG_SIGNER
    changes = stolen.rotate(STOLEN).changes()
    known = KeyHistory.of(SERVER_SIGNER.verifier, LOG_SIGNER.verifier).follow(changes)
    assert known.log.newest == SECOND.verifier
    assert follow_keys(KeyRing.of(LOG_SIGNER.verifier), changes).newest == SECOND.verifier


def test_an_old_permit_key_says_nothing_of_keys_any_more() -> None:
    stolen = lived()
    stolen.permit = SERVER_SIGNER
    known = KeyHistory.of(SERVER_SIGNER.verifier, LOG_SIGNER.verifier).follow(stolen.rotate(THIRD).changes())
    assert known.log.newest == SECOND.verifier


def test_where_no_chain_leads_to_a_key_it_stands_alone() -> None:
    assert ring_to(STOLEN.verifier, lived().changes()) == KeyRing.of(STOLEN.verifier)


def test_the_list_is_read_as_it_was_written() -> None:
    delivery = KeyDelivery(lived().changes(), lived().step())
    assert parse_changes(encode_changes(delivery)) == delivery


NO_LIST = {
    "nothing": b"",
    "not an object": b"[]",
    "no step": b'{"changes":[]}',
    "an index below zero": b'{"changes":[{"index":-1,"entry":"","inclusion":[]}],"step":""}',
    "an index that is none": b'{"changes":[{"index":true,"entry":"","inclusion":[]}],"step":""}',
    "half a hash": b'{"changes":[{"index":0,"entry":"","inclusion":["AA=="]}],"step":""}',
    "a path without end": encode_changes(KeyDelivery((KeyChange(0, b"", (ROOT,) * 65),))),
    "a number for an entry": b'{"changes":[{"index":0,"entry":7,"inclusion":[]}],"step":""}',
}


@pytest.mark.parametrize("payload", NO_LIST.values(), ids=NO_LIST)
def test_what_is_no_list_of_changes_is_malformed(payload: bytes) -> None:
    with pytest.raises(MalformedNote):
        parse_changes(payload)


@pytest.mark.parametrize("entry", [b"", b"hello\n", lived().entries[0]], ids=["nothing", "no note", "another entry"])
def test_what_says_nothing_of_keys_changes_nothing(entry: bytes) -> None:
    ring = KeyRing.of(LOG_SIGNER.verifier)
    assert follow_keys(ring, [KeyChange(0, entry)]) == ring
    assert replace(KeyChange(0, entry)).entry == entry
