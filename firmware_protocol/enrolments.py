"""Enrolment: how a machine becomes an agent of a township, with keys that it made itself.

1. An administrator opens an enrolment; the page shows a token, once.
2. The machine makes its keys and posts `{"presentation":"<note>"}` to `/agent/v1/enrolments/`. The note is a
   `gongguan-enrolment/v1`, signed by the new key; but for the token all of it is hexadecimal::

       {"token":"…","key":"<32 bytes>","broker_password":"<SHA-256>","tls_key":"<DER>"}

3. The server answers with its terms, in JSON: who the machine will be, and the server's own public keys.
4. Both sides show one code over all that was said, six groups of four; two people compare the two screens and confirm.
5. The server answers `gongguan-admission/v1`, signed by the permit key, at `/agent/v1/enrolments/<enrolment>`::

       {"enrolment":"…","key":"<verifier key>","bundle":{…},"broker_ca":"<PEM>","certificate":"<PEM>"}

   `bundle` is the agent's file (`device_agent/bundle.py`) without the two secrets, which never left the machine:
   its private key, and the password of which the broker knows the SHA-256. The certificates may be left out.

The token is 26 letters: 128 random bits, of which the server keeps the SHA-256. Where the township has an authority of
its own, 26 more letters are the pin: the first 128 bits of the SHA-256 of its certificate, so that the machine knows
its server before it says anything.
"""

import hashlib
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from firmware_protocol.codes import read_code, write_code
from firmware_protocol.notes import (
    MalformedNote,
    Signer,
    Verifier,
    document_fields,
    parse_note,
    read_document,
    write_document,
    write_json,
)
from firmware_protocol.values import read_count, read_text

TOKEN_BYTES = 16
PRESENTATION_BYTES_MAX = 4096
PRESENTATION = "presentation"
"""The one field in which the note is posted."""
ADMISSION_BYTES_MAX = 256 * 1024
PRESENTER = "gongguan-enrolment"
"""The name under which a machine signs before it has one."""
_LETTERS = 26
_PRESENTATION, _ADMISSION = "gongguan-enrolment/v1", "gongguan-admission/v1"
_COMPARISON = b"gongguan-comparison/v1\n"
_KEY_BYTES = 32
_GROUPS = range(0, 24, 4)


class MalformedToken(ValueError):
    """What was typed is no token."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is compared: what proves that the machine was invited, and the pin, empty without an authority."""

    secret: str = field(repr=False)
    pin: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 (hex): all that the server keeps."""
        return hashlib.sha256(self.secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Presentation:
    """What a machine says of itself: its public key, its broker password's SHA-256 (hex), its public key for TLS."""

    token: str = field(repr=False)
    key: bytes
    broker_password: str
    tls_key: bytes


@dataclass(frozen=True, slots=True)
class Terms:
    """Who the machine will be, and the server's verifier keys; `authority` is the SHA-256 (hex) of its certificate.

    `nonce` is what nobody knew before the machine's keys were taken down: so nobody in between can look for keys of
    both kinds until the two codes meet, and has to find one that fits a code that is there already.
    """

    enrolment: str
    agent: str
    epoch: int
    origin: str
    permit: str
    log: str
    nonce: str
    authority: str = ""

    def verifier(self, key: bytes) -> Verifier:
        """The machine's key under the name it will sign by."""
        return Verifier(f"{self.origin}/agent/{self.agent}", key)


@dataclass(frozen=True, slots=True)
class Admission:
    """What an enrolment ends in. `bundle` lacks the machine's own secrets."""

    enrolment: str
    key: str
    bundle: Mapping[str, Any]
    broker_ca: str = ""
    certificate: str = ""


def write_token(octets: bytes, authority: str = "") -> str:
    """The token for these 16 random bytes, with the pin of this authority (SHA-256 in hex); groups of four."""
    return write_code(octets, _LETTERS) + (f"-{write_code(bytes.fromhex(authority), _LETTERS)}" if authority else "")


def read_token(typed: str) -> Token:
    """The token that was typed; raises `MalformedToken`."""
    letters = read_code(typed)
    if len(letters) not in (_LETTERS, 2 * _LETTERS):
        raise MalformedToken("a token has 26 letters, or 52")
    return Token(letters[:_LETTERS], letters[_LETTERS:])


def is_pinned(pin: str, certificate: bytes) -> bool:
    """Whether the pin means this certificate (DER)."""
    return pin == read_code(b32encode(hashlib.sha256(certificate).digest()).decode()[:_LETTERS])


def comparison_code(said: Presentation, terms: Terms) -> str:
    """Six groups of four hex digits over everything both sides said, but not the token: 96 bits."""
    every = {
        **asdict(terms),
        "key": said.key.hex(),
        "broker_password": said.broker_password,
        "tls_key": said.tls_key.hex(),
    }
    return in_groups(hashlib.sha256(_COMPARISON + write_json(every).encode()).hexdigest())


def in_groups(digest: str) -> str:
    """The first 96 bits of a digest (hex) as people read them aloud."""
    return " ".join(digest[i : i + 4] for i in _GROUPS)


def write_presentation(said: Presentation, signer: Signer) -> bytes:
    """Sign it with the very key it names."""
    fields = {
        "token": said.token,
        "key": said.key.hex(),
        "broker_password": said.broker_password,
        "tls_key": said.tls_key.hex(),
    }
    return write_document(_PRESENTATION, fields, signer.under(PRESENTER))


def read_presentation(note: bytes) -> Presentation:
    """Read it and check that it was signed with the key it names; raises `MalformedNote` or `UnverifiedNote`."""
    claimed = _presentation(document_fields(parse_note(note).text, _PRESENTATION))
    read_document(note, _PRESENTATION, [Verifier(PRESENTER, claimed.key)])
    return claimed


def write_terms(terms: Terms) -> str:
    """One JSON object."""
    return write_json(asdict(terms))


def read_terms(fields: Mapping[str, Any]) -> Terms:
    """Read the terms; raises `MalformedNote`. Nothing of them is believed before they have been compared."""
    if not isinstance(fields.get("authority"), str):
        raise MalformedNote("terms say whether there is an authority")
    texts = ("enrolment", "agent", "origin", "permit", "log", "nonce")
    try:
        said = {name: read_text(fields[name]) for name in texts}
        terms = Terms(**said, epoch=read_count(fields["epoch"]), authority=fields["authority"])
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedNote("these terms lack something") from error
    for key in (terms.permit, terms.log):
        Verifier.parse(key)
    return terms


def write_admission(admission: Admission, permit_key: Signer) -> bytes:
    """Sign it with the permit key, which the machine knows from the terms."""
    return write_document(_ADMISSION, {name: value for name, value in asdict(admission).items() if value}, permit_key)


def read_admission(note: bytes, terms: Terms) -> Admission:
    """Read and verify it, for this enrolment alone; raises `MalformedNote` or `UnverifiedNote`."""
    fields = read_document(note, _ADMISSION, [Verifier.parse(terms.permit)])
    try:
        admission = Admission(**fields)
    except TypeError as error:
        raise MalformedNote("an admission has exactly its fields") from error
    if admission.enrolment != terms.enrolment or not isinstance(admission.bundle, dict):
        raise MalformedNote("this admits somebody else")
    return admission


def _presentation(fields: Mapping[str, Any]) -> Presentation:
    try:
        said = Presentation(
            token=read_text(fields["token"]),
            key=bytes.fromhex(read_text(fields["key"])),
            broker_password=bytes.fromhex(read_text(fields["broker_password"])).hex(),
            tls_key=bytes.fromhex(read_text(fields["tls_key"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise MalformedNote("a presentation has exactly its fields") from error
    if len(said.key) != _KEY_BYTES or len(said.broker_password) != 2 * _KEY_BYTES or len(fields) != 4:
        raise MalformedNote("a presentation has exactly its fields")
    if not _is_tls_key(said.tls_key):
        raise MalformedNote("the key for TLS is none of P-256")
    return said


def _is_tls_key(der: bytes) -> bool:
    try:
        key = load_der_public_key(der)
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
