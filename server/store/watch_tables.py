"""The tables of what supervisors look at: findings, unpermitted openings, and how far readers of the log have come."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from server.store.tables import Table


class Findings(Table, table=True):
    """`custody.findings.finding.Finding`."""

    __tablename__ = "findings"
    __table_args__ = (
        Index(None, "raised_at_ms", "id"),
        Index(None, "state", "raised_at_ms", "id"),
        Index(None, "cooperative", "raised_at_ms", "id"),
        Index(None, "cooperative", "state"),
        Index(None, "rule", "raised_at_ms", "id"),
        Index(None, "level", "raised_at_ms", "id"),
        Index(None, "checkout"),
    )
    id: str = Field(primary_key=True, sa_type=Text)
    rule: str = Field(sa_type=Text)
    level: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    cooperative: str | None = Field(sa_type=Text)
    checkout: str | None = Field(sa_type=Text)
    compartment: str | None = Field(sa_type=Text)
    items: str = Field(sa_type=Text)
    persons: str = Field(sa_type=Text)
    entries: str = Field(sa_type=Text)
    numbers: str = Field(sa_type=Text)
    raised_at_ms: int = Field(sa_type=BigInteger)
    due_at_ms: int = Field(sa_type=BigInteger)
    explained_by: str | None = Field(sa_type=Text)
    answered_by: str | None = Field(sa_type=Text)
    ended_at_ms: int | None = Field(sa_type=BigInteger)


class Emergencies(Table, table=True):
    """`custody.findings.emergencies.Emergency`."""

    __tablename__ = "emergencies"
    __table_args__ = (Index(None, "state", "opened_at_ms"),)
    id: str = Field(primary_key=True, sa_type=Text)
    compartment: str | None = Field(sa_type=Text)
    cooperative: str | None = Field(sa_type=Text)
    opened_at_ms: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Text)
    cause: str | None = Field(sa_type=Text)
    officer: str | None = Field(sa_type=Text)
    attester: str | None = Field(sa_type=Text)
    approver: str | None = Field(sa_type=Text)
    decided_at_ms: int | None = Field(sa_type=BigInteger)


class Bookmarks(Table, table=True):
    """Up to where (exclusive) a reader of the log has read: a hint that saves work. Nothing in the log speaks of it."""

    __tablename__ = "bookmarks"
    reader: str = Field(primary_key=True, sa_type=Text)
    position: int = Field(sa_type=BigInteger)
