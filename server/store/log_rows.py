"""Appending to the log's tables inside one transaction, and reading where it stands."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from firmware_protocol.entries import Chain, Entry
from firmware_protocol.times import time_ms
from server.custody.bearings import Bearing
from server.custody.shapes import is_id
from server.ledger.tree import Frontier
from server.store.log_tables import Bodies, Entries, EntryItems, EntryPeople, LogHeads, Sources
from server.store.prepared import insert_rows, replace_rows
from server.store.tables import table_of

ENTRIES, BODIES, ENTRY_PEOPLE, ENTRY_ITEMS = (table_of(each) for each in (Entries, Bodies, EntryPeople, EntryItems))
SOURCES, LOG_HEADS = table_of(Sources), table_of(LogHeads)
_HEAD_ID = 1
_HEAD = select(LOG_HEADS).where(LOG_HEADS.c.id == _HEAD_ID)
_HEAD_LOCKED = _HEAD.with_for_update()
_SOURCE = select(SOURCES).where(SOURCES.c.by == bindparam("by"), SOURCES.c.epoch == bindparam("epoch"))


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One entry on its way into the log: its exact bytes, what they say, and what they bear on."""

    position: int
    note: bytes
    leaf_hash: bytes
    entry: Entry
    bearing: Bearing
    salt: bytes | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Head:
    """How far the log has grown: the tree's frontier and the newest checkpoint (empty before the first entry)."""

    frontier: Frontier
    checkpoint: bytes


class LogRows:
    """Buffers entries until `flush`, so that a use case writes them in a few statements."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[NewEntry] = []

    def append(self, entry: NewEntry) -> None:
        """Keep an entry for the next flush."""
        self._new.append(entry)

    def flush(self) -> None:
        """Write what was appended since the last flush."""
        rows = {
            ENTRIES: [entry_row(new) for new in self._new],
            BODIES: [row for new in self._new for row in body_rows(new)],
            ENTRY_PEOPLE: [row for new in self._new for row in people_rows(new)],
            ENTRY_ITEMS: [row for new in self._new for row in item_rows(new)],
        }
        for table, values in rows.items():
            if values:
                insert_rows(self._connection, table, values)
        self._new.clear()


def entry_row(new: NewEntry) -> dict[str, Any]:
    """The entry's own row."""
    return {
        "position": new.position,
        "by": new.entry.by,
        "epoch": new.entry.epoch,
        "seq": new.entry.seq,
        "at_ms": time_ms(new.entry.at),
        "type": new.entry.type if is_id(new.entry.type) else "unknown",
        "event_group": str(new.bearing.group),
        "cooperative": new.bearing.cooperative,
        "checkout": new.bearing.checkout,
        "leaf_hash": new.leaf_hash,
        "note": new.note,
    }


def body_rows(new: NewEntry) -> list[dict[str, Any]]:
    """The row of the entry's body, where it has one."""
    return [] if new.body is None else [{"position": new.position, "salt": new.salt, "body": new.body}]


def people_rows(new: NewEntry) -> list[dict[str, Any]]:
    """A row per person the entry names."""
    at_ms = time_ms(new.entry.at)
    return [{"person": person, "at_ms": at_ms, "position": new.position} for person in new.bearing.persons]


def item_rows(new: NewEntry) -> list[dict[str, Any]]:
    """A row per item the entry names."""
    at_ms = time_ms(new.entry.at)
    return [{"item": item, "at_ms": at_ms, "position": new.position} for item in new.bearing.items]


def load_head(connection: Connection) -> Head:
    """Where the log ends. Inside a writing transaction nobody else can move it until that ends."""
    row = connection.execute(_HEAD_LOCKED).one()
    return Head(Frontier.from_bytes(row.size, row.frontier), row.checkpoint)


def read_head(connection: Connection) -> Head:
    """Where the log ends, without locking it."""
    row = connection.execute(_HEAD).one()
    return Head(Frontier.from_bytes(row.size, row.frontier), row.checkpoint)


def save_head(connection: Connection, head: Head) -> None:
    """Move the log's end; part of the transaction that wrote the entries."""
    values = {"size": head.frontier.size, "frontier": head.frontier.to_bytes(), "checkpoint": head.checkpoint}
    connection.execute(LOG_HEADS.update().where(LOG_HEADS.c.id == _HEAD_ID).values(values))


def load_chain(connection: Connection, by: str, epoch: int) -> Chain:
    """Where this source's chain stands; at its beginning where nothing was ever stored."""
    row = connection.execute(_SOURCE, {"by": by, "epoch": epoch}).one_or_none()
    return Chain(by, epoch) if row is None else Chain(by, epoch, row.seq, row.prev)


def save_chain(connection: Connection, chain: Chain) -> None:
    """Keep where a source's chain stands."""
    row = {"by": chain.by, "epoch": chain.epoch, "seq": chain.seq, "prev": chain.prev}
    replace_rows(connection, SOURCES, (row,))
