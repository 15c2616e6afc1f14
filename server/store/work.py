"""The unit of work: what one use case sees and does inside the writer's transaction.

It reads facts, records events, and is told the time and chance. `record` does everything an event means at once: it
signs the entry, chains it, applies its effects to the facts and keeps its columns for the search; all of it reaches the
database together when the use case returns, or not at all.
"""

import json
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from firmware_protocol.entries import (
    SALT_BYTES,
    SERVER,
    Chain,
    ClockQuality,
    Entry,
    body_digest,
    compose,
    write_body,
)
from firmware_protocol.proofs import leaf_hash
from server.custody.bearings import bearing_of
from server.custody.effects import effects_of
from server.custody.happenings import F, Happening
from server.custody.news import News
from server.store.fact_rows import FactRows
from server.store.gap import WHOLE, Gap, OutOfTurn
from server.store.keys import Keys
from server.store.log_rows import LogRows, NewEntry, load_chain, save_chain

Chance = Callable[[int], bytes]
SERVER_EPOCH = 1
_ID_BYTES = 10
_CLOCK: ClockQuality = "sync"
_PLAIN = frozenset({str, int, bool})


@dataclass(slots=True)
class Work:
    """One use case's view of the township. Valid only while its use case runs, on the writer's thread."""

    _connection: Connection
    keys: Keys
    now: datetime
    chance: Chance
    size: int
    chain: Chain
    _log: LogRows
    gap: Gap = WHOLE
    news: list[News] = field(default_factory=list)
    leaf_hashes: list[bytes] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    facts: FactRows = field(init=False)

    def __post_init__(self) -> None:
        self.facts = FactRows(self._connection)

    @property
    def connection(self) -> Connection:
        """For looking and writing past the facts: what was recorded so far is written first, so that it is seen."""
        self.flush()
        return self._connection

    def get(self, kind: type[F], fact_id: str) -> F | None:
        """The newest version of a fact, this use case's own changes included."""
        return self.facts.get(kind, fact_id)

    def new_id(self, prefix: str) -> str:
        """A new opaque id: the prefix, a dash, and 80 random bits in lower-case base32."""
        return f"{prefix}-{b32encode(self.chance(_ID_BYTES)).decode().lower()}"

    def tell(self, news: News) -> None:
        """Say this once everything is committed, and never if it is not."""
        self.news.append(news)

    def record(self, event_type: str, about: Mapping[str, Any], body: Mapping[str, Any] | None = None) -> None:
        """Append an event of the server and make its effects true.

        `about` holds ids, numbers and fixed words; keys whose value is None are left out. Raises `ValueError` for a
        type or key that the table of event types does not know, and `OutOfTurn` while a gap is open.
        """
        said = _as_written({key: value for key, value in about.items() if value is not None})
        body_bytes = None if body is None else write_body(body)
        salt = None if body_bytes is None else self.chance(SALT_BYTES)
        digest = None if body_bytes is None or salt is None else body_digest(salt, body_bytes)
        chain = self.chain
        entry = Entry(chain.by, chain.epoch, chain.seq + 1, chain.prev, self.now, _CLOCK, event_type, said, digest)
        note = compose(
            chain, self.keys.permit, at=entry.at, clock=_CLOCK, event_type=event_type, about=said, body=digest
        )
        self.chain = chain.extend(note)
        self._append(entry, note, salt, body_bytes)

    def take_in(self, entry: Entry, note: bytes, salt: bytes | None, body: bytes | None) -> None:
        """Append another source's verified entry, byte for byte, and make its effects true; it must be `is_due`."""
        self._append(entry, note, salt, body)

    def is_due(self, note: bytes) -> bool:
        """Whether the log's next entry may be this one."""
        return self._is_due(leaf_hash(note))

    def chain_of(self, by: str, epoch: int) -> Chain:
        """Where another source's chain stands."""
        return load_chain(self._connection, by, epoch)

    def keep_chain(self, chain: Chain) -> None:
        """Remember where another source's chain stands now."""
        save_chain(self._connection, chain)

    def flush(self) -> None:
        """Write everything recorded so far; the writer does this at the end anyway."""
        self.facts.flush()
        self._log.flush()

    @property
    def _next(self) -> int:
        return self.size + len(self.leaf_hashes)

    def _is_due(self, hashed: bytes) -> bool:
        return self.gap.admits(self._next, hashed)

    def _append(self, entry: Entry, note: bytes, salt: bytes | None, body: bytes | None) -> None:
        hashed = leaf_hash(note)
        if not self._is_due(hashed):
            raise OutOfTurn(f"position {self._next}")
        happening = happening_of(entry, body)
        for fact in effects_of(self, happening):
            self.facts.put(fact)
        self._log.append(NewEntry(self._next, note, hashed, entry, bearing_of(self, happening), salt, body))
        self.leaf_hashes.append(hashed)
        self.types.add(entry.type)


def happening_of(entry: Entry, body: bytes | None) -> Happening:
    """An entry and its body as custody sees them; a body that is not a JSON object says nothing."""
    return Happening(entry.by, entry.at, entry.type, entry.about, _fields(body))


def server_chain(connection: Connection) -> Chain:
    """Where the server's own chain stands."""
    return load_chain(connection, SERVER, SERVER_EPOCH)


def _as_written(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields as whoever reads the entry will see them: plain JSON, enumerations as their words."""
    if all(type(value) in _PLAIN for value in fields.values()):
        return fields
    written: dict[str, Any] = json.loads(json.dumps(fields))
    return written


def _fields(body: bytes | None) -> Mapping[str, Any]:
    try:
        fields = json.loads(body) if body is not None else {}
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
