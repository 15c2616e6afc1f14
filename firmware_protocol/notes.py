r"""Signed notes (C2SP `signed-note` v1.0.0): the one format for permits, rosters, entries and checkpoints.

A note is UTF-8 text that ends in a newline, a blank line, and one line per signature::

    If you think cryptography is the answer to your problem,
    then you don't know what your problem is.

    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

A signature line is an em dash, the key's name, and base64 of a 4-byte key id followed by the Ed25519 signature of the
text. The key id is `SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key)[:4]`; it selects a key, it proves nothing by itself.
A verifier key is written `name+hex(key id)+base64(0x01 ‖ public key)`.

Every document of ours puts two lines into such a note: its kind, and one JSON object::

    gongguan-ack/v1
    {"agent":"hall-1","epoch":1,"seq":42,"at":"2026-11-23T09:12:00+08:00"}

The kind is the domain separation: a roster never reads as a permit although the same key signs both.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_ID_BYTES = 4
SIGNATURES_MAX = 100
_DASH = "— "
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_NAME = re.compile(r"[^\s+]+")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class MalformedNote(ValueError):
    """The bytes are not a signed note, or not a document of the kind that was asked for."""


class UnverifiedNote(ValueError):
    """No signature by any of the trusted keys, or one of their signatures is wrong."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who claims to have signed, with which key, and the 64 bytes."""

    name: str
    key_id: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note. `text` ends in a newline; `signatures` holds only verified ones after `open_note`."""

    text: str
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Verifier:
    """A named Ed25519 public key that notes are checked against."""

    name: str
    public_bytes: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read `name+keyid+base64`; raises `MalformedNote` when the key id does not fit name and key."""
        verifier = cls(*parse_vkey(vkey, ED25519))
        if verifier.vkey != vkey:
            raise MalformedNote("the key id does not belong to this name and key")
        return verifier

    @property
    def key_id(self) -> bytes:
        """Four bytes that say which key a signature line means."""
        return _key_id(self.name, self.public_bytes)

    @property
    def vkey(self) -> str:
        """The key as one line of text, for configuration files and printed forms."""
        return f"{self.name}+{self.key_id.hex()}+{_b64encode(ED25519 + self.public_bytes)}"

    @property
    def fingerprint(self) -> str:
        """Six groups of four hex digits of SHA-256 over the verifier key, for two people to compare aloud."""
        digest = hashlib.sha256(self.vkey.encode()).hexdigest()
        return " ".join(digest[i : i + 4] for i in range(0, 24, 4))

    def accepts(self, text: str, signature: Signature) -> bool:
        """Whether `signature` is this key's signature over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_bytes).verify(signature.value, text.encode())
        except InvalidSignature:
            return False
        return True


class Signer:
    """A named Ed25519 private key. Never printed, never compared, lives as long as the process needs it."""

    __slots__ = ("_private_key", "verifier")

    def __init__(self, name: str, private_bytes: bytes) -> None:
        """Take the key's name (no spaces, no plus) and its 32 private bytes; raises `MalformedNote` otherwise."""
        if not _is_name(name) or len(private_bytes) != 32:
            raise MalformedNote("a signer needs a name without spaces or plus and a 32-byte key")
        self._private_key = Ed25519PrivateKey.from_private_bytes(private_bytes)
        self.verifier = Verifier(name, self._private_key.public_key().public_bytes_raw())

    @property
    def name(self) -> str:
        """The key's name as it stands in signature lines."""
        return self.verifier.name

    def under(self, name: str) -> "Signer":
        """The same key under another name, which gives it another id; raises `MalformedNote`."""
        return Signer(name, self._private_key.private_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign the text's UTF-8 bytes."""
        return Signature(self.name, self.verifier.key_id, self._private_key.sign(text.encode()))


def parse_vkey(vkey: str, algorithm: bytes) -> tuple[str, bytes]:
    """The name and the 32 bytes of an Ed25519 verifier key of this signature algorithm; its key id is not checked."""
    parts = vkey.split("+", 2)
    if len(parts) != 3:
        raise MalformedNote("a verifier key has three parts: name, key id, key")
    name, _, encoded = parts
    raw = _b64decode(encoded)
    if len(raw) != 33 or raw[:1] != algorithm or not _is_name(name):
        raise MalformedNote("not a verifier key of this kind")
    return name, raw[1:]


def sign_text(text: str, *signers: Signer) -> bytes:
    """Return the note: `text`, a blank line, one signature line per signer. Raises `MalformedNote` on unfit text."""
    _check_text(text)
    if not signers:
        raise MalformedNote("a note needs a signature")
    lines = "".join(signature_line(signer.sign(text)) for signer in signers)
    return f"{text}\n{lines}".encode()


def parse_note(note: bytes) -> Note:
    """Split a note into text and unverified signatures. Raises `MalformedNote`; never anything else."""
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedNote("a note is UTF-8") from error
    text, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise MalformedNote("a note ends with a blank line and signature lines")
    text += "\n"
    _check_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise MalformedNote("too many signatures")
    return Note(text, tuple(parse_signature_line(line) for line in lines))


def open_note(note: bytes, verifiers: Iterable[Verifier]) -> Note:
    """Parse and verify. Unknown keys' lines are dropped, a known key's wrong signature spoils the whole note.

    Returns the note with its verified signatures, at least one. Raises `MalformedNote` or `UnverifiedNote`.
    """
    parsed = parse_note(note)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    verified: dict[tuple[str, bytes], Signature] = {}
    for signature in parsed.signatures:
        key = (signature.name, signature.key_id)
        if key not in known or key in verified:
            continue
        if not known[key].accepts(parsed.text, signature):
            raise UnverifiedNote(f"wrong signature by {signature.name}")
        verified[key] = signature
    if not verified:
        raise UnverifiedNote("no signature by a trusted key")
    return Note(parsed.text, tuple(verified.values()))


def write_document(kind: str, fields: Mapping[str, Any], *signers: Signer) -> bytes:
    """Sign `fields` as the document `kind`: two lines, JSON without spaces, non-ASCII characters kept."""
    return sign_text(f"{kind}\n{write_json(fields)}\n", *signers)


def signature_line(signature: Signature) -> str:
    """A signature as the line under a note, with its newline."""
    return f"{_DASH}{signature.name} {_b64encode(signature.key_id + signature.value)}\n"


def parse_signature_line(line: str) -> Signature:
    """Read one signature line without its newline; raises `MalformedNote`."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _is_name(name):
        raise MalformedNote("not a signature line")
    raw = _b64decode(encoded)
    if len(raw) <= KEY_ID_BYTES:
        raise MalformedNote("a signature is shorter than its key id")
    return Signature(name, raw[:KEY_ID_BYTES], raw[KEY_ID_BYTES:])


def read_document(note: bytes, kind: str, verifiers: Iterable[Verifier]) -> dict[str, Any]:
    """Verify a note and return its JSON object. Raises `MalformedNote` (other kind, bad JSON) or `UnverifiedNote`."""
    return document_fields(open_note(note, verifiers).text, kind)


def document_fields(text: str, kind: str) -> dict[str, Any]:
    """Return the JSON object of a document's text, or raise `MalformedNote`. Duplicate keys are refused."""
    lines = text.split("\n")
    if len(lines) != 3 or lines[2] != "":
        raise MalformedNote("a document has two lines: its kind and one JSON object")
    if lines[0] != kind:
        raise MalformedNote(f"expected {kind}, found {lines[0][:60]!r}")
    return read_json(lines[1])


def write_json(fields: Mapping[str, Any]) -> str:
    """One line of JSON: no spaces, keys in the order given, no NaN. Control characters come out escaped."""
    return _ENCODER.encode(fields)


def read_json(line: str) -> dict[str, Any]:
    """Read one JSON object; raises `MalformedNote` on anything else, duplicate keys, NaN, infinity, half a character.

    (JSON can spell a lone surrogate, which nothing can then store, show or sign again.)
    """
    try:
        value = _DECODER.decode(line)
        if _SURROGATE.search(line):
            write_json({"": value}).encode()
    except (ValueError, RecursionError) as error:
        raise MalformedNote("not one line of JSON") from error
    if not isinstance(value, dict):
        raise MalformedNote("expected a JSON object")
    return value


def _refuse_constant(constant: str) -> None:
    raise ValueError(constant)


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a key stands twice")
    return fields


_DECODER = json.JSONDecoder(object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise MalformedNote("a note's text ends in a newline and is not empty")
    if _CONTROL.search(text):
        raise MalformedNote("a note's text has no control characters")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MalformedNote("a note's text is valid Unicode") from error


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and name.isprintable()


@lru_cache(maxsize=1024)
def _key_id(name: str, public_bytes: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public_bytes).digest()[:KEY_ID_BYTES]


def _b64encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _b64decode(encoded: str) -> bytes:
    try:
        raw = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedNote("not base64") from error
    # Spare bits in the last character would let anyone change a signed note's bytes, and so its leaf, unnoticed.
    if _b64encode(raw) != encoded:
        raise MalformedNote("not canonical base64")
    return raw
