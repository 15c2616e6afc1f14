"""A step along the log: its newest head as one agent is shown it, proven from the head that this agent had before.

Document `gongguan-log-step/v1`, signed by the permit key::

    {"agent":"hall-1","checkpoint":"gongguan.example/…","earlier":1290,"consistency":["<base64>",…],
     "issued":{"permit":"m-…","entry":"gongguan-event/v1…","index":1297,"inclusion":["<base64>",…]}}

`issued` is null, or shows where in that tree the entry stands by which a permit was issued. Upwards goes what an agent
has found consistent and keeps, `gongguan-log-held/v1`, with its cosignature (null where it has nothing to say)::

    {"agent":"hall-1","size":1298,"cosignature":"— gongguan.example/agent/hall-1 …"}
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from firmware_protocol.checkpoints import read_hash
from firmware_protocol.notes import (
    MalformedNote,
    Signature,
    Signer,
    Verifier,
    parse_signature_line,
    read_document,
    signature_line,
    write_document,
)

STEP = "gongguan-log-step/v1"
HELD = "gongguan-log-held/v1"
PROOF_HASHES_MAX = 64
"""A tree of 2 ** 63 leaves is no deeper."""


@dataclass(frozen=True, slots=True)
class Issued:
    """Where the entry stands that issued a permit: its exact bytes, its index, and its audit path, leaf upwards."""

    permit: str
    entry: bytes
    index: int
    inclusion: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class LogStep:
    """The newest checkpoint, and the proof that the tree of `earlier` entries is its beginning (0: none)."""

    agent: str
    checkpoint: bytes
    earlier: int
    consistency: tuple[bytes, ...]
    issued: Issued | None = None


@dataclass(frozen=True, slots=True)
class LogHeld:
    """How long the log was that the agent last accepted (0: it knows none), and its cosignature of that head."""

    agent: str
    size: int
    cosignature: Signature | None = None


def encode_step(step: LogStep, signer: Signer) -> bytes:
    """Sign a step with the permit key."""
    fields = {
        "agent": step.agent,
        "checkpoint": step.checkpoint.decode(),
        "earlier": step.earlier,
        "consistency": _write_hashes(step.consistency),
        "issued": None if step.issued is None else _issued_fields(step.issued),
    }
    return write_document(STEP, fields, signer)


def parse_step(note: bytes, verifiers: Iterable[Verifier]) -> LogStep:
    """Verify and read a step; the notes inside are unverified. Raises `MalformedNote` or `UnverifiedNote`."""
    fields = read_document(note, STEP, verifiers)
    try:
        agent, checkpoint, earlier, consistency, issued = (
            fields.pop(name) for name in ("agent", "checkpoint", "earlier", "consistency", "issued")
        )
        if fields or not isinstance(agent, str) or not _is_count(earlier):
            raise MalformedNote("a step has exactly its fields")
        proven = None if issued is None else _issued(issued)
        return LogStep(agent, checkpoint.encode(), earlier, _read_hashes(consistency), proven)
    except (KeyError, AttributeError, TypeError) as error:
        raise MalformedNote("a field of this step has the wrong form") from error


def encode_held(held: LogHeld, signer: Signer) -> bytes:
    """Sign what an agent holds with the agent's key."""
    line = None if held.cosignature is None else signature_line(held.cosignature).rstrip("\n")
    return write_document(HELD, {"agent": held.agent, "size": held.size, "cosignature": line}, signer)


def parse_held(note: bytes, verifiers: Iterable[Verifier]) -> LogHeld:
    """Verify and read what an agent holds; the cosignature is unverified. Raises `MalformedNote`, `UnverifiedNote`."""
    fields = read_document(note, HELD, verifiers)
    if set(fields) != {"agent", "size", "cosignature"} or not _is_count(fields["size"]):
        raise MalformedNote("what an agent holds has exactly its fields")
    agent, line = fields["agent"], fields["cosignature"]
    if not isinstance(agent, str) or not isinstance(line, str | None):
        raise MalformedNote("a field of what an agent holds has the wrong form")
    return LogHeld(agent, fields["size"], None if line is None else parse_signature_line(line))


def _issued_fields(issued: Issued) -> dict[str, Any]:
    return {
        "permit": issued.permit,
        "entry": issued.entry.decode(),
        "index": issued.index,
        "inclusion": _write_hashes(issued.inclusion),
    }


def _issued(fields: dict[str, Any]) -> Issued:
    if set(fields) != {"permit", "entry", "index", "inclusion"} or not _is_count(fields["index"]):
        raise MalformedNote("the place of an entry has exactly its fields")
    return Issued(fields["permit"], fields["entry"].encode(), fields["index"], _read_hashes(fields["inclusion"]))


def _write_hashes(hashes: Iterable[bytes]) -> list[str]:
    return [base64.b64encode(each).decode() for each in hashes]


def _read_hashes(encoded: object) -> tuple[bytes, ...]:
    if not isinstance(encoded, list) or len(encoded) > PROOF_HASHES_MAX:
        raise MalformedNote("a proof is a list of hashes")
    return tuple(read_hash(each) for each in encoded)


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0
