"""Statements that are compiled once and run on the driver's own cursor.

SQLAlchemy weighs a statement anew each time it is executed, which takes several times as long as SQLite takes to append
a row or to find one. What every entry and every fact passes through is compiled once per engine instead. It is the same
SQL, in the transaction that the connection has begun; what fails raises the driver's own errors.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table, bindparam, select
from sqlalchemy.sql.expression import ClauseElement

from server.store.upserts import upsert

Convert = Callable[[Any], Any]
Row = Mapping[str, Any]

_STATEMENTS_MAX = 512


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement in the engine's own SQL.

    `given`: the columns it takes, in order; `answered`: those of its rows; each with how values are converted for the
    driver, or from it.
    """

    sql: str
    is_by_place: bool
    given: tuple[tuple[str, Convert | None], ...]
    answered: tuple[tuple[str, Convert | None], ...] = ()

    def bound(self, row: Row) -> Any:  # noqa: ANN401 - what the driver takes
        """A row as the driver takes it."""
        if self.is_by_place:
            return tuple([convert(row[name]) if convert else row[name] for name, convert in self.given])
        return {name: convert(row[name]) if convert else row[name] for name, convert in self.given}

    def row(self, values: Iterable[Any]) -> dict[str, Any]:
        """A row as the columns' types have it."""
        answered = zip(self.answered, values, strict=True)
        return {name: convert(value) if convert else value for (name, convert), value in answered}


def insert_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Append whole rows."""
    _execute(connection, _insertion(table, connection.dialect), rows)


def replace_rows(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Write whole rows; one with the same primary key is replaced."""
    _execute(connection, _replacement(table, connection.dialect), rows)


def find_row(connection: Connection, table: Table, wanted: Row, *, is_locked: bool = False) -> Row | None:
    """The one row whose columns have these values, none of them None; or None where there is no such row.

    `is_locked`: nobody else can change it until this transaction ends.
    """
    prepared = _search(table, connection.dialect, tuple(wanted), is_locked)
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(prepared.sql, prepared.bound(wanted))
        values = cursor.fetchone()
    return None if values is None else prepared.row(values)


def _execute(connection: Connection, prepared: Prepared, rows: Iterable[Row]) -> None:
    bound = [prepared.bound(row) for row in rows]
    with closing(connection.connection.cursor()) as cursor:
        if len(bound) == 1:
            cursor.execute(prepared.sql, bound[0])
        else:
            cursor.executemany(prepared.sql, bound)


@lru_cache(_STATEMENTS_MAX)
def _insertion(table: Table, dialect: Dialect) -> Prepared:
    return _prepared(table.insert().inline(), table, dialect)


@lru_cache(_STATEMENTS_MAX)
def _replacement(table: Table, dialect: Dialect) -> Prepared:
    return _prepared(upsert(table, dialect.name), table, dialect)


@lru_cache(_STATEMENTS_MAX)
def _search(table: Table, dialect: Dialect, names: tuple[str, ...], is_locked: bool) -> Prepared:
    found = select(table).where(*(table.c[name] == bindparam(name) for name in names))
    statement = found.with_for_update() if is_locked else found
    return _prepared(statement, table, dialect, tuple(column.name for column in table.c))


def _prepared(statement: ClauseElement, table: Table, dialect: Dialect, answered: tuple[str, ...] = ()) -> Prepared:
    compiled: Any = statement.compile(dialect=dialect)
    types = {column.name: column.type.dialect_impl(dialect) for column in table.c}
    return Prepared(
        sql=str(compiled),
        is_by_place=compiled.positional,
        given=tuple((name, types[name].bind_processor(dialect)) for name in compiled.positiontup or compiled.params),
        answered=tuple((name, types[name].result_processor(dialect, None)) for name in answered),
    )
