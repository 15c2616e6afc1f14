r"""Cosignatures (C2SP tlog-cosignature v1.0.1, Ed25519): who else saw this head of the log, and when.

A cosignature is one more signature line under a checkpoint. It holds a key id, eight bytes of POSIX time and an Ed25519
signature over two lines and the checkpoint's text::

    cosignature/v1
    time 1679315147
    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

It says: at that time this was the largest consistent tree of that log that the cosigner had seen. Its first line keeps
it from ever being anything else, so a key that signs other documents may cosign too: an agent's, and the log's own key,
which so says when a head was still its newest. Its key id is `SHA-256(name ‖ "\n" ‖ 0x04 ‖ public key)[:4]`.
"""

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from firmware_protocol.notes import (
    KEY_ID_BYTES,
    MalformedNote,
    Signature,
    Signer,
    Verifier,
    parse_note,
    parse_vkey,
    signature_line,
)

ALGORITHM = b"\x04"
_TIME_BYTES = 8
_TIME_MAX = 253_402_300_799
"""The last second of the year 9999: no clock of ours can show more."""


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Somebody whose cosignatures can be checked: a key name and an Ed25519 public key."""

    name: str
    public_bytes: bytes

    @classmethod
    def of(cls, verifier: Verifier) -> "Cosigner":
        """The cosigner that uses the same key as this verifier's notes."""
        return cls(verifier.name, verifier.public_bytes)

    @classmethod
    def parse(cls, vkey: str) -> "Cosigner":
        """Read `name+keyid+base64`; raises `MalformedNote`, also for a key that signs plain notes."""
        cosigner = cls(*parse_vkey(vkey, ALGORITHM))
        if cosigner.vkey != vkey:
            raise MalformedNote("the key id does not belong to this name and key")
        return cosigner

    @property
    def key_id(self) -> bytes:
        """Four bytes that say which key a signature line means."""
        hashed = hashlib.sha256(self.name.encode() + b"\n" + ALGORITHM + self.public_bytes)
        return hashed.digest()[:KEY_ID_BYTES]

    @property
    def vkey(self) -> str:
        """The key as one line of text, for policy files."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ALGORITHM + self.public_bytes).decode()}"

    def time_of(self, text: str, signature: Signature) -> datetime | None:
        """When this cosigner signed a checkpoint's text (aware, UTC); None where the signature is not its own."""
        if (signature.name, signature.key_id) != (self.name, self.key_id):
            return None
        seconds, value = int.from_bytes(signature.value[:_TIME_BYTES], "big"), signature.value[_TIME_BYTES:]
        signed = Signature(self.name, self.key_id, value)
        if seconds > _TIME_MAX or not Verifier(self.name, self.public_bytes).accepts(_message(text, seconds), signed):
            return None
        return datetime.fromtimestamp(seconds, UTC)


def cosign(text: str, signer: Signer, at: datetime) -> Signature:
    """Sign a checkpoint's text as seen at this moment (cut to the second). The caller has persisted it before."""
    seconds = int(at.timestamp())
    cosigner = Cosigner.of(signer.verifier)
    value = seconds.to_bytes(_TIME_BYTES, "big") + signer.sign(_message(text, seconds)).value
    return Signature(signer.name, cosigner.key_id, value)


def times_cosigned(note: bytes, cosigners: Iterable[Cosigner]) -> dict[str, datetime]:
    """When each of these cosigned the checkpoint, by key name; lines of others and wrong ones count for nothing.

    Raises `MalformedNote` for bytes that are no note.
    """
    parsed = parse_note(note)
    told = [(each.name, each.time_of(parsed.text, line)) for each in cosigners for line in parsed.signatures]
    return {name: at for name, at in told if at is not None}


def with_signatures(note: bytes, added: Iterable[Signature]) -> bytes:
    """The note with more signature lines; one of the same name and key replaces an earlier one."""
    parsed = parse_note(note)
    lines = {(each.name, each.key_id): signature_line(each) for each in (*parsed.signatures, *added)}
    return f"{parsed.text}\n{''.join(lines.values())}".encode()


def _message(text: str, seconds: int) -> str:
    return f"cosignature/v1\ntime {seconds}\n{text}"
