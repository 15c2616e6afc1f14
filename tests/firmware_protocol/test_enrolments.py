"""Enrolment's bytes: tokens as people type them, keys that prove themselves, one code over everything said."""

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, EllipticCurve, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from firmware_protocol.enrolments import (
    PRESENTER,
    Admission,
    MalformedToken,
    Presentation,
    Terms,
    comparison_code,
    in_groups,
    is_pinned,
    read_admission,
    read_presentation,
    read_terms,
    read_token,
    write_admission,
    write_presentation,
    write_terms,
    write_token,
)
from firmware_protocol.notes import MalformedNote, Signer, UnverifiedNote, read_json, write_document

MACHINE, OTHER, PERMIT = (Signer(name, bytes([n]) * 32) for n, name in enumerate((PRESENTER, PRESENTER, "t/permit")))
CERTIFICATE = b"the township's own"
AUTHORITY = hashlib.sha256(CERTIFICATE).hexdigest()
TOKEN = write_token(bytes(range(16)), AUTHORITY)


def tls_key(curve: EllipticCurve) -> bytes:
    public = generate_private_key(curve).public_key()
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


SAID = Presentation(TOKEN, MACHINE.verifier.public_bytes, "ab" * 32, tls_key(SECP256R1()))
TERMS = Terms("e-1", "hall-1", 2, "t", PERMIT.verifier.vkey, Signer("t/log", b"l" * 32).verifier.vkey, "n", AUTHORITY)

TYPED = {
    "as printed": lambda token: token,
    "in small letters": str.lower,
    "with blanks": lambda token: token.replace("-", "  "),
    "with look-alikes": lambda token: token.replace("O", "0").replace("I", "l").replace("B", "8"),
}
NO_TOKENS = {"nothing": "", "a letter short": TOKEN[:-1], "a letter long": f"{TOKEN}A", "half": TOKEN[:20]}
CHANGED: dict[str, Callable[[], str]] = {
    "another machine's key": lambda: comparison_code(replace(SAID, key=OTHER.verifier.public_bytes), TERMS),
    "another broker password": lambda: comparison_code(replace(SAID, broker_password="cd" * 32), TERMS),
    "another key for TLS": lambda: comparison_code(replace(SAID, tls_key=tls_key(SECP256R1())), TERMS),
    "another name": lambda: comparison_code(SAID, replace(TERMS, agent="hall-2")),
    "another epoch": lambda: comparison_code(SAID, replace(TERMS, epoch=3)),
    "another township": lambda: comparison_code(SAID, replace(TERMS, origin="u")),
    "another permit key": lambda: comparison_code(SAID, replace(TERMS, permit=TERMS.log)),
    "another log key": lambda: comparison_code(SAID, replace(TERMS, log=TERMS.permit)),
    "another nonce": lambda: comparison_code(SAID, replace(TERMS, nonce="m")),
    "another authority": lambda: comparison_code(SAID, replace(TERMS, authority="00" * 32)),
}
_FIELDS = {"token": TOKEN, "key": SAID.key.hex(), "broker_password": "ab" * 32, "tls_key": SAID.tls_key.hex()}
UNFIT = {
    "one field more": {**_FIELDS, "agent": "hall-1"},
    "one field less": {name: value for name, value in _FIELDS.items() if name != "tls_key"},
    "a short key": {**_FIELDS, "key": "ab"},
    "no hexadecimal": {**_FIELDS, "broker_password": "z" * 64},
    "a key of another curve": {**_FIELDS, "tls_key": tls_key(SECP384R1()).hex()},
    "no key for TLS": {**_FIELDS, "tls_key": "00"},
}


@pytest.mark.parametrize("typed", TYPED.values(), ids=TYPED)
def test_a_token_is_the_same_however_it_is_typed(typed: Callable[[str], str]) -> None:
    token = read_token(typed(TOKEN))
    assert token == read_token(TOKEN)
    assert is_pinned(token.pin, CERTIFICATE)
    assert not is_pinned(token.pin, b"somebody else's")


def test_a_token_without_an_authority_pins_nothing() -> None:
    token = read_token(write_token(bytes(16)))
    assert (token.pin, is_pinned(token.pin, CERTIFICATE)) == ("", False)
    assert token.digest != read_token(TOKEN).digest


@pytest.mark.parametrize("typed", NO_TOKENS.values(), ids=NO_TOKENS)
def test_what_is_no_token_is_said_to_be_none(typed: str) -> None:
    with pytest.raises(MalformedToken):
        read_token(typed)


def test_a_machine_proves_that_it_has_the_key_it_names() -> None:
    assert read_presentation(write_presentation(SAID, MACHINE)) == SAID
    with pytest.raises(UnverifiedNote):
        read_presentation(write_presentation(SAID, OTHER))


@pytest.mark.parametrize("fields", UNFIT.values(), ids=UNFIT)
def test_what_does_not_say_everything_is_not_read(fields: dict[str, str]) -> None:
    with pytest.raises(MalformedNote):
        read_presentation(write_document("gongguan-enrolment/v1", fields, MACHINE))


@pytest.mark.parametrize("changed", CHANGED.values(), ids=CHANGED)
def test_whatever_differs_between_the_screens_changes_the_code(changed: Callable[[], str]) -> None:
    assert changed() != comparison_code(SAID, TERMS)


def test_the_code_is_six_groups_and_says_nothing_of_the_token() -> None:
    code = comparison_code(SAID, TERMS)
    assert [len(group) for group in code.split(" ")] == [4] * 6
    assert comparison_code(replace(SAID, token="other"), TERMS) == code
    assert in_groups("0123456789abcdef" * 2) == "0123 4567 89ab cdef 0123 4567"


def test_terms_come_back_as_they_were_written() -> None:
    assert read_terms(read_json(write_terms(TERMS))) == TERMS
    for name in ("enrolment", "agent", "epoch", "origin", "permit", "log", "authority"):
        with pytest.raises(MalformedNote):
            read_terms({**read_json(write_terms(TERMS)), name: None})


def test_an_admission_is_believed_from_the_compared_key_for_this_enrolment_alone() -> None:
    admission = Admission("e-1", "key", {"agent": "hall-1"}, certificate="PEM")
    note = write_admission(admission, PERMIT)
    assert read_admission(note, TERMS) == admission
    with pytest.raises(MalformedNote):
        read_admission(note, replace(TERMS, enrolment="e-2"))
    with pytest.raises(UnverifiedNote):
        read_admission(write_admission(admission, Signer("t/permit", b"x" * 32)), TERMS)
