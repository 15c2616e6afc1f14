"""Requests, deposits and permits, as the desk and the office see them."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select

from server.custody.facts import Checkout, Deposit, IssuedPermit
from server.custody.states import CheckoutState, DepositState
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.newest import newest_first
from server.store.lists.pages import LIMIT_MAX, Page
from server.store.rows import TABLE_OF, from_row

_T = TABLE_OF[Checkout]


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
    concerned = or_(_T.c.applicant == person, _T.c.holder == person)
    return newest_first(reader, Checkout, "filed_at_ms", [concerned], after, limit)


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
