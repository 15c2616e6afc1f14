"""Asking a witness for its cosignature (C2SP tlog-witness v1.0.0): the request, and what a witness makes of it.

A request is the size the witness is thought to know, the proof from there, and the new checkpoint::

    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
    jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo…

The same bytes go over HTTP or on a stick. `answer` is the whole rule, a pure one; who carries it out keeps the new head
durably, in the same step that compared the old one, before a cosignature leaves.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from firmware_protocol.checkpoints import Checkpoint, is_size, parse_checkpoint, read_checkpoint, read_hash
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier, parse_note
from firmware_protocol.proofs import EMPTY_ROOT, check_consistency

PROOF_LINES_MAX = 63
REQUEST_BYTES_MAX = 64 * 1024
ANSWER_BYTES_MAX = 16 * 1024
SIZE_TYPE = "text/x.tlog.size"
_OLD = "old "


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """What a witness is asked to cosign: the new checkpoint's note, proven from the tree of `old_size` entries."""

    old_size: int
    proof: tuple[bytes, ...]
    note: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """Keep this head, then cosign it."""

    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class Rejected:
    """No, with the HTTP status that says why.

    `known_size` is what a 409 tells. `dispute` where the log's own signature is under what cannot be one log with the
    head that is known: two roots of one size (`forked`), or a longer tree whose proof fails (`unproven`).
    """

    status: Literal[400, 403, 404, 409, 422]
    known_size: int | None = None
    dispute: Literal["forked", "unproven"] | None = None


def encode_request(request: AddCheckpoint) -> bytes:
    """The request as it is sent."""
    hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in request.proof)
    return f"{_OLD}{request.old_size}\n{hashes}\n".encode() + request.note


def parse_request(body: bytes) -> AddCheckpoint:
    """Read a request; the checkpoint is unverified. Raises `MalformedNote`."""
    head, blank, note = body.partition(b"\n\n")
    try:
        old, *hashes = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedNote("a request begins with ASCII lines") from error
    size = old.removeprefix(_OLD)
    if not blank or not old.startswith(_OLD) or not is_size(size) or len(hashes) > PROOF_LINES_MAX:
        raise MalformedNote("a request begins with the old size and the proof")
    return AddCheckpoint(int(size), tuple(read_hash(each) for each in hashes), note)


def origin_of(request: AddCheckpoint) -> str:
    """The log the request is about, whoever signed it; raises `MalformedNote`."""
    return parse_checkpoint(parse_note(request.note).text).origin


def answer(request: AddCheckpoint, log_keys: Mapping[str, Verifier], known: Checkpoint | None) -> Accepted | Rejected:
    """What to answer, in the order of the specification.

    `log_keys` are the keys of the logs that are witnessed, by origin; `known` is the head last kept of this one.
    """
    try:
        origin = origin_of(request)
        if origin not in log_keys:
            return Rejected(404)
        new = read_checkpoint(request.note, [log_keys[origin]])
    except MalformedNote:
        return Rejected(400)
    except UnverifiedNote:
        return Rejected(403)
    return _compare(request, new, known or Checkpoint(origin, 0, EMPTY_ROOT))


def _compare(request: AddCheckpoint, new: Checkpoint, known: Checkpoint) -> Accepted | Rejected:
    if request.old_size > new.size:
        return Rejected(400)
    if request.old_size != known.size:
        is_fork = new.size == known.size and new.root != known.root
        return Rejected(409, known.size, "forked" if is_fork else None)
    if new.size == known.size and new.root != known.root:
        return Rejected(409, known.size, "forked")
    if not _is_proven(request, new, known):
        return Rejected(422, dispute="unproven" if new.size > known.size > 0 else None)
    return Accepted(new)


def _is_proven(request: AddCheckpoint, new: Checkpoint, known: Checkpoint) -> bool:
    if known.size == 0:
        return not request.proof
    return check_consistency(known.size, new.size, list(request.proof), known.root, new.root)
