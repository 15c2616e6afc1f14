"""Writing and reading what people were told, inside one transaction: the inbox, the deliveries, the contacts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from firmware_protocol.times import time_from_ms, time_ms
from server.custody.notices.contacts import Contact, Wish
from server.custody.notices.deliveries import MINUTE, Channel, Delivery, DeliveryState, Trouble
from server.custody.notices.notice import Notice, Stage, Topic
from server.store.notice_tables import Contacts, NoticeDeliveries, Notices
from server.store.tables import table_of
from server.store.upserts import upsert

NOTICES, DELIVERIES, CONTACTS = table_of(Notices), table_of(NoticeDeliveries), table_of(Contacts)
_IDS_AT_ONCE = 500


def told_before(connection: Connection, ids: Sequence[str]) -> frozenset[str]:
    """Those of these notices that were told already."""
    parts = (ids[start : start + _IDS_AT_ONCE] for start in range(0, len(ids), _IDS_AT_ONCE))
    wanted = (select(NOTICES.c.id).where(NOTICES.c.id.in_(part)) for part in parts)
    return frozenset(each for query in wanted for each in connection.execute(query).scalars())


def save_notices(connection: Connection, notices: Iterable[Notice], now: datetime, delivery: str | None) -> None:
    """Put new notices into their recipients' inboxes."""
    rows = [{**_notice_row(each), "told_at_ms": time_ms(now), "delivery": delivery} for each in notices]
    if rows:
        connection.execute(NOTICES.insert(), rows)


def mark_read(connection: Connection, recipient: str, now: datetime, notice: str | None = None) -> None:
    """This person has read that notice, or (None) all of theirs."""
    theirs = NOTICES.c.recipient == recipient, NOTICES.c.read_at_ms.is_(None)
    which = theirs if notice is None else (*theirs, NOTICES.c.id == notice)
    connection.execute(NOTICES.update().where(*which).values(read_at_ms=time_ms(now)))


def notices_of(connection: Connection, delivery: str) -> tuple[Notice, ...]:
    """What a delivery carries, in the order of what it is about."""
    wanted = select(NOTICES).where(NOTICES.c.delivery == delivery).order_by(NOTICES.c.topic, NOTICES.c.at_ms)
    return tuple(notice_of(row._asdict()) for row in connection.execute(wanted))


def notice_of(row: dict[str, Any]) -> Notice:
    """The notice of a row."""
    return Notice(
        recipient=row["recipient"],
        topic=Topic(row["topic"]),
        stage=Stage(row["stage"]),
        subject=row["subject"],
        cooperative=row["cooperative"],
        at=time_from_ms(row["at_ms"]),
    )


def save_delivery(connection: Connection, delivery: Delivery) -> None:
    """Keep a delivery as it stands now."""
    connection.execute(upsert(DELIVERIES, connection.dialect.name), _delivery_row(delivery))


def delivery(connection: Connection, delivery_id: str) -> Delivery | None:
    """One delivery, or None."""
    row = connection.execute(select(DELIVERIES).where(DELIVERIES.c.id == delivery_id)).one_or_none()
    return None if row is None else delivery_of(row._asdict())


def deliveries_due(connection: Connection, now: datetime, limit: int) -> tuple[Delivery, ...]:
    """What waits to be sent, the longest due first."""
    due = DELIVERIES.c.state == str(DeliveryState.WAITING), DELIVERIES.c.next_at_ms <= time_ms(now)
    wanted = select(DELIVERIES).where(*due).order_by(DELIVERIES.c.next_at_ms, DELIVERIES.c.id).limit(limit)
    return tuple(delivery_of(row._asdict()) for row in connection.execute(wanted))


def sent_lately(connection: Connection, recipient: str, now: datetime) -> tuple[datetime, ...]:
    """When something was sent to this recipient within the last minute."""
    since = DELIVERIES.c.recipient == recipient, DELIVERIES.c.sent_at_ms > time_ms(now - MINUTE)
    return tuple(time_from_ms(at) for at in connection.execute(select(DELIVERIES.c.sent_at_ms).where(*since)).scalars())


def delivery_of(row: dict[str, Any]) -> Delivery:
    """The delivery of a row."""
    made = Delivery(
        id=row["id"],
        recipient=row["recipient"],
        channel=Channel(row["channel"]),
        state=DeliveryState(row["state"]),
        made_at=time_from_ms(row["made_at_ms"]),
        next_at=time_from_ms(row["next_at_ms"]),
        attempts=row["attempts"],
        trouble=None if row["trouble"] is None else Trouble(row["trouble"]),
        detail=row["detail"],
    )
    return made if row["sent_at_ms"] is None else replace(made, sent_at=time_from_ms(row["sent_at_ms"]))


def contact(connection: Connection, person: str) -> Contact:
    """What this person wants; nothing by mail where they never said."""
    row = connection.execute(select(CONTACTS).where(CONTACTS.c.person == person)).one_or_none()
    return (
        Contact(person=person, wish=Wish.NOTHING)
        if row is None
        else Contact(person=person, email=row.email, wish=Wish(row.wish))
    )


def save_contact(connection: Connection, chosen: Contact) -> None:
    """Keep what this person wants."""
    row = {"person": chosen.person, "email": chosen.email, "wish": str(chosen.wish)}
    connection.execute(upsert(CONTACTS, connection.dialect.name), row)


def _notice_row(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.id,
        "recipient": notice.recipient,
        "topic": str(notice.topic),
        "stage": str(notice.stage),
        "subject": notice.subject,
        "cooperative": notice.cooperative,
        "at_ms": time_ms(notice.at),
        "read_at_ms": None,
    }


def _delivery_row(each: Delivery) -> dict[str, Any]:
    return {
        "id": each.id,
        "recipient": each.recipient,
        "channel": str(each.channel),
        "state": str(each.state),
        "made_at_ms": time_ms(each.made_at),
        "next_at_ms": time_ms(each.next_at),
        "attempts": each.attempts,
        "trouble": None if each.trouble is None else str(each.trouble),
        "detail": each.detail,
        "sent_at_ms": None if each.sent_at is None else time_ms(each.sent_at),
    }
