"""The auditor's one file reads what the product reads, and checks signatures with nothing but arithmetic."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol import entries
from firmware_protocol.entries import SERVER
from firmware_protocol.notes import MalformedNote, UnverifiedNote, sign_text
from server.operate import verify_log
from server.operate.verify_log import ORDER, check_by_hand
from tests.fixtures.exported_logs import AGENTS, PERMIT, History

KEYS = {(SERVER, 1): PERMIT, ("hall-1", 1): AGENTS["hall-1"], ("hall-2", 1): AGENTS["hall-2"]}
NOTES = History.lived(300).notes

# The same verdict as the product's own reading of an entry, whatever the bytes.

BYTES = (b"", b"{", b"}", b'"', b",", b":", b"\n", b" ", b"0", b"a", b"Z", b"\\", b"=", b"\xe4")


@given(st.integers(0, 299), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1), st.sampled_from(BYTES)), max_size=3))
@settings(max_examples=150, deadline=None)
def test_it_reads_an_entry_exactly_as_the_product_does(position: int, changes: list[tuple[float, int, bytes]]) -> None:
    raw = NOTES[position]
    for part, dropped, put in changes:
        at = int(part * len(raw))
        raw = raw[:at] + put + raw[at + dropped :]
    assert accepted_by_the_kit(raw) == accepted_by_the_product(raw)


ODD = {
    "two spaces": b'{"by":  "hall-1"',
    "a field twice": b'{"by":"hall-1","by":"hall-1"',
    "a field more": b'{"more":1,"by":"hall-1"',
    "not a number": b'{"epoch":NaN,"by":"hall-1"',
    "half a character": b'{"by":"\\ud800"',
    "true for one": b'{"by":"hall-1","epoch":true',
}


@pytest.mark.parametrize("beginning", ODD.values(), ids=ODD)
def test_odd_json_is_read_as_the_product_reads_it(beginning: bytes) -> None:
    text = NOTES[3].rpartition(b"\n\n")[0].replace(b'{"by":"hall-1"', beginning).decode() + "\n"
    raw = sign_text(text, AGENTS["hall-1"])
    assert accepted_by_the_kit(raw) == accepted_by_the_product(raw)


def accepted_by_the_kit(raw: bytes) -> bool:
    keys = {source: verify_log.Key(each.name, each.verifier.public_bytes) for source, each in KEYS.items()}
    try:
        verify_log.read_entry(raw, keys, with_signature=True)
    except verify_log.Unreadable:
        return False
    return True


def accepted_by_the_product(raw: bytes) -> bool:
    for source, signer in KEYS.items():
        try:
            entry = entries.parse(raw, [signer.verifier])
        except (UnverifiedNote, MalformedNote):
            continue
        return (entry.by, entry.epoch) == source
    return False


# Without `cryptography`, on any computer.


@given(st.binary(max_size=300), st.binary(min_size=32, max_size=32), st.integers(0, 63), st.integers(0, 7))
@settings(max_examples=40, deadline=None)
def test_signatures_checked_by_hand_agree_with_the_library(message: bytes, seed: bytes, at: int, bit: int) -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes([seed[0] % 4]) * 32)  # few keys: each has a table to be made
    public, signature = key.public_key().public_bytes_raw(), key.sign(message)
    bent = bytearray(signature)
    bent[at] ^= 1 << bit
    assert check_by_hand(public, message, signature)
    assert not check_by_hand(public, message, bytes(bent))
    assert not check_by_hand(public, message + b".", signature)


def test_a_signature_has_one_form_only() -> None:
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public, signature = key.public_key().public_bytes_raw(), key.sign(b"text")
    larger = int.from_bytes(signature[32:], "little") + ORDER
    assert not check_by_hand(public, b"text", signature[:32] + larger.to_bytes(32, "little"))
    assert not check_by_hand(public, b"text", signature[:-1])
    assert not check_by_hand(b"\xff" * 32, b"text", signature)
