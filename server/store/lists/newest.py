"""Keyset pages over facts that have a moment: the newest first."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, select

from server.custody.happenings import F
from server.store.database import Reader
from server.store.lists.pages import Cursor, Page, beyond, limited
from server.store.rows import TABLE_OF, from_row


def newest_first(
    reader: Reader, kind: type[F], moment: str, conditions: Iterable[ColumnElement[bool]], after: str | None, limit: int
) -> Page[F]:
    """A page of the facts of `kind` that fit, by the column `moment` (…_ms) and then by id, both descending."""
    table = TABLE_OF[kind]
    at_ms: ColumnElement[Any] = table.c[moment]
    cursor = Cursor.parse(after) if after else None
    further = () if cursor is None else (beyond(at_ms, table.c.id, cursor.at_ms, cursor.tie),)
    size = limited(limit)
    wanted = select(table).where(*conditions, *further).order_by(at_ms.desc(), table.c.id.desc()).limit(size + 1)
    rows = [row._asdict() for row in reader.execute(wanted)]
    found = tuple(from_row(kind, row) for row in rows[:size])
    return Page(found, str(Cursor(rows[size - 1][moment], rows[size - 1]["id"])) if len(rows) > size else None)
