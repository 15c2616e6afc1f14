"""What server and agents say to each other over MQTT: topics, and the signed documents that travel on them.

MQTT is a doorbell: nothing is believed because it arrived. Everything is a document signed end to end (the agent's key
upwards, the permit key downwards) that names its agent, so a broker can delay, repeat or drop, but neither invent nor
redirect. Downward messages are never retained; retained ones are refused. Only the two `state` topics are plain hints.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, field
from dataclasses import fields as dataclass_fields
from datetime import datetime
from typing import Any, TypeVar

from firmware_protocol.notes import MalformedNote, Signer, Verifier, read_document, read_json, write_document
from firmware_protocol.times import read_time, write_time
from firmware_protocol.values import read_count, read_counts, read_text, read_texts, read_words

ROOT = "gongguan/v1"
SERVER_STATE_TOPIC = f"{ROOT}/server/state"
ONLINE, OFFLINE = b"online", b"offline"
"""What a state topic says."""
UP = ("hello", "events", "doors", "log")
DOWN = ("ack", "permit", "revocations", "roster", "photo", "log", "keys")
BATCH_ENTRIES_MAX, BATCH_BYTES_MAX = 200, 48 * 1024
TICKET_LIFETIME_S = 60
DOOR_STATES = ("closed", "open", "released", "jammed", "unknown")


def up_topic(agent: str, name: str) -> str:
    """Topic of a message from an agent: one of `UP`."""
    return f"{ROOT}/{agent}/up/{name}"


def down_topic(agent: str, name: str) -> str:
    """Topic of a message to an agent: one of `DOWN`."""
    return f"{ROOT}/{agent}/down/{name}"


def state_topic(agent: str) -> str:
    """Retained topic with `online` or `offline`, the latter by last will; a hint for the map."""
    return f"{ROOT}/{agent}/state"


def agent_of_topic(topic: str) -> str | None:
    """The agent a topic of ours is about, or None for any other topic."""
    parts = topic.split("/")
    is_ours = len(parts) >= 4 and "/".join(parts[:2]) == ROOT
    return parts[2] if is_ours and parts[2] != "server" else None


@dataclass(frozen=True, slots=True)
class Hello:
    """What an agent holds, so that the server can send what it lacks. `session` counts the agent's starts.

    `nonce` is chance, used once: the acknowledgement that answers this message names it. `keys_version` is how many
    changes of the server's keys were followed, left out before the first.
    """

    agent: str
    epoch: int
    session: int
    last_seq: int
    acked_seq: int
    roster_version: int
    revocations_version: int
    permits: tuple[str, ...]
    at: datetime
    nonce: str
    keys_version: int = field(default_factory=int)


@dataclass(frozen=True, slots=True)
class CarriedEntry:
    """An entry's exact bytes with its salt and body, which may be missing once erased."""

    note: bytes
    salt: bytes | None = None
    body: bytes | None = None


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Entries of one source, oldest first, without gaps. `nonce` as in a hello."""

    agent: str
    epoch: int
    entries: tuple[CarriedEntry, ...]
    nonce: str


@dataclass(frozen=True, slots=True)
class Doors:
    """What an agent sees now: a hint for the live map, never a ground for changing state.

    `doors` maps `CAB-01/7` to a word of `DOOR_STATES`, released being shut and not locked; `boards` maps `left:1` to
    online or lost. `lines` maps a line (`left`) or a board on it to what happened there within the last hour, by word;
    it may be left out.
    """

    agent: str
    at: datetime
    doors: Mapping[str, str]
    boards: Mapping[str, str]
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ack:
    """The server has committed this agent's entries up to `seq`. `at` is the newest proof of contact.

    `answers` is the nonce of the hello or the entries that it answers, so that `at` is no earlier than those: what a
    broker kept back says nothing about now. It proves contact only to an agent that holds the named versions: who lets
    acknowledgements through and keeps back roster, revocations or changes of keys must not look like a good line.
    """

    agent: str
    epoch: int
    seq: int
    at: datetime
    answers: str
    roster_version: int = 0
    revocations_version: int = 0
    keys_version: int = field(default_factory=int)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """What the log says is out under a permit, for a journal of this epoch that knows nothing of it.

    An agent whose disk was replaced could otherwise never take back what its last journal let go.
    """

    agent: str
    epoch: int
    permit: str
    items: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class PermitDelivery:
    """A permit with its slip: signed notes in an unsigned envelope.

    With them `outstanding` where it was used before, and `step`, which proves from the log that it was issued.
    """

    permit: bytes
    slip: bytes
    outstanding: bytes | None = None
    step: bytes | None = None


@dataclass(frozen=True, slots=True)
class Revocations:
    """Permits that must not open anything any more. The higher version wins."""

    agent: str
    version: int
    revoked: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class RosterDoorbell:
    """A newer roster can be fetched over HTTP with this single-use ticket (URL-safe text)."""

    agent: str
    version: int
    sha256: str
    ticket: str


@dataclass(frozen=True, slots=True)
class PhotoDoorbell:
    """A photo that an entry names has not come yet: it can be sent over HTTP with this single-use ticket."""

    agent: str
    sha256: str
    ticket: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """The agent's signature over a doorbell's ticket: it shows who fetches or sends, without a clock."""

    agent: str
    ticket: str


Message = Hello | EventBatch | Doors | Ack | Outstanding | Revocations | RosterDoorbell | PhotoDoorbell | Ticket

_KINDS: dict[type, str] = {
    Hello: "gongguan-hello/v1",
    EventBatch: "gongguan-events/v1",
    Doors: "gongguan-doors/v1",
    Ack: "gongguan-ack/v1",
    Outstanding: "gongguan-outstanding/v1",
    Revocations: "gongguan-revocations/v1",
    RosterDoorbell: "gongguan-roster-doorbell/v1",
    PhotoDoorbell: "gongguan-photo-doorbell/v1",
    Ticket: "gongguan-ticket/v1",
}
_M = TypeVar("_M", bound=Message)


def encode(message: Message, *signers: Signer) -> bytes:
    """Sign a message as the document of its kind."""
    told = {each.name: getattr(message, each.name) for each in dataclass_fields(message)}
    left_out = {name for name in _may_be_left_out(type(message)) if not told[name]}
    fields = {name: _write(value) for name, value in told.items() if name not in left_out}
    return write_document(_KINDS[type(message)], fields, *signers)


def decode(note: bytes, message_type: type[_M], verifiers: Iterable[Verifier]) -> _M:
    """Verify and read a message of the expected type; raises `MalformedNote` or `UnverifiedNote`."""
    fields = read_document(note, _KINDS[message_type], verifiers)
    names = {each.name for each in dataclass_fields(message_type)}
    if not names - _may_be_left_out(message_type) <= fields.keys() <= names:
        raise MalformedNote("a message has exactly its fields")
    try:
        return message_type(**{name: _READERS[name](value) for name, value in fields.items()})
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedNote("a field of this message has the wrong form") from error


def _may_be_left_out(message_type: type) -> set[str]:
    """The fields that are not written while they are empty."""
    return {each.name for each in dataclass_fields(message_type) if each.default_factory is not MISSING}


def encode_delivery(delivery: PermitDelivery) -> bytes:
    """Put the notes of a permit delivery into one JSON object."""
    notes = {name: getattr(delivery, name) for name in ("permit", "slip", "outstanding", "step")}
    return json.dumps({name: note.decode() for name, note in notes.items() if note is not None}).encode()


def decode_delivery(payload: bytes) -> PermitDelivery:
    """Read a permit delivery; the notes inside are unverified. Raises `MalformedNote`."""
    try:
        fields = read_json(payload.decode())
        extra = {name: fields[name].encode() for name in ("outstanding", "step") if name in fields}
        return PermitDelivery(fields["permit"].encode(), fields["slip"].encode(), **extra)
    except (KeyError, AttributeError, UnicodeError) as error:
        raise MalformedNote("not a permit delivery") from error


def _write(value: object) -> object:
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, CarriedEntry):
        return _write_entry(value)
    if isinstance(value, tuple):
        return [_write(each) for each in value]
    return {key: _write(each) for key, each in value.items()} if isinstance(value, Mapping) else value


def _write_entry(entry: CarriedEntry) -> dict[str, str | None]:
    return {
        "note": entry.note.decode(),
        "salt": None if entry.salt is None else entry.salt.hex(),
        "body": None if entry.body is None else entry.body.decode(),
    }


def _read_entry(fields: Mapping[str, Any]) -> CarriedEntry:
    salt, body = fields["salt"], fields["body"]
    return CarriedEntry(
        note=fields["note"].encode(),
        salt=None if salt is None else bytes.fromhex(salt),
        body=None if body is None else body.encode(),
    )


_READERS: dict[str, Callable[[Any], Any]] = {
    "agent": read_text,
    "nonce": read_text,
    "answers": read_text,
    "epoch": read_count,
    "session": read_count,
    "last_seq": read_count,
    "acked_seq": read_count,
    "seq": read_count,
    "version": read_count,
    "roster_version": read_count,
    "revocations_version": read_count,
    "keys_version": read_count,
    "permit": read_text,
    "permits": read_texts,
    "items": read_texts,
    "revoked": read_texts,
    "doors": read_words,
    "boards": read_words,
    "lines": read_counts,
    "entries": lambda value: tuple(_read_entry(each) for each in value),
    "at": read_time,
    "sha256": read_text,
    "ticket": read_text,
}
