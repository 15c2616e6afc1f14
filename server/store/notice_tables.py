"""The tables of being told: the inbox, what is carried outside, and how each person wants it.

No log entry speaks of them. Times are integer milliseconds since 1970 (`…_ms`), enumerations their codes.
"""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from server.store.tables import Table


class Notices(Table, table=True):
    """`custody.notices.notice.Notice`, when it was told and read, and the delivery that carries it further."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "recipient", "told_at_ms", "id"), Index(None, "recipient", "read_at_ms"))
    id: str = Field(primary_key=True, sa_type=Text)
    recipient: str = Field(sa_type=Text)
    topic: str = Field(sa_type=Text)
    stage: str = Field(sa_type=Text)
    subject: str = Field(sa_type=Text)
    cooperative: str | None = Field(sa_type=Text)
    at_ms: int = Field(sa_type=BigInteger)
    told_at_ms: int = Field(sa_type=BigInteger)
    read_at_ms: int | None = Field(sa_type=BigInteger)
    delivery: str | None = Field(sa_type=Text, index=True)


class NoticeDeliveries(Table, table=True):
    """`custody.notices.deliveries.Delivery`."""

    __tablename__ = "notice_deliveries"
    __table_args__ = (
        Index(None, "state", "next_at_ms"),
        Index(None, "recipient", "sent_at_ms"),
        Index(None, "made_at_ms", "id"),
    )
    id: str = Field(primary_key=True, sa_type=Text)
    recipient: str = Field(sa_type=Text)
    channel: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    made_at_ms: int = Field(sa_type=BigInteger)
    next_at_ms: int = Field(sa_type=BigInteger)
    attempts: int
    trouble: str | None = Field(sa_type=Text)
    detail: str = Field(sa_type=Text)
    sent_at_ms: int | None = Field(sa_type=BigInteger)


class Contacts(Table, table=True):
    """`custody.notices.contacts.Contact`."""

    __tablename__ = "contacts"
    person: str = Field(primary_key=True, sa_type=Text)
    email: str = Field(sa_type=Text)
    wish: str = Field(sa_type=Text)
