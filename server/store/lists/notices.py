"""Notices and deliveries as pages list them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from firmware_protocol.times import time_from_ms, time_ms
from server.custody.notices.deliveries import Delivery, DeliveryState
from server.custody.notices.notice import Notice
from server.store.database import Reader
from server.store.lists.pages import Cursor, Page, beyond, limited
from server.store.notices import DELIVERIES, NOTICES, delivery_of, notice_of

UNREAD_SHOWN_MAX = 99


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice in an inbox."""

    notice: Notice
    told_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedDelivery:
    """A delivery and how many notices it carries."""

    delivery: Delivery
    notices: int


def inbox(reader: Reader, recipient: str, after: str | None = None, limit: int = 50) -> Page[ToldNotice]:
    """What a person was told, newest first."""
    conditions: list[ColumnElement[bool]] = [NOTICES.c.recipient == recipient]
    cursor = Cursor.parse(after) if after else None
    if cursor is not None:
        conditions.append(beyond(NOTICES.c.told_at_ms, NOTICES.c.id, cursor.at_ms, cursor.tie))
    newest = NOTICES.c.told_at_ms.desc(), NOTICES.c.id.desc()
    size = limited(limit)
    rows = reader.execute(select(NOTICES).where(*conditions).order_by(*newest).limit(size + 1)).all()
    found = tuple(
        ToldNotice(
            notice_of(row._asdict()),
            time_from_ms(row.told_at_ms),
            None if row.read_at_ms is None else time_from_ms(row.read_at_ms),
        )
        for row in rows[:size]
    )
    if len(rows) <= size:
        return Page(found)
    return Page(found, str(Cursor(time_ms(found[-1].told_at), found[-1].notice.id)))


def notice(reader: Reader, notice_id: str) -> Notice | None:
    """One notice, or None."""
    row = reader.execute(select(NOTICES).where(NOTICES.c.id == notice_id)).one_or_none()
    return None if row is None else notice_of(row._asdict())


def unread(reader: Reader, recipient: str) -> int:
    """How many notices this person has not read, counted no further than the badge shows."""
    theirs = select(NOTICES.c.id).where(NOTICES.c.recipient == recipient, NOTICES.c.read_at_ms.is_(None))
    return reader.execute(select(func.count()).select_from(theirs.limit(UNREAD_SHOWN_MAX + 1).subquery())).scalar_one()


def deliveries(reader: Reader, *, failing: bool, after: str | None = None, limit: int = 50) -> Page[ListedDelivery]:
    """What was or will be carried outside, newest first; only what did not go well where `failing`."""
    conditions: list[ColumnElement[bool]] = [DELIVERIES.c.trouble.is_not(None)] if failing else []
    cursor = Cursor.parse(after) if after else None
    if cursor is not None:
        conditions.append(beyond(DELIVERIES.c.made_at_ms, DELIVERIES.c.id, cursor.at_ms, cursor.tie))
    newest = DELIVERIES.c.made_at_ms.desc(), DELIVERIES.c.id.desc()
    size = limited(limit)
    rows = reader.execute(select(DELIVERIES).where(*conditions).order_by(*newest).limit(size + 1)).all()
    found = tuple(delivery_of(row._asdict()) for row in rows[:size])
    carried = _carried(reader, (each.id for each in found))
    lines = tuple(ListedDelivery(each, carried.get(each.id, 0)) for each in found)
    if len(rows) <= size:
        return Page(lines)
    return Page(lines, str(Cursor(time_ms(found[-1].made_at), found[-1].id)))


def failing(reader: Reader) -> int:
    """How many deliveries were given up, or failed and wait for their next try."""
    states = [str(state) for state in DeliveryState if state is not DeliveryState.SENT]
    unsent = DELIVERIES.c.state.in_(states), DELIVERIES.c.trouble.is_not(None)
    return reader.execute(select(func.count()).select_from(DELIVERIES).where(*unsent)).scalar_one()


def _carried(reader: Reader, ids: Iterable[str]) -> dict[str, int]:
    grouped = select(NOTICES.c.delivery, func.count()).where(NOTICES.c.delivery.in_(sorted(ids)))
    return {str(delivery): count for delivery, count in reader.execute(grouped.group_by(NOTICES.c.delivery))}
