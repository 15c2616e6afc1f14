"""The tables of what people ask for, declared as in `tables`: to take things out, and to put them in."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from server.store.tables import Table


class Checkouts(Table, table=True):
    """`custody.facts.Checkout`."""

    __tablename__ = "checkouts"
    __table_args__ = (
        Index(None, "filed_at_ms", "id"),
        Index(None, "state", "filed_at_ms", "id"),
        Index(None, "cooperative", "filed_at_ms", "id"),
        Index(None, "applicant", "filed_at_ms", "id"),
        Index(None, "cooperative", "state", "filed_at_ms", "id"),
        Index(None, "holder", "filed_at_ms", "id"),
        Index(None, "holder", "state"),
        Index(None, "taken_at_ms", "id"),
        Index(None, "cooperative", "taken_at_ms", "id"),
    )
    id: str = Field(primary_key=True, sa_type=Text)
    cooperative: str = Field(sa_type=Text)
    applicant: str = Field(sa_type=Text)
    holder: str = Field(sa_type=Text)
    items: str = Field(sa_type=Text)
    mode: str = Field(sa_type=Text)
    matter: str = Field(sa_type=Text)
    purpose: str = Field(sa_type=Text)
    document: str = Field(sa_type=Text)
    counterparty: str = Field(sa_type=Text)
    amount_cents: int | None = Field(sa_type=BigInteger)
    term_months: int | None
    copies: int | None
    pages: int | None
    place: str = Field(sa_type=Text)
    meeting: str | None = Field(sa_type=Text)
    transaction: str = Field(sa_type=Text)
    companion: str = Field(sa_type=Text)
    expected_at_ms: int | None = Field(sa_type=BigInteger)
    reader: str = Field(sa_type=Text)
    letter: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    filed_at_ms: int = Field(sa_type=BigInteger)
    policy: int
    demands: str = Field(sa_type=Text)
    revision: int
    step: str | None = Field(sa_type=Text)
    waiting_since_ms: int | None = Field(sa_type=BigInteger)
    late_at_ms: int | None = Field(sa_type=BigInteger)
    decisions: str = Field(sa_type=Text)
    permit: str | None = Field(sa_type=Text)
    taken: str = Field(sa_type=Text)
    taken_at_ms: int | None = Field(sa_type=BigInteger)
    due_at_ms: int | None = Field(sa_type=BigInteger)
    extended_at_ms: int | None = Field(sa_type=BigInteger)
    stamped: int | None
    ended_at_ms: int | None = Field(sa_type=BigInteger)


class Deposits(Table, table=True):
    """`custody.facts.Deposit`."""

    __tablename__ = "deposits"
    __table_args__ = (Index(None, "cooperative", "state"), Index(None, "state", "arranged_at_ms", "id"))
    id: str = Field(primary_key=True, sa_type=Text)
    cooperative: str = Field(sa_type=Text)
    items: str = Field(sa_type=Text)
    arranged_by: str = Field(sa_type=Text)
    arranged_at_ms: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Text)
    permit: str | None = Field(sa_type=Text)
