"""The log as people read it: newest first, by whatever they look for; and one entry as it was signed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select

from firmware_protocol.times import time_from_ms, time_ms
from server.custody.bearings import EventGroup
from server.store.database import Reader
from server.store.lists.paging import LIMIT_MAX, Page, Position, older_than, page_of, read_position
from server.store.log_rows import BODIES, ENTRIES, ENTRY_ITEMS, ENTRY_PEOPLE, read_head


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which entries: of these cooperatives (none named: all), about this item or person, of this group, in this time.

    `since` is the first moment, `until` the first one that is no longer wanted.
    """

    cooperatives: tuple[str, ...] = ()
    item: str | None = None
    person: str | None = None
    group: EventGroup | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRow:
    """One entry: `position` is its leaf's index, `about` and `body` what it says, the body {} where there is none."""

    position: int
    by: str
    epoch: int
    seq: int
    at: datetime
    type: str
    about: Mapping[str, Any]
    body: Mapping[str, Any]
    cooperative: str | None
    checkout: str | None
    leaf_hash: bytes
    note: bytes


def entries(reader: Reader, wanted: LogFilter, after: str | None = None, limit: int = 50) -> Page[LogRow]:
    """A page of the log, newest first."""
    index = _index_of(wanted)
    statement = _within(wanted, index)
    position = read_position(after)
    if position is not None and position.tie.isascii() and position.tie.isdigit():
        statement = statement.where(older_than(index.at_ms, index.position, position, int))
    limit = min(limit, LIMIT_MAX)
    rows = reader.execute(statement.order_by(index.at_ms.desc(), index.position.desc()).limit(limit + 1))
    return page_of([_log_row(row) for row in rows], limit, _position)


def story(reader: Reader, checkout: str) -> tuple[LogRow, ...]:
    """Everything the log says about one checkout, in the order in which it was written down."""
    statement = _selection().where(ENTRIES.c.checkout == checkout).order_by(ENTRIES.c.position)
    return tuple(_log_row(row) for row in reader.execute(statement))


def entry(reader: Reader, position: int) -> LogRow | None:
    """The entry at this leaf, or None beyond the log's end."""
    row = reader.execute(_selection().where(ENTRIES.c.position == position)).one_or_none()
    return None if row is None else _log_row(row)


def size(reader: Reader) -> int:
    """The number of entries."""
    return read_head(reader).frontier.size


def checkpoint(reader: Reader) -> bytes:
    """The log's newest signed head (a signed note), empty before the first entry."""
    return read_head(reader).checkpoint


@dataclass(frozen=True, slots=True)
class _Index:
    """The columns a filter walks along, newest first, and what has to fit there."""

    at_ms: ColumnElement[int]
    position: ColumnElement[int]
    conditions: tuple[ColumnElement[bool], ...]


def _index_of(wanted: LogFilter) -> _Index:
    if wanted.person is not None:
        table = ENTRY_PEOPLE
        mine = (table.c.person == wanted.person, table.c.position == ENTRIES.c.position)
        return _Index(table.c.at_ms, table.c.position, mine)
    if wanted.item is not None:
        table = ENTRY_ITEMS
        mine = (table.c.item == wanted.item, table.c.position == ENTRIES.c.position)
        return _Index(table.c.at_ms, table.c.position, mine)
    return _Index(ENTRIES.c.at_ms, ENTRIES.c.position, ())


def _within(wanted: LogFilter, index: _Index) -> Select[Any]:
    conditions = list(index.conditions)
    if wanted.cooperatives:
        conditions.append(ENTRIES.c.cooperative.in_(wanted.cooperatives))
    if wanted.item is not None and wanted.person is not None:
        named = select(ENTRY_ITEMS.c.position).where(ENTRY_ITEMS.c.item == wanted.item)
        conditions.append(ENTRIES.c.position.in_(named))
    if wanted.group is not None:
        conditions.append(ENTRIES.c.event_group == str(wanted.group))
    if wanted.since is not None:
        conditions.append(index.at_ms >= time_ms(wanted.since))
    if wanted.until is not None:
        conditions.append(index.at_ms < time_ms(wanted.until))
    return _selection().where(*conditions)


def _selection() -> Select[Any]:
    return select(ENTRIES, BODIES.c.body).select_from(
        ENTRIES.outerjoin(BODIES, BODIES.c.position == ENTRIES.c.position)
    )


def _log_row(row: Row[Any]) -> LogRow:
    return LogRow(
        position=row.position,
        by=row.by,
        epoch=row.epoch,
        seq=row.seq,
        at=time_from_ms(row.at_ms),
        type=row.type,
        about=_object(row.note.split(b"\n", 2)[1]).get("about") or {},
        body=_object(row.body or b"{}"),
        cooperative=row.cooperative,
        checkout=row.checkout,
        leaf_hash=row.leaf_hash,
        note=row.note,
    )


def _object(text: bytes) -> dict[str, Any]:
    """The JSON object, or {} for anything else: another source's body is what that source made of it."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _position(row: LogRow) -> Position:
    return Position(time_ms(row.at), str(row.position))
