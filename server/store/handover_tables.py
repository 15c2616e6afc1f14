"""The tables of handovers, declared as in `tables`: a handover, its lines, and the signatures under it."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from server.store.tables import Table


class Handovers(Table, table=True):
    """`custody.handovers.facts.Handover`."""

    __tablename__ = "handovers"
    __table_args__ = (
        Index(None, "cooperative", "opened_at_ms", "id"),
        Index(None, "state", "kind"),
        Index(None, "bundle"),
    )
    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    cooperative: str = Field(sa_type=Text)
    place: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    reason: str = Field(sa_type=Text)
    salt: str = Field(sa_type=Text)
    opened_by: str = Field(sa_type=Text)
    opened_at_ms: int = Field(sa_type=BigInteger)
    items: str = Field(sa_type=Text)
    outgoing: str | None = Field(sa_type=Text)
    incoming: str | None = Field(sa_type=Text)
    begun_at_ms: int | None = Field(sa_type=BigInteger)
    ended_at_ms: int | None = Field(sa_type=BigInteger)
    is_demonstration: bool
    bundle: str | None = Field(sa_type=Text)


class HandoverLines(Table, table=True):
    """`custody.handovers.facts.HandoverLine`."""

    __tablename__ = "handover_lines"
    __table_args__ = (Index(None, "handover", "number"), Index(None, "item"))
    id: str = Field(primary_key=True, sa_type=Text)
    handover: str = Field(sa_type=Text)
    item: str = Field(sa_type=Text)
    number: int
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    seal_type: str | None = Field(sa_type=Text)
    details: str = Field(sa_type=Text)
    book: str = Field(sa_type=Text)
    is_expected: bool
    found: str | None = Field(sa_type=Text)
    condition: str = Field(sa_type=Text)
    note: str = Field(sa_type=Text)
    counted_by: str | None = Field(sa_type=Text)
    counted_at_ms: int | None = Field(sa_type=BigInteger)
    at_cabinet: bool
    resolution: str | None = Field(sa_type=Text)
    resolution_note: str = Field(sa_type=Text)
    resolved_by: str | None = Field(sa_type=Text)
    resolved_at_ms: int | None = Field(sa_type=BigInteger)
    added_reason: str = Field(sa_type=Text)


class HandoverSignatures(Table, table=True):
    """`custody.handovers.facts.HandoverSignature`."""

    __tablename__ = "handover_signatures"
    __table_args__ = (Index(None, "handover"), Index(None, "person"))
    id: str = Field(primary_key=True, sa_type=Text)
    handover: str = Field(sa_type=Text)
    part: str = Field(sa_type=Text)
    person: str = Field(sa_type=Text)
    content: str = Field(sa_type=Text)
    signed_by: str = Field(sa_type=Text)
    signed_at_ms: int = Field(sa_type=BigInteger)
    voided_at_ms: int | None = Field(sa_type=BigInteger)
