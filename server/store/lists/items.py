"""What is on record to be kept, page by page."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, select

from server.custody.facts import Item
from server.store.database import Reader
from server.store.lists.pages import Page, limited
from server.store.rows import TABLE_OF, from_row

_T = TABLE_OF[Item]


def items(
    reader: Reader, cooperatives: Collection[str] | None, after: str | None = None, limit: int = 50
) -> Page[Item]:
    """The things of these cooperatives, or (None) of all, in the order of their ids; `after` is the last id seen."""
    conditions: list[ColumnElement[bool]] = []
    if cooperatives is not None:
        conditions.append(_T.c.cooperative.in_(sorted(cooperatives)))
    if after:
        conditions.append(_T.c.id > after)
    size = limited(limit)
    rows = reader.execute(select(_T).where(*conditions).order_by(_T.c.id).limit(size + 1))
    found = tuple(from_row(Item, row._asdict()) for row in rows)
    return Page(found[:size], found[size - 1].id if len(found) > size else None)
