"""Entries: what happened, signed by whoever saw it. Their exact bytes are the leaves of the log.

An entry is a document `gongguan-event/v1`::

    gongguan-event/v1
    {"by":"hall-1","epoch":1,"seq":7,"prev":"<hex>","at":"2026-11-23T09:12:07.120+08:00","clock":"sync",
     "type":"door_opened","about":{"opening":"o-…","compartment":"CAB-01/7"},"body":null}

(one line in reality). `prev` is the SHA-256 of the same source's previous entry and `seq` counts without gaps, so a
source can neither be made to have said something else nor to have said less. `about` holds ids, numbers and fixed
words only; names, reasons and titles are in the body, which stands outside: `body` is SHA-256(32-byte salt ‖ body), and
erasing a body breaks nothing.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from firmware_protocol.event_types import EVENT_TYPES
from firmware_protocol.notes import MalformedNote, Signer, Verifier, document_fields, open_note, write_document
from firmware_protocol.notes import write_json as _write_json
from firmware_protocol.times import read_time, write_time

KIND = "gongguan-event/v1"
SERVER = "server"
GENESIS = "0" * 64
ENTRY_BYTES_MAX = 65_535
SALT_BYTES = 32

ClockQuality = Literal["sync", "rtc", "floor", "unknown"]
CLOCK_QUALITIES: tuple[ClockQuality, ...] = get_args(ClockQuality)

_FIELDS = frozenset({"by", "epoch", "seq", "prev", "at", "clock", "type", "about", "body"})
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read. `at` is an aware time, `prev` and `body` are hex SHA-256 (`body` None when there is none)."""

    by: str
    epoch: int
    seq: int
    prev: str
    at: datetime
    clock: ClockQuality
    type: str
    about: Mapping[str, Any]
    body: str | None


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a source's sequence stands: its last `seq` (0 before the first) and the SHA-256 of that entry."""

    by: str
    epoch: int
    seq: int = 0
    prev: str = GENESIS

    def extend(self, entry_bytes: bytes) -> "Chain":
        """The chain after one more entry of this source."""
        return Chain(self.by, self.epoch, self.seq + 1, entry_digest(entry_bytes))

    def continues_with(self, entry: Entry) -> bool:
        """Whether `entry` is the very next one: same source and epoch, next number, right previous hash."""
        return (entry.by, entry.epoch, entry.seq, entry.prev) == (self.by, self.epoch, self.seq + 1, self.prev)


def compose(
    chain: Chain,
    signer: Signer,
    *,
    at: datetime,
    clock: ClockQuality,
    event_type: str,
    about: Mapping[str, Any],
    body: str | None = None,
) -> bytes:
    """Sign the entry that follows `chain`. Pure: the caller stores the bytes and keeps `chain.extend(bytes)`.

    `body` is `body_digest(salt, body_bytes)`. Raises `ValueError` for a type or a key of `about` that the table of
    event types does not know: a fact in the wrong words would stand in the log forever.
    """
    _check_type(chain.by, event_type, about)
    fields = {
        "by": chain.by,
        "epoch": chain.epoch,
        "seq": chain.seq + 1,
        "prev": chain.prev,
        "at": write_time(at),
        "clock": clock,
        "type": event_type,
        "about": dict(about),
        "body": body,
    }
    entry_bytes = write_document(KIND, fields, signer)
    if len(entry_bytes) > ENTRY_BYTES_MAX:
        raise ValueError(f"an entry has at most {ENTRY_BYTES_MAX} bytes, this one has {len(entry_bytes)}")
    return entry_bytes


def parse(entry_bytes: bytes, verifiers: Iterable[Verifier]) -> Entry:
    """Verify and read an entry; raises `MalformedNote` or `UnverifiedNote`.

    An unknown event type is kept as it is: an older reader must not lose a newer source's facts.
    """
    if len(entry_bytes) > ENTRY_BYTES_MAX:
        raise MalformedNote("an entry is longer than the log can hold")
    fields = document_fields(open_note(entry_bytes, verifiers).text, KIND)
    if fields.keys() != _FIELDS:
        raise MalformedNote("an entry has exactly its nine fields")
    return _entry(fields)


def entry_digest(entry_bytes: bytes) -> str:
    """Hex SHA-256 of an entry's bytes: what the next one's `prev` says."""
    return hashlib.sha256(entry_bytes).hexdigest()


def write_body(fields: Mapping[str, Any]) -> bytes:
    """The bytes of a body: UTF-8 JSON on one line."""
    return _write_json(fields).encode()


def body_digest(salt: bytes, body_bytes: bytes) -> str:
    """Hex SHA-256(salt ‖ body) with a 32-byte salt, so that a guessed name cannot be confirmed from the log."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a body's salt has {SALT_BYTES} bytes")
    return hashlib.sha256(salt + body_bytes).hexdigest()


def _entry(fields: Mapping[str, Any]) -> Entry:
    counted = all(type(fields[name]) is int and fields[name] >= 1 for name in ("epoch", "seq"))
    named = all(isinstance(fields[name], str) and fields[name] for name in ("by", "type"))
    hashed = _is_digest(fields["prev"]) and (fields["body"] is None or _is_digest(fields["body"]))
    if not (counted and named and hashed and isinstance(fields["about"], dict)):
        raise MalformedNote("a field of this entry has the wrong form")
    if fields["clock"] not in CLOCK_QUALITIES or not isinstance(fields["at"], str):
        raise MalformedNote("an entry says its time and how good the clock was")
    try:
        at = read_time(fields["at"])
    except ValueError as error:
        raise MalformedNote("an entry's time is RFC 3339 with an offset") from error
    return Entry(**{**fields, "at": at})


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _check_type(by: str, event_type: str, about: Mapping[str, Any]) -> None:
    known = EVENT_TYPES.get(event_type)
    if known is None:
        raise ValueError(f"no such event type: {event_type}")
    if known.by_server != (by == SERVER):
        raise ValueError(f"{by} does not write events of type {event_type}")
    unknown = set(about) - set(known.about)
    if unknown:
        raise ValueError(f"{event_type} does not say {', '.join(sorted(unknown))}")
