"""The checkpoint (C2SP tlog-checkpoint v1.0.0): the log's signed head.

A signed note of three lines: the log's origin, which is also its key's name; size in decimal; base64 of the root::

    gongguan.example/qingxi/log
    1298
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — gongguan.example/qingxi/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE…

When it was so is not part of it: that is said by cosignatures (`cosignatures`), the log's own among them.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from firmware_protocol.notes import MalformedNote, Signer, Verifier, open_note, sign_text
from firmware_protocol.proofs import HASH_BYTES

_LINES = 3


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` had `size` entries and this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The three lines that signatures are over."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def sign_checkpoint(size: int, root: bytes, signer: Signer, *others: Signer) -> bytes:
    """The signed head of the log whose key this is; `others` have the same name and sign beside it."""
    return sign_text(Checkpoint(signer.name, size, root).text, signer, *others)


def read_checkpoint(note: bytes, verifiers: Iterable[Verifier]) -> Checkpoint:
    """Verify and read a checkpoint; raises `MalformedNote` or `UnverifiedNote`. Extension lines are not accepted."""
    return parse_checkpoint(open_note(note, verifiers).text)


def parse_checkpoint(text: str) -> Checkpoint:
    """Read a checkpoint's three lines, whoever signed them; raises `MalformedNote`."""
    lines = text.split("\n")
    if len(lines) != _LINES + 1:
        raise MalformedNote("a checkpoint has three lines")
    origin, size, encoded = lines[:_LINES]
    if not origin or not is_size(size):
        raise MalformedNote("a checkpoint names its origin and its size in decimal")
    return Checkpoint(origin, int(size), read_hash(encoded))


def is_size(text: str) -> bool:
    """Whether this is a tree's size as C2SP writes it: ASCII digits, no leading zero."""
    return text.isascii() and text.isdigit() and len(text) < 20 and (text == "0" or not text.startswith("0"))


def read_hash(encoded: str) -> bytes:
    """Read 32 bytes in canonical base64; raises `MalformedNote`."""
    try:
        raw = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedNote("a hash is base64") from error
    if len(raw) != HASH_BYTES or base64.b64encode(raw).decode() != encoded:
        raise MalformedNote("a hash has 32 bytes")
    return raw
