"""The tables of what people hand in and say. See `tables` for how facts become columns."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from server.store.tables import Table


class Attachments(Table, table=True):
    """`custody.attachments.Attachment`."""

    __tablename__ = "attachments"
    __table_args__ = (Index(None, "subject"), Index(None, "by", "subject"))
    id: str = Field(primary_key=True, sa_type=Text)
    cooperative: str | None = Field(sa_type=Text)
    sha256: str = Field(sa_type=Text)
    media_type: str = Field(sa_type=Text)
    size_bytes: int
    name: str = Field(sa_type=Text)
    by: str = Field(sa_type=Text)
    at_ms: int = Field(sa_type=BigInteger)
    subject: str | None = Field(sa_type=Text)
    withdrawn_at_ms: int | None = Field(sa_type=BigInteger)
    kind: str = Field(sa_type=Text)


class Objections(Table, table=True):
    """`custody.objections.Objection`."""

    __tablename__ = "objections"
    __table_args__ = (
        Index(None, "raised_at_ms", "id"),
        Index(None, "cooperative", "month"),
        Index(None, "answered_at_ms"),
    )
    id: str = Field(primary_key=True, sa_type=Text)
    cooperative: str = Field(sa_type=Text)
    month: str = Field(sa_type=Text)
    text: str = Field(sa_type=Text)
    phone: str = Field(sa_type=Text)
    raised_at_ms: int = Field(sa_type=BigInteger)
    answer: str = Field(sa_type=Text)
    answered_by: str | None = Field(sa_type=Text)
    answered_at_ms: int | None = Field(sa_type=BigInteger)
