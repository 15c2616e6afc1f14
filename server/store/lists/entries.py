"""The log as people read it: newest first, filtered by whom or what it bears on."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, select

from firmware_protocol.entries import KIND
from firmware_protocol.notes import document_fields, parse_note
from firmware_protocol.times import time_from_ms, time_ms
from server.custody.bearings import EventGroup
from server.custody.findings.finding import Finding
from server.store.database import Reader
from server.store.lists.pages import Cursor, Page, beyond, limited
from server.store.log_rows import BODIES, ENTRIES, ENTRY_ITEMS, ENTRY_PEOPLE, read_head

STORY_LINES_MAX = 1000
NESTING_MAX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Which entries; None means any. `since` inclusive, `until` exclusive, both aware and by the entry's own time."""

    cooperative: str | None = None
    item: str | None = None
    person: str | None = None
    group: EventGroup | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry. `position` is its place in the log, from 0; `body` None where there is none."""

    position: int
    by: str
    epoch: int
    seq: int
    at: datetime
    type: str
    group: EventGroup
    about: Mapping[str, Any]
    body: Mapping[str, Any] | None
    cooperative: str | None
    checkout: str | None


def log(reader: Reader, wanted: LogFilter, after: str | None = None, limit: int = 50) -> Page[LogLine]:
    """Entries that fit, newest first by their own time."""
    statement, at_ms, position = _from(wanted)
    conditions = _conditions(wanted, at_ms)
    cursor = Cursor.parse(after) if after else None
    if cursor is not None and cursor.position is not None:
        conditions.append(beyond(at_ms, position, cursor.at_ms, cursor.position))
    size = limited(limit)
    rows = reader.execute(statement.where(*conditions).order_by(at_ms.desc(), position.desc()).limit(size + 1)).all()
    lines = _lines(reader, rows[:size])
    if len(rows) <= size:
        return Page(lines)
    return Page(lines, str(Cursor(rows[size - 1].at_ms, str(rows[size - 1].position))))


def story(reader: Reader, checkout_id: str) -> tuple[LogLine, ...]:
    """Everything that bears on one checkout, in the order of the log."""
    fitting = select(ENTRIES).where(ENTRIES.c.checkout == checkout_id).order_by(ENTRIES.c.position)
    return _lines(reader, reader.execute(fitting.limit(STORY_LINES_MAX)).all())


def grown(reader: Reader, since_position: int, limit: int = 50) -> tuple[LogLine, ...]:
    """Entries from this position on, in the order of the log: what a live page has not shown yet."""
    fitting = select(ENTRIES).where(ENTRIES.c.position >= since_position).order_by(ENTRIES.c.position)
    return _lines(reader, reader.execute(fitting.limit(limited(limit))).all())


def of_types(reader: Reader, types: Iterable[str], since_position: int, until_position: int) -> tuple[LogLine, ...]:
    """Entries of these types from one position up to (not including) another, in the order of the log."""
    between = ENTRIES.c.position >= since_position, ENTRIES.c.position < until_position
    return lines_where(reader, *between, ENTRIES.c.type.in_(sorted(types)))


def lines_where(reader: Reader, *conditions: ColumnElement[bool]) -> tuple[LogLine, ...]:
    """Every entry of which all of this is true, in the order of the log; the conditions have to follow an index."""
    return _lines(reader, reader.execute(select(ENTRIES).where(*conditions).order_by(ENTRIES.c.position)).all())


def about_finding(reader: Reader, finding: Finding) -> tuple[LogLine, ...]:
    """A finding's own entries, from its raising on, in the order of the log."""
    fitting = select(ENTRIES).where(
        ENTRIES.c.event_group == str(EventGroup.FINDING),
        ENTRIES.c.at_ms >= time_ms(finding.raised_at),
        ENTRIES.c.cooperative == finding.cooperative if finding.cooperative else ENTRIES.c.cooperative.is_(None),
    )
    rows = reader.execute(fitting.order_by(ENTRIES.c.at_ms, ENTRIES.c.position).limit(STORY_LINES_MAX)).all()
    return tuple(line for line in _lines(reader, rows) if line.about.get("finding") == finding.id)


def at_positions(reader: Reader, positions: Iterable[int]) -> tuple[LogLine, ...]:
    """The entries at these positions, in the order of the log."""
    fitting = select(ENTRIES).where(ENTRIES.c.position.in_(sorted(positions))).order_by(ENTRIES.c.position)
    return _lines(reader, reader.execute(fitting).all())


def entry(reader: Reader, position: int) -> LogLine | None:
    """One entry, or None beyond the end."""
    lines = _lines(reader, reader.execute(select(ENTRIES).where(ENTRIES.c.position == position)).all())
    return lines[0] if lines else None


def log_size(reader: Reader) -> int:
    """How many entries the log has."""
    return read_head(reader).frontier.size


def checkpoint(reader: Reader) -> bytes:
    """The newest checkpoint: a signed note; empty before the first entry."""
    return read_head(reader).checkpoint


def _from(wanted: LogFilter) -> tuple[Select[Any], ColumnElement[int], ColumnElement[int]]:
    """The table that leads, since its index starts with the rarest thing asked for, and its time and position."""
    if wanted.item is not None:
        joined = ENTRY_ITEMS.join(ENTRIES, ENTRIES.c.position == ENTRY_ITEMS.c.position)
        if wanted.person is not None:
            same_entry = and_(
                ENTRY_PEOPLE.c.position == ENTRY_ITEMS.c.position, ENTRY_PEOPLE.c.at_ms == ENTRY_ITEMS.c.at_ms
            )
            joined = joined.join(ENTRY_PEOPLE, same_entry)
        return select(ENTRIES).select_from(joined), ENTRY_ITEMS.c.at_ms, ENTRY_ITEMS.c.position
    if wanted.person is not None:
        joined = ENTRY_PEOPLE.join(ENTRIES, ENTRIES.c.position == ENTRY_PEOPLE.c.position)
        return select(ENTRIES).select_from(joined), ENTRY_PEOPLE.c.at_ms, ENTRY_PEOPLE.c.position
    return select(ENTRIES), ENTRIES.c.at_ms, ENTRIES.c.position


def _conditions(wanted: LogFilter, at_ms: ColumnElement[int]) -> list[ColumnElement[bool]]:
    asked = (
        (wanted.item, ENTRY_ITEMS.c.item == wanted.item),
        (wanted.person, ENTRY_PEOPLE.c.person == wanted.person),
        (wanted.cooperative, ENTRIES.c.cooperative == wanted.cooperative),
        (wanted.group, ENTRIES.c.event_group == str(wanted.group)),
    )
    conditions = [condition for value, condition in asked if value is not None]
    if wanted.since is not None:
        conditions.append(at_ms >= time_ms(wanted.since))
    if wanted.until is not None:
        conditions.append(at_ms < time_ms(wanted.until))
    return conditions


def _lines(reader: Reader, rows: Iterable[Row[Any]]) -> tuple[LogLine, ...]:
    every = list(rows)
    wanted = select(BODIES.c.position, BODIES.c.body).where(BODIES.c.position.in_([row.position for row in every]))
    bodies = {row.position: row.body for row in reader.execute(wanted)} if every else {}
    return tuple(_line(row, bodies.get(row.position)) for row in every)


def _line(row: Row[Any], body: bytes | None) -> LogLine:
    fields = document_fields(parse_note(row.note).text, KIND)
    return LogLine(
        position=row.position,
        by=row.by,
        epoch=row.epoch,
        seq=row.seq,
        at=time_from_ms(row.at_ms),
        type=row.type,
        group=EventGroup(row.event_group),
        about=_showable(fields["about"]),
        body=_showable(_object(body)),
        cooperative=row.cooperative,
        checkout=row.checkout,
    )


def _object(body: bytes | None) -> Mapping[str, Any] | None:
    try:
        fields = None if body is None else json.loads(body)
    except (ValueError, RecursionError):
        return None
    return fields if isinstance(fields, dict) else None


def _showable(value: Any, nesting: int = NESTING_MAX) -> Any:  # noqa: ANN401 - whatever JSON can say
    """The value as it can be shown: nothing another source signed may keep people from reading the log.

    Half a character, which JSON can spell and nothing can send, becomes a question mark, and what is nested deeper
    than any event of ours an ellipsis. The signed bytes stay as they are.
    """
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if not isinstance(value, dict | list):
        return value
    if nesting == 0:
        return "…"
    if isinstance(value, list):
        return [_showable(each, nesting - 1) for each in value]
    return {_showable(key): _showable(each, nesting - 1) for key, each in value.items()}
