"""The checkpoint (C2SP tlog-checkpoint v1.0.0): the log's signed head.

A signed note of three lines: the log's origin, which is also its key's name; size in decimal; base64 of the root::

    gongguan.example/qingxi/log
    1298
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — gongguan.example/qingxi/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE…
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

from firmware_protocol.notes import MalformedNote, Signer, Verifier, open_note, sign_text
from firmware_protocol.proofs import HASH_BYTES

_LINES = 3


class LogForked(Exception):
    """A log is not an extension of what was published before; the message says how they differ."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log `origin` had `size` entries and this root (32 bytes)."""

    origin: str
    size: int
    root: bytes


def sign_checkpoint(size: int, root: bytes, signer: Signer) -> bytes:
    """The signed head of the log whose key this is."""
    encoded = base64.b64encode(root).decode()
    return sign_text(f"{signer.name}\n{size}\n{encoded}\n", signer)


def read_checkpoint(note: bytes, verifiers: Iterable[Verifier]) -> Checkpoint:
    """Verify and read a checkpoint; raises `MalformedNote` or `UnverifiedNote`. Extension lines are not accepted."""
    lines = open_note(note, verifiers).text.split("\n")
    if len(lines) != _LINES + 1:
        raise MalformedNote("a checkpoint has three lines")
    origin, size, encoded = lines[:_LINES]
    if not origin or not (size.isascii() and size.isdigit()) or (size != "0" and size.startswith("0")):
        raise MalformedNote("a checkpoint names its origin and its size in decimal")
    return Checkpoint(origin, int(size), _root(encoded))


def _root(encoded: str) -> bytes:
    try:
        root = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise MalformedNote("a root is base64") from error
    if len(root) != HASH_BYTES:
        raise MalformedNote("a root has 32 bytes")
    return root
