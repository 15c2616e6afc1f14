r"""Receipts: what a printed form says about the log, small enough for a QR code.

143 bytes, numbers big-endian, written as base64url without padding (191 characters), alone or behind the `#` of the
address of a page that checks it::

    version  key id of the log  index  size  leaf hash  root  signature of the log
    1        4                  5      5     32         32    64

It says: the log, when it had `size` entries and this root, held this leaf at `index`. The signature is that of the
checkpoint (`checkpoints`), whose text can be written again from origin, size and root. That the leaf is under the root
is shown by whoever has the log; a *full* receipt (version 2) carries the proof itself: a count and the hashes of the
audit path from the leaf upwards, then a count and the cosignatures of that checkpoint (`cosignatures`), each as the
length and the bytes of its name, its key id, and 72 bytes of time and signature. A full one may stand in several codes
(`receipt_parts`).
"""

from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from firmware_protocol.checkpoints import Checkpoint, parse_checkpoint
from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.notes import (
    KEY_ID_BYTES,
    MalformedNote,
    Signature,
    Verifier,
    parse_note,
    parse_signature_line,
    signature_line,
)
from firmware_protocol.proofs import HASH_BYTES, check_inclusion
from firmware_protocol.receipt_parts import whole_of

PLAIN, FULL = 1, 2
NUMBER_BYTES = 5
SIGNATURE_BYTES = 64
COSIGNATURE_BYTES = 72
PLAIN_BYTES = 1 + KEY_ID_BYTES + 2 * NUMBER_BYTES + 2 * HASH_BYTES + SIGNATURE_BYTES
PATH_MAX = 40
"""As deep as a tree of which size and index are five bytes."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a form says of entry `index` of a log of `size` entries; `path` None leaves the proof to who has the log.

    `cosignatures`, of a full one alone: who else saw that head.
    """

    key_id: bytes
    index: int
    size: int
    leaf_hash: bytes
    root: bytes
    signature: bytes
    path: tuple[bytes, ...] | None = None
    cosignatures: tuple[Signature, ...] = ()

    @property
    def plain(self) -> "Receipt":
        """The same without its proof."""
        return replace(self, path=None, cosignatures=())

    @property
    def code(self) -> str:
        """The receipt as it stands in a QR code."""
        return urlsafe_b64encode(self._bytes).rstrip(b"=").decode()

    def is_signed_by(self, log: Verifier) -> bool:
        """Whether the log with this key had this size and root."""
        return self.key_id == log.key_id and log.accepts(self._head(log), self._signature(log))

    def witnessed(self, log: Verifier, cosigners: Iterable[Cosigner]) -> dict[str, datetime | None]:
        """When each of these cosigned this head, by key name: None for a wrong cosignature, left out without one."""
        head, known = self._head(log), {(each.name, each.key_id): each for each in cosigners}
        lines = ((known.get((each.name, each.key_id)), each) for each in self.cosignatures)
        return {cosigner.name: cosigner.time_of(head, line) for cosigner, line in lines if cosigner is not None}

    def as_tlog_proof(self, log: Verifier) -> str:
        """A full one in the open format (C2SP tlog-proof v1), for anybody's programs; its extra is the leaf hash."""
        steps = [b64encode(each).decode() for each in self.path or ()]
        first = ("c2sp.org/tlog-proof@v1", f"extra {b64encode(self.leaf_hash).decode()}", f"index {self.index}", *steps)
        signatures = "".join(map(signature_line, (self._signature(log), *self.cosignatures)))
        return "\n".join((*first, "", self._head(log), signatures))

    def is_proven(self, path: Iterable[bytes] | None = None) -> bool:
        """Whether its own path, or the one given, leads from its leaf to its root."""
        steps = self.path if path is None else path
        return steps is not None and check_inclusion(self.leaf_hash, self.index, self.size, list(steps), self.root)

    def _head(self, log: Verifier) -> str:
        return Checkpoint(log.name, self.size, self.root).text

    def _signature(self, log: Verifier) -> Signature:
        return Signature(log.name, self.key_id, self.signature)

    @property
    def _bytes(self) -> bytes:
        numbers = b"".join(each.to_bytes(NUMBER_BYTES, "big") for each in (self.index, self.size))
        plain = self.key_id + numbers + self.leaf_hash + self.root + self.signature
        if self.path is None:
            return bytes([PLAIN]) + plain
        proof = bytes([len(self.path)]) + b"".join(self.path)
        return bytes([FULL]) + plain + proof + bytes([len(self.cosignatures)]) + b"".join(map(_line, self.cosignatures))


def issue_receipt(
    checkpoint: bytes,
    log: Verifier,
    index: int,
    leaf_hash: bytes,
    path: Iterable[bytes] | None = None,
    cosigners: Iterable[Cosigner] = (),
) -> Receipt:
    """The receipt for an entry under a published checkpoint, signed as that is.

    With `path` a full one, with what `cosigners` signed in their order. Raises `MalformedNote` where the checkpoint is
    not the log's or does not cover the entry.
    """
    note = parse_note(checkpoint)
    signed = [each.value for each in note.signatures if (each.name, each.key_id) == (log.name, log.key_id)]
    head = parse_checkpoint(note.text)
    if not signed or not 0 <= index < head.size:
        raise MalformedNote("this checkpoint is not a receipt's")
    plain = Receipt(log.key_id, index, head.size, leaf_hash, head.root, signed[0])
    if path is None:
        return plain
    seen = (line for each in cosigners for line in note.signatures if each.time_of(note.text, line) is not None)
    return replace(plain, path=tuple(path), cosignatures=tuple(seen))


def read_receipt(text: str) -> Receipt:
    """Read what QR codes say, addresses before `#` and white space included; raises `MalformedNote`.

    Where the codes are not all there yet it raises `PartsMissing`, which is one.
    """
    encoded = whole_of(text)
    try:
        raw = urlsafe_b64decode(encoded.encode("ascii") + b"=" * (-len(encoded) % 4))
    except (Base64Error, UnicodeEncodeError) as error:
        raise MalformedNote("a receipt is base64url") from error
    receipt = _parse(raw)
    if receipt.code != encoded:
        raise MalformedNote("a receipt is canonical base64url")
    return receipt


def _parse(raw: bytes) -> Receipt:
    if len(raw) < PLAIN_BYTES or raw[0] not in {PLAIN, FULL}:
        raise MalformedNote("not a receipt")
    at = 1 + KEY_ID_BYTES
    index, size = (int.from_bytes(raw[at + n : at + n + NUMBER_BYTES], "big") for n in (0, NUMBER_BYTES))
    hashes = at + 2 * NUMBER_BYTES
    leaf, root, signature = raw[hashes : hashes + 32], raw[hashes + 32 : hashes + 64], raw[hashes + 64 : PLAIN_BYTES]
    plain = Receipt(raw[1:at], index, size, leaf, root, signature)
    if raw[0] == FULL:
        return _with_proof(plain, _Tail(raw[PLAIN_BYTES:]))
    if len(raw) > PLAIN_BYTES:
        raise MalformedNote("a receipt is longer than it may be")
    return plain


@dataclass(slots=True)
class _Tail:
    """What stands behind the bytes that every receipt has."""

    raw: bytes

    def take(self, count: int) -> bytes:
        taken, self.raw = self.raw[:count], self.raw[count:]
        if len(taken) < count:
            raise MalformedNote("a receipt's proof is cut off")
        return taken

    def count(self) -> int:
        return self.take(1)[0]


def _with_proof(plain: Receipt, tail: _Tail) -> Receipt:
    steps = tail.count()
    if steps > PATH_MAX:
        raise MalformedNote("a receipt's proof is longer than it may be")
    path = tuple(tail.take(HASH_BYTES) for _ in range(steps))
    cosignatures = tuple(_read_line(tail) for _ in range(tail.count()))
    if tail.raw:
        raise MalformedNote("a receipt is longer than it may be")
    return replace(plain, path=path, cosignatures=cosignatures)


def _line(cosignature: Signature) -> bytes:
    name = cosignature.name.encode()
    return bytes([len(name)]) + name + cosignature.key_id + cosignature.value


def _read_line(tail: _Tail) -> Signature:
    try:
        name = tail.take(tail.count()).decode()
    except UnicodeDecodeError as error:
        raise MalformedNote("a witness has a name") from error
    read = Signature(name, tail.take(KEY_ID_BYTES), tail.take(COSIGNATURE_BYTES))
    return parse_signature_line(signature_line(read).rstrip("\n"))
