"""Appending to the log's tables inside one transaction, and reading where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from firmware_protocol.entries import Chain, Entry
from firmware_protocol.times import time_from_ms, time_ms
from server.custody.bearings import Bearing
from server.custody.shapes import is_id
from server.ledger.tree import Frontier
from server.store.log_tables import Bodies, Entries, EntryItems, EntryPeople, LogHeads, Sources
from server.store.prepared import find_row, insert_rows, replace_rows
from server.store.tables import table_of

ENTRIES, BODIES, ENTRY_PEOPLE, ENTRY_ITEMS = (table_of(each) for each in (Entries, Bodies, EntryPeople, EntryItems))
SOURCES, LOG_HEADS = table_of(Sources), table_of(LogHeads)
_HEAD: Mapping[str, Any] = {"id": 1}


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


@dataclass(frozen=True, slots=True)
class Mark:
    """How many entries a transaction had appended, and how many of them were written."""

    appended: int
    written: int


class LogRows:
    """The entries that one transaction appends: kept until somebody looks or it ends, then written together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[NewEntry] = []
        self._written = 0

    def append(self, entry: NewEntry) -> None:
        """Keep an entry for the next flush."""
        self._new.append(entry)

    def mark(self) -> Mark:
        """Where a part of the transaction begins."""
        return Mark(len(self._new), self._written)

    def back_to(self, mark: Mark) -> None:
        """Forget that part; the database has been put back to where it began, so what was written in it is not."""
        del self._new[mark.appended :]
        self._written = mark.written

    def flush(self) -> None:
        """Write what was appended since the last flush."""
        new = self._new[self._written :]
        rows = {
            ENTRIES: [entry_row(each) for each in new],
            BODIES: [row for each in new for row in body_rows(each)],
            ENTRY_PEOPLE: [row for each in new for row in people_rows(each)],
            ENTRY_ITEMS: [row for each in new for row in item_rows(each)],
        }
        for table, values in rows.items():
            if values:
                insert_rows(self._connection, table, values)
        self._written = len(self._new)


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
    return _index_rows("person", new.bearing.persons, new)


def item_rows(new: NewEntry) -> list[dict[str, Any]]:
    """A row per item the entry names."""
    return _index_rows("item", new.bearing.items, new)


def _index_rows(column: str, ids: Sequence[str], new: NewEntry) -> list[dict[str, Any]]:
    return [{column: each, "at_ms": time_ms(new.entry.at), "position": new.position} for each in ids]


def load_head(connection: Connection) -> Head:
    """Where the log ends. Inside a writing transaction nobody else can move it until that ends."""
    row = find_row(connection, LOG_HEADS, _HEAD, is_locked=True)
    if row is None:
        raise LookupError("a database has a head of its log from its first migration on")
    return Head(Frontier.from_bytes(row["size"], row["frontier"]), row["checkpoint"])


def read_head(connection: Connection) -> Head:
    """Where the log ends, without locking it."""
    row = connection.execute(select(LOG_HEADS).filter_by(**_HEAD)).one()
    return Head(Frontier.from_bytes(row.size, row.frontier), row.checkpoint)


def save_head(connection: Connection, head: Head) -> None:
    """Move the log's end; part of the transaction that wrote the entries."""
    values = {"size": head.frontier.size, "frontier": head.frontier.to_bytes(), "checkpoint": head.checkpoint}
    replace_rows(connection, LOG_HEADS, ({**_HEAD, **values},))


def load_chain(connection: Connection, by: str, epoch: int) -> Chain:
    """Where this source's chain stands; at its beginning where nothing was ever stored."""
    row = find_row(connection, SOURCES, {"by": by, "epoch": epoch})
    return Chain(by, epoch) if row is None else Chain(by, epoch, row["seq"], row["prev"])


def entry_time(connection: Connection, chain: Chain) -> datetime | None:
    """When the newest entry of this chain was written, by its own time; None before the first."""
    row = find_row(connection, ENTRIES, {"by": chain.by, "epoch": chain.epoch, "seq": chain.seq})
    return None if row is None else time_from_ms(row["at_ms"])


def save_chain(connection: Connection, chain: Chain) -> None:
    """Keep where a source's chain stands."""
    row = {"by": chain.by, "epoch": chain.epoch, "seq": chain.seq, "prev": chain.prev}
    replace_rows(connection, SOURCES, (row,))
