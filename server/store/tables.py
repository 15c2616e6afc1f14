"""The schema. SQLModel declares it; nothing here is ever instantiated (writing and reading are Core statements).

One table per kind of custody fact, a column per field: times as integer milliseconds since 1970 (`…_ms`), lists and
mappings as JSON text, enumerations by their code. `verify` rebuilds every row of these from the log. The log's own
tables and the few that no log entry speaks of (`secrets`, `roster_documents`, `visits`, `throttles`) are in
`log_tables`.
"""

from datetime import date

from sqlalchemy import BigInteger, Index, MetaData, Text, UniqueConstraint
from sqlalchemy import Table as SqlTable
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = MetaData(naming_convention=NAMING)


class Table(SQLModel):
    """Every table of ours shares one naming convention, so that migrations can name what they change."""

    metadata = metadata


def table_of(model: type[Table]) -> SqlTable:
    """The Core table behind a declaration."""
    table: SqlTable = model.__table__  # type: ignore[attr-defined]
    return table


class Townships(Table, table=True):
    """`custody.facts.Township`."""

    __tablename__ = "townships"
    id: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    origin: str = Field(sa_type=Text)
    card_salt: str = Field(sa_type=Text)


class Cabinets(Table, table=True):
    """`custody.facts.Cabinet`."""

    __tablename__ = "cabinets"
    id: str = Field(primary_key=True, sa_type=Text)
    place: str = Field(sa_type=Text)
    compartments: int
    board: str = Field(sa_type=Text)
    port: str = Field(sa_type=Text)
    baud: int | None
    board_addresses: str = Field(sa_type=Text)
    lock_feedback: str = Field(sa_type=Text)
    agent: str | None = Field(sa_type=Text)
    out_of_service: str = Field(sa_type=Text)
    retired_at_ms: int | None = Field(sa_type=BigInteger)


class Cooperatives(Table, table=True):
    """`custody.facts.Cooperative`."""

    __tablename__ = "cooperatives"
    __table_args__ = (UniqueConstraint("code"),)
    id: str = Field(primary_key=True, sa_type=Text)
    code: str = Field(sa_type=Text)
    village: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    short_name: str = Field(sa_type=Text)
    credit_code: str | None = Field(sa_type=Text)
    members: int | None
    cabinet: str = Field(sa_type=Text)
    compartment: int
    resolved_on: date | None
    expires_on: date | None
    revoked_on: date | None
    handover: str | None = Field(sa_type=Text)
    frozen_at_ms: int | None = Field(sa_type=BigInteger)


class Compartments(Table, table=True):
    """`custody.facts.Compartment`."""

    __tablename__ = "compartments"
    id: str = Field(primary_key=True, sa_type=Text)
    cooperative: str = Field(sa_type=Text)


class People(Table, table=True):
    """`custody.people.Person`."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("phone"), UniqueConstraint("card"), Index(None, "unit", "name", "id"))
    id: str = Field(primary_key=True, sa_type=Text)
    name: str = Field(sa_type=Text)
    phone: str = Field(sa_type=Text)
    unit: str = Field(sa_type=Text)
    is_active: bool
    card: str | None = Field(sa_type=Text)
    card_blocked: bool
    card_by: str | None = Field(sa_type=Text)
    card_at_ms: int | None = Field(sa_type=BigInteger)


class Grants(Table, table=True):
    """`custody.people.Grant`."""

    __tablename__ = "grants"
    __table_args__ = (
        Index(None, "person"),
        Index(None, "cooperative", "role"),
        Index(None, "role", "person"),
        Index(None, "until"),
    )
    id: str = Field(primary_key=True, sa_type=Text)
    person: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    cooperative: str | None = Field(sa_type=Text)
    is_active: bool
    since: date | None
    until: date | None


class Credentials(Table, table=True):
    """`custody.people.Credential`."""

    __tablename__ = "credentials"
    id: str = Field(primary_key=True, sa_type=Text)
    person: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    set_at_ms: int = Field(sa_type=BigInteger)
    is_blocked: bool


class OneTimeCodes(Table, table=True):
    """`custody.people.OneTimeCode`."""

    __tablename__ = "one_time_codes"
    __table_args__ = (Index(None, "person"),)
    id: str = Field(primary_key=True, sa_type=Text)
    person: str = Field(sa_type=Text)
    expires_at_ms: int = Field(sa_type=BigInteger)
    issued_by: str | None = Field(sa_type=Text)
    used_at_ms: int | None = Field(sa_type=BigInteger)


class SignIns(Table, table=True):
    """`custody.people.SignIn`."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index(None, "person"),)
    id: str = Field(primary_key=True, sa_type=Text)
    person: str = Field(sa_type=Text)
    opened_at_ms: int = Field(sa_type=BigInteger)
    expires_at_ms: int = Field(sa_type=BigInteger)
    closed_at_ms: int | None = Field(sa_type=BigInteger)


class Items(Table, table=True):
    """`custody.facts.Item`."""

    __tablename__ = "items"
    __table_args__ = (
        UniqueConstraint("cooperative", "kind", "key"),
        Index(None, "state", "since_ms", "id"),
        Index(None, "cooperative", "id"),
        Index(None, "cooperative", "kind", "state"),
        Index(None, "holder"),
        Index(None, "life"),
        Index(None, "tag"),
    )
    id: str = Field(primary_key=True, sa_type=Text)
    cooperative: str = Field(sa_type=Text)
    kind: str = Field(sa_type=Text)
    name: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    seal_type: str | None = Field(sa_type=Text)
    details: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    checkout: str | None = Field(sa_type=Text)
    holder: str | None = Field(sa_type=Text)
    since_ms: int | None = Field(sa_type=BigInteger)
    life: str = Field(sa_type=Text)
    life_since_ms: int | None = Field(sa_type=BigInteger)
    successor: str | None = Field(sa_type=Text)
    tag: str | None = Field(sa_type=Text)


class Permits(Table, table=True):
    """`custody.facts.IssuedPermit`."""

    __tablename__ = "permits"
    __table_args__ = (Index(None, "state", "not_after_ms"), Index(None, "agent", "state", "not_after_ms"))
    id: str = Field(primary_key=True, sa_type=Text)
    agent: str = Field(sa_type=Text)
    place: str = Field(sa_type=Text)
    checkout: str | None = Field(sa_type=Text)
    deposit: str | None = Field(sa_type=Text)
    issued_at_ms: int = Field(sa_type=BigInteger)
    not_after_ms: int = Field(sa_type=BigInteger)
    attempts: int
    document: str = Field(sa_type=Text)
    slip: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    burned: int
    revoked_at_ms: int | None = Field(sa_type=BigInteger)


class Openings(Table, table=True):
    """`custody.facts.Opening`."""

    __tablename__ = "openings"
    __table_args__ = (
        Index(None, "intended_at_ms", "id"),
        Index(None, "place", "intended_at_ms", "id"),
        Index(None, "checkout"),
        Index(None, "agent", "photo"),
    )
    id: str = Field(primary_key=True, sa_type=Text)
    agent: str = Field(sa_type=Text)
    place: str = Field(sa_type=Text)
    action: str = Field(sa_type=Text)
    permit: str = Field(sa_type=Text)
    checkout: str | None = Field(sa_type=Text)
    deposit: str | None = Field(sa_type=Text)
    persons: str = Field(sa_type=Text)
    intended_at_ms: int = Field(sa_type=BigInteger)
    opened_at_ms: int | None = Field(sa_type=BigInteger)
    closed_at_ms: int | None = Field(sa_type=BigInteger)
    outcome: str | None = Field(sa_type=Text)
    photo: str | None = Field(sa_type=Text)


class Agents(Table, table=True):
    """`custody.facts.Agent`."""

    __tablename__ = "agents"
    id: str = Field(primary_key=True, sa_type=Text)
    epoch: int
    key: str = Field(sa_type=Text)
    is_active: bool
    broker_password: str = Field(sa_type=Text)
    roster_version: int
    roster_document: str = Field(sa_type=Text)
    unheard_at_ms: int | None = Field(sa_type=BigInteger)
    trust: str = Field(sa_type=Text)


class JournalBreaks(Table, table=True):
    """`custody.facts.JournalBreak`."""

    __tablename__ = "journal_breaks"
    __table_args__ = (Index(None, "agent"),)
    id: str = Field(primary_key=True, sa_type=Text)
    agent: str = Field(sa_type=Text)
    epoch: int
    seq: int = Field(sa_type=BigInteger)
    rule: str = Field(sa_type=Text)
    noticed_at_ms: int = Field(sa_type=BigInteger)


class RevocationLists(Table, table=True):
    """`custody.facts.RevocationList`."""

    __tablename__ = "revocation_lists"
    id: str = Field(primary_key=True, sa_type=Text)
    version: int
