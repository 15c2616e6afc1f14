"""Every try at a door, as the office and the cooperatives read them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from firmware_protocol.times import time_ms
from server.custody.facts import Compartment, Opening
from server.store.database import Reader
from server.store.lists.newest import newest_first
from server.store.lists.pages import Page
from server.store.lists.progress import Tell, untold
from server.store.rows import TABLE_OF, from_row

_T, _COMPARTMENTS = TABLE_OF[Opening], TABLE_OF[Compartment]
_AT_ONCE = 500
"""After how many somebody who waits hears of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningFilter:
    """Which openings; None means any. `cooperatives` are those whose compartments they were at.

    Intended since (inclusive) and until (exclusive).
    """

    cooperatives: Collection[str] | None = None
    place: str | None = None
    checkout: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def openings(reader: Reader, wanted: OpeningFilter, after: str | None = None, limit: int = 50) -> Page[Opening]:
    """Openings that fit, newest first."""
    return newest_first(reader, Opening, "intended_at_ms", _conditions(wanted), after, limit)


def openings_in_order(reader: Reader, wanted: OpeningFilter, limit: int, tell: Tell = untold) -> tuple[Opening, ...]:
    """Openings that fit, the earliest first, at most `limit`: for registers, which are read from their beginning.

    `tell` hears how many are gathered.
    """
    order, conditions = (_T.c.intended_at_ms, _T.c.id), _conditions(wanted)
    total = min(limit, reader.execute(select(func.count()).select_from(_T).where(*conditions)).scalar_one())
    found: list[Opening] = []
    for rows in reader.execute(select(_T).where(*conditions).order_by(*order).limit(limit)).partitions(_AT_ONCE):
        found += [from_row(Opening, row._asdict()) for row in rows]
        tell(len(found), total)
    return tuple(found)


def _conditions(wanted: OpeningFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.cooperatives is not None:
        theirs = select(_COMPARTMENTS.c.id).where(_COMPARTMENTS.c.cooperative.in_(sorted(wanted.cooperatives)))
        conditions.append(_T.c.place.in_(theirs))
    if wanted.place is not None:
        conditions.append(_T.c.place == wanted.place)
    if wanted.checkout is not None:
        conditions.append(_T.c.checkout == wanted.checkout)
    if wanted.since is not None:
        conditions.append(_T.c.intended_at_ms >= time_ms(wanted.since))
    if wanted.until is not None:
        conditions.append(_T.c.intended_at_ms < time_ms(wanted.until))
    return conditions
