"""Reading the tables as they are, without trusting any of it: what `verify` compares with the log."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Connection, Integer, Table, func, select, type_coerce
from sqlalchemy.exc import NoResultFound

from firmware_protocol.key_changes import RETIRED, ROTATED
from server.custody.happenings import Fact
from server.store.log_rows import BODIES, ENTRIES, ENTRY_ITEMS, ENTRY_PEOPLE, SOURCES, Head, read_head
from server.store.rows import TABLE_OF

BATCH = 1000
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """One entry's rows in every table of the log; `body` is None where there is none."""

    columns: Row
    body: Row | None
    people: tuple[Row, ...]
    items: tuple[Row, ...]


def stored_batches(connection: Connection) -> Iterator[list[StoredEntry]]:
    """Every entry in the order of positions, some at a time; gaps are the reader's to notice."""
    for start in range(0, entry_count(connection), BATCH):
        bodies = {row["position"]: row for row in _between(connection, BODIES, start)}
        people, items = _grouped(connection, ENTRY_PEOPLE, start), _grouped(connection, ENTRY_ITEMS, start)
        yield [
            StoredEntry(row, bodies.get(row["position"]), tuple(people[row["position"]]), tuple(items[row["position"]]))
            for row in _between(connection, ENTRIES, start)
        ]


def entry_count(connection: Connection) -> int:
    """How many positions the entries reach, whatever the log's head claims."""
    last: int | None = connection.execute(select(func.max(ENTRIES.c.position))).scalar_one()
    return 0 if last is None else last + 1


def stored_head(connection: Connection) -> Head | None:
    """Where the table says the log ends, or None where that row is gone or makes no sense."""
    try:
        return read_head(connection)
    except (NoResultFound, TypeError, ValueError):
        return None


def rows_beside_the_log(connection: Connection) -> Iterator[tuple[str, int]]:
    """Rows of the log's other tables that belong to no entry: the table's name and the position they claim."""
    for table in (BODIES, ENTRY_PEOPLE, ENTRY_ITEMS):
        orphans = select(table.c.position).where(table.c.position.not_in(select(ENTRIES.c.position)))
        for position in connection.execute(orphans).scalars():
            yield table.name, position


def agent_keys(connection: Connection) -> list[bytes]:
    """The notes in which agents were added, from which their keys are read once they are verified."""
    wanted = select(ENTRIES.c.note).where(ENTRIES.c.type == "agent_added").order_by(ENTRIES.c.position)
    return list(connection.execute(wanted).scalars())


def agent_rotations(connection: Connection) -> list[Row]:
    """The entries by which agents gave their keys successors: `by`, `epoch`, `seq`, `position` and `note`, in order."""
    wanted = select(ENTRIES.c.by, ENTRIES.c.epoch, ENTRIES.c.seq, ENTRIES.c.position, ENTRIES.c.note)
    rows = connection.execute(wanted.where(ENTRIES.c.type == "agent_key_rotated").order_by(ENTRIES.c.position))
    return [row._asdict() for row in rows]


def key_changes_told(connection: Connection) -> list[tuple[int, bytes]]:
    """The entries that say of the server's keys which follows and which ends, with their positions."""
    wanted = select(ENTRIES.c.position, ENTRIES.c.note).where(ENTRIES.c.type.in_((ROTATED, RETIRED)))
    return [(row.position, row.note) for row in connection.execute(wanted.order_by(ENTRIES.c.position))]


def fact_rows(connection: Connection, kind: type[Fact]) -> dict[str, Row]:
    """The rows of one kind of fact by id; raises `ValueError` where a column holds what it cannot."""
    wanted = select(*(_as_stored(column) for column in TABLE_OF[kind].c))
    return {row.id: row._asdict() for row in connection.execute(wanted)}


def _as_stored(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The column as it is: SQLite would hand out any number but 0 as true, while its queries find only 1."""
    return type_coerce(column, Integer).label(column.key) if isinstance(column.type, Boolean) else column


def source_rows(connection: Connection) -> dict[tuple[str, int], tuple[int, str]]:
    """Where the table says each source's chain stands."""
    return {(row.by, row.epoch): (row.seq, row.prev) for row in connection.execute(select(SOURCES))}


def _between(connection: Connection, table: Table, start: int) -> list[Row]:
    position = table.c.position
    found = connection.execute(select(table).where(position >= start, position < start + BATCH).order_by(position))
    names = tuple(found.keys())
    return [dict(zip(names, row, strict=True)) for row in found]


def _grouped(connection: Connection, table: Table, start: int) -> defaultdict[int, list[Row]]:
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in _between(connection, table, start):
        grouped[row["position"]].append(row)
    return grouped
