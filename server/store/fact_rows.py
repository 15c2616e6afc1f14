"""Loading and saving facts inside one transaction: read once, changed in memory, written together."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Select, select

from server.custody.happenings import F, Fact
from server.store.prepared import find_row, replace_rows
from server.store.rows import TABLE_OF, from_row, to_row


class FactRows:
    """The facts as this transaction sees them. `put` is kept in memory until `flush`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._seen: dict[tuple[type[Fact], str], Fact | None] = {}
        self._changed: dict[type[Fact], dict[str, Fact]] = {}

    def get(self, kind: type[F], fact_id: str) -> F | None:
        """The newest version of this fact, or None."""
        key = (kind, fact_id)
        if key not in self._seen:
            row = find_row(self._connection, TABLE_OF[kind], {"id": fact_id})
            self._seen[key] = None if row is None else from_row(kind, row)
        fact = self._seen[key]
        return fact if isinstance(fact, kind) else None

    def where(self, kind: type[F], *conditions: ColumnElement[bool]) -> list[F]:
        """Every fact of this kind that fits, in the order of ids; what was put before counts."""
        self.flush()
        table = TABLE_OF[kind]
        found = _facts(kind, self._connection.execute(select(table).where(*conditions).order_by(table.c.id)))
        self._seen.update({(kind, fact.id): fact for fact in found})
        return found

    def scalars(self, statement: Select[Any]) -> list[Any]:
        """One column of some rows; what was put before counts."""
        self.flush()
        return list(self._connection.execute(statement).scalars())

    def put(self, fact: Fact) -> None:
        """Make this the newest version."""
        self._seen[type(fact), fact.id] = fact
        self._changed.setdefault(type(fact), {})[fact.id] = fact

    def flush(self) -> None:
        """Write what was put since the last flush."""
        for kind, facts in self._changed.items():
            replace_rows(self._connection, TABLE_OF[kind], map(to_row, facts.values()))
        self._changed.clear()


def all_facts(connection: Connection, kind: type[F]) -> Mapping[str, F]:
    """Every fact of one kind by its id, as the table has it."""
    return {fact.id: fact for fact in _facts(kind, connection.execute(select(TABLE_OF[kind])))}


def _facts(kind: type[F], rows: CursorResult[Any]) -> list[F]:
    names = tuple(rows.keys())
    return [from_row(kind, dict(zip(names, row, strict=True))) for row in rows]
