r"""Receipts: what a printed form says about the log, small enough for a QR code.

143 bytes, numbers big-endian, written as base64url without padding (191 characters), alone or behind the `#` of the
address of a page that checks it::

    version  key id of the log  index  size  leaf hash  root  signature of the log
    1        4                  5      5     32         32    64

It says: the log, when it had `size` entries and this root, held this leaf at `index`. The signature is that of the
checkpoint (`checkpoints`), whose text can be written again from origin, size and root. That the leaf is under the root
is shown by whoever has the log; a *full* receipt (version 2) carries the proof itself: a count, then the hashes of the
audit path from the leaf upwards.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from collections.abc import Iterable
from dataclasses import dataclass

from firmware_protocol.checkpoints import Checkpoint, parse_checkpoint
from firmware_protocol.notes import KEY_ID_BYTES, MalformedNote, Signature, Verifier, parse_note
from firmware_protocol.proofs import HASH_BYTES, check_inclusion

PLAIN, FULL = 1, 2
NUMBER_BYTES = 5
SIGNATURE_BYTES = 64
PLAIN_BYTES = 1 + KEY_ID_BYTES + 2 * NUMBER_BYTES + 2 * HASH_BYTES + SIGNATURE_BYTES
PATH_MAX = 40
"""As deep as a tree of which size and index are five bytes."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a form says of entry `index` of a log of `size` entries; `path` None leaves the proof to who has the log."""

    key_id: bytes
    index: int
    size: int
    leaf_hash: bytes
    root: bytes
    signature: bytes
    path: tuple[bytes, ...] | None = None

    @property
    def code(self) -> str:
        """The receipt as it stands in a QR code."""
        return urlsafe_b64encode(self._bytes).rstrip(b"=").decode()

    def is_signed_by(self, log: Verifier) -> bool:
        """Whether the log with this key had this size and root."""
        text = Checkpoint(log.name, self.size, self.root).text
        return self.key_id == log.key_id and log.accepts(text, Signature(log.name, self.key_id, self.signature))

    def is_proven(self, path: Iterable[bytes] | None = None) -> bool:
        """Whether its own path, or the one given, leads from its leaf to its root."""
        steps = self.path if path is None else path
        return steps is not None and check_inclusion(self.leaf_hash, self.index, self.size, list(steps), self.root)

    @property
    def _bytes(self) -> bytes:
        numbers = b"".join(each.to_bytes(NUMBER_BYTES, "big") for each in (self.index, self.size))
        plain = self.key_id + numbers + self.leaf_hash + self.root + self.signature
        if self.path is None:
            return bytes([PLAIN]) + plain
        return bytes([FULL]) + plain + bytes([len(self.path)]) + b"".join(self.path)


def issue_receipt(
    checkpoint: bytes, log: Verifier, index: int, leaf_hash: bytes, path: Iterable[bytes] | None = None
) -> Receipt:
    """The receipt for an entry under a published checkpoint, signed as that is.

    Raises `MalformedNote` where the checkpoint is not the log's or does not cover the entry.
    """
    note = parse_note(checkpoint)
    signed = [each.value for each in note.signatures if (each.name, each.key_id) == (log.name, log.key_id)]
    head = parse_checkpoint(note.text)
    if not signed or not 0 <= index < head.size:
        raise MalformedNote("this checkpoint is not a receipt's")
    steps = None if path is None else tuple(path)
    return Receipt(log.key_id, index, head.size, leaf_hash, head.root, signed[0], steps)


def read_receipt(text: str) -> Receipt:
    """Read what a QR code says, an address before `#` and white space included; raises `MalformedNote`."""
    encoded = "".join(text.rpartition("#")[2].split())
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
    return Receipt(raw[1:at], index, size, leaf, root, signature, _path(raw))


def _path(raw: bytes) -> tuple[bytes, ...] | None:
    tail = raw[PLAIN_BYTES:]
    if raw[0] == PLAIN:
        if tail:
            raise MalformedNote("a receipt is longer than it may be")
        return None
    if not tail or tail[0] > PATH_MAX or len(tail) != 1 + tail[0] * HASH_BYTES:
        raise MalformedNote("a receipt's proof is cut off")
    return tuple(tail[at : at + HASH_BYTES] for at in range(1, len(tail), HASH_BYTES))
