"""Lists of checkouts: what waits for a person, what a person asked for and holds, what was filed lately."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, select

from firmware_protocol.times import time_ms
from server.custody.approvals import may_decide_first
from server.custody.facts import Checkout, Cooperative
from server.custody.lifecycle import OPEN_CHECKOUTS
from server.custody.people import Standing
from server.custody.roles import Role
from server.custody.states import CheckoutState
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.paging import LIMIT_MAX, Page, Position, older_than, page_of, read_position
from server.store.rows import TABLE_OF, from_row

_CHECKOUTS = TABLE_OF[Checkout]
_FIRST_STEP = frozenset({Role.HEAD, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutFilter:
    """Which checkouts: of these cooperatives (none named: all), in this state, filed since then."""

    cooperatives: tuple[str, ...] = ()
    state: CheckoutState | None = None
    since: datetime | None = None


def checkouts(reader: Reader, wanted: CheckoutFilter, after: str | None = None, limit: int = 50) -> Page[Checkout]:
    """A page of checkouts, newest filed first."""
    conditions = [_is_among(wanted.cooperatives)] if wanted.cooperatives else []
    if wanted.state is not None:
        conditions.append(_CHECKOUTS.c.state == str(wanted.state))
    if wanted.since is not None:
        conditions.append(_CHECKOUTS.c.filed_at_ms >= time_ms(wanted.since))
    if (position := read_position(after)) is not None:
        conditions.append(older_than(_CHECKOUTS.c.filed_at_ms, _CHECKOUTS.c.id, position, str))
    limit = min(limit, LIMIT_MAX)
    return page_of(_newest(reader, limit + 1, *conditions), limit, _position)


def to_decide(reader: Reader, standing: Standing) -> tuple[Checkout, ...]:
    """What waits for this person's decision now, newest first. Of each step at most `LIMIT_MAX`."""
    facts = FactRows(reader)
    found = [*_first_steps(reader, facts, standing), *_second_steps(reader, standing)]
    return tuple(sorted(found, key=lambda checkout: (checkout.filed_at, checkout.id), reverse=True))


def open_of(reader: Reader, person: str) -> tuple[Checkout, ...]:
    """The open checkouts this person applied for or is to hold, newest first."""
    states = _CHECKOUTS.c.state.in_([str(state) for state in OPEN_CHECKOUTS])
    mine = {
        checkout.id: checkout
        for whose in (_CHECKOUTS.c.applicant, _CHECKOUTS.c.holder)
        for checkout in _newest(reader, LIMIT_MAX, whose == person, states)
    }
    return tuple(sorted(mine.values(), key=lambda checkout: (checkout.filed_at, checkout.id), reverse=True))


def held_by(reader: Reader, person: str) -> tuple[Checkout, ...]:
    """What this person has taken out and not brought back, the soonest due first."""
    out = _newest(reader, LIMIT_MAX, _CHECKOUTS.c.holder == person, _CHECKOUTS.c.state == str(CheckoutState.OUT))
    return tuple(sorted(out, key=lambda checkout: checkout.due_at or checkout.filed_at))


def ended_of(reader: Reader, person: str, limit: int) -> tuple[Checkout, ...]:
    """The newest of this person's requests that came to an end."""
    states = _CHECKOUTS.c.state.not_in([str(state) for state in OPEN_CHECKOUTS])
    return tuple(_newest(reader, limit, _CHECKOUTS.c.applicant == person, states))


def filed_since(reader: Reader, standing: Standing, since: datetime, limit: int) -> tuple[Checkout, ...]:
    """What was filed since then and concerns this person: everything for a reviewer, else their cooperatives'."""
    cooperatives = () if standing.holds(Role.REVIEWER) else tuple(sorted(standing.cooperatives()))
    return checkouts(reader, CheckoutFilter(cooperatives=cooperatives, since=since), limit=limit).rows


def _first_steps(reader: Reader, facts: FactRows, standing: Standing) -> Iterable[Checkout]:
    mine = tuple(each for each in standing.cooperatives() if standing.holds_any(_FIRST_STEP, each))
    if not mine:
        return []
    filed = _newest(reader, LIMIT_MAX, _is_among(mine), _CHECKOUTS.c.state == str(CheckoutState.FILED))
    return filter(partial(_decides_first, facts, standing), filed)


def _decides_first(facts: FactRows, standing: Standing, checkout: Checkout) -> bool:
    cooperative = facts.get(Cooperative, checkout.cooperative)
    if cooperative is None:
        return False
    return standing.id in may_decide_first(checkout, cooperative, find.officers(facts, cooperative.id))


def _second_steps(reader: Reader, standing: Standing) -> Iterable[Checkout]:
    if not standing.holds(Role.REVIEWER):
        return []
    endorsed = _newest(reader, LIMIT_MAX, _CHECKOUTS.c.state == str(CheckoutState.ENDORSED))
    return [checkout for checkout in endorsed if standing.id not in _involved(checkout)]


def _involved(checkout: Checkout) -> set[str]:
    return {checkout.applicant, checkout.holder, *(decision.person for decision in checkout.decisions)}


def _is_among(cooperatives: tuple[str, ...]) -> ColumnElement[bool]:
    return _CHECKOUTS.c.cooperative.in_(cooperatives)


def _newest(reader: Reader, limit: int, *conditions: ColumnElement[bool]) -> list[Checkout]:
    newest_first = (_CHECKOUTS.c.filed_at_ms.desc(), _CHECKOUTS.c.id.desc())
    rows = reader.execute(select(_CHECKOUTS).where(*conditions).order_by(*newest_first).limit(limit))
    return [from_row(Checkout, row._asdict()) for row in rows]


def _position(checkout: Checkout) -> Position:
    return Position(time_ms(checkout.filed_at), checkout.id)
