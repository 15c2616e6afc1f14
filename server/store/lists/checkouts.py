"""Requests, deposits and permits, as the desk and the office see them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Subquery, select, union

from server.custody.facts import Checkout, Deposit, IssuedPermit
from server.custody.states import CheckoutState, DepositState
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.newest import newest_first
from server.store.lists.pages import LIMIT_MAX, Cursor, Page, beyond, limited
from server.store.rows import TABLE_OF, from_row

_T = TABLE_OF[Checkout]
_WHOSE = _T.c.applicant, _T.c.holder
"""Each with an index of its own, which one condition about both could not use in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFilter:
    """Which checkouts; None means any."""

    cooperatives: Collection[str] | None = None
    state: CheckoutState | None = None


def checkout(reader: Reader, checkout_id: str) -> Checkout | None:
    """One checkout."""
    return FactRows(reader).get(Checkout, checkout_id)


def checkouts(reader: Reader, wanted: CheckoutFilter, after: str | None = None, limit: int = 50) -> Page[Checkout]:
    """Checkouts that fit, newest first."""
    conditions: list[ColumnElement[bool]] = []
    if wanted.cooperatives is not None:
        conditions.append(_T.c.cooperative.in_(sorted(wanted.cooperatives)))
    if wanted.state is not None:
        conditions.append(_T.c.state == str(wanted.state))
    return newest_first(reader, Checkout, "filed_at_ms", conditions, after, limit)


def my_checkouts(reader: Reader, person: str, after: str | None = None, limit: int = 50) -> Page[Checkout]:
    """What this person has applied for or holds, newest first."""
    size, cursor = limited(limit), Cursor.parse(after) if after else None
    newest = union(*(select(_newest_of(column == person, cursor, size)) for column in _WHOSE)).subquery()
    order = newest.c.filed_at_ms.desc(), newest.c.id.desc()
    keys = reader.execute(select(newest).order_by(*order).limit(size + 1)).all()
    shown = {key.id: number for number, key in enumerate(keys[:size])}
    found = FactRows(reader).where(Checkout, _T.c.id.in_(list(shown)))
    rows = tuple(sorted(found, key=lambda each: shown[each.id]))
    return Page(rows, str(Cursor(keys[size - 1].filed_at_ms, keys[size - 1].id)) if len(keys) > size else None)


def _newest_of(condition: ColumnElement[bool], cursor: Cursor | None, size: int) -> Subquery:
    """The keys of so many checkouts that fit, and of one more; an index gives them in order."""
    further = () if cursor is None else (beyond(_T.c.filed_at_ms, _T.c.id, cursor.at_ms, cursor.tie),)
    keys = select(_T.c.id, _T.c.filed_at_ms).where(condition, *further)
    return keys.order_by(_T.c.filed_at_ms.desc(), _T.c.id.desc()).limit(size + 1).subquery()


def held_by(reader: Reader, person: str) -> tuple[Checkout, ...]:
    """What this person has out now, due first."""
    held = FactRows(reader).where(Checkout, _T.c.holder == person, _T.c.state == str(CheckoutState.OUT))
    return tuple(sorted(held, key=lambda each: (each.due_at is None, each.due_at, each.id)))


def deposits(
    reader: Reader, *, cooperative: str | None = None, state: DepositState | None = None
) -> tuple[Deposit, ...]:
    """Deposits that fit, newest first, at most 200."""
    table = TABLE_OF[Deposit]
    conditions = [] if cooperative is None else [table.c.cooperative == cooperative]
    if state is not None:
        conditions.append(table.c.state == str(state))
    newest = table.c.arranged_at_ms.desc(), table.c.id.desc()
    rows = reader.execute(select(table).where(*conditions).order_by(*newest).limit(LIMIT_MAX))
    return tuple(from_row(Deposit, row._asdict()) for row in rows)


def permit(reader: Reader, permit_id: str) -> IssuedPermit | None:
    """One permit as issued."""
    return FactRows(reader).get(IssuedPermit, permit_id)
