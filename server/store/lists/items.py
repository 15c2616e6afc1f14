"""What is on record to be kept, page by page."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from server.custody.facts import Item
from server.custody.searching import FoundKind, terms_of
from server.custody.states import ItemKind
from server.store.database import Reader
from server.store.lists.pages import Page, limited
from server.store.lists.search import is_found
from server.store.rows import TABLE_OF, from_row

_T = TABLE_OF[Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelfFilter:
    """One cooperative's things of one kind that have every word of `typed`, as far as the search knows them by now."""

    cooperative: str
    kind: ItemKind
    typed: str = ""


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


def shelf(reader: Reader, wanted: ShelfFilter, after: str | None = None, limit: int = 50) -> Page[Item]:
    """What fits, the highest key first: contracts and volumes are numbered by year. `after` is the last key seen."""
    conditions = [_T.c.cooperative == wanted.cooperative, _T.c.kind == str(wanted.kind)]
    if terms := terms_of(wanted.typed):
        conditions.append(is_found(FoundKind.ITEM, _T.c.id, terms))
    if after:
        conditions.append(_T.c.key < after)
    size = limited(limit)
    rows = reader.execute(select(_T).where(*conditions).order_by(_T.c.key.desc()).limit(size + 1))
    found = tuple(from_row(Item, row._asdict()) for row in rows)
    return Page(found[:size], found[size - 1].key if len(found) > size else None)
