"""The tables of what administrators do, declared as in `tables`."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from server.store.tables import Table


class Changes(Table, table=True):
    """`custody.administration.changes.Change`."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "proposed_at_ms", "id"), Index(None, "state"))
    id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(sa_type=Text)
    wanted: str = Field(sa_type=Text)
    note: str = Field(sa_type=Text)
    proposed_by: str = Field(sa_type=Text)
    proposed_at_ms: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Text)
    decided_by: str | None = Field(sa_type=Text)
    decided_at_ms: int | None = Field(sa_type=BigInteger)
    reason: str = Field(sa_type=Text)


class Settings(Table, table=True):
    """`custody.administration.settings.Setting`."""

    __tablename__ = "settings"
    id: str = Field(primary_key=True, sa_type=Text)
    value: int
    set_by: str = Field(sa_type=Text)
    set_at_ms: int = Field(sa_type=BigInteger)
    confirmed_by: str | None = Field(sa_type=Text)


class Enrolments(Table, table=True):
    """`custody.enrolments.Enrolment`."""

    __tablename__ = "enrolments"
    __table_args__ = (Index(None, "state"), Index(None, "agent"))
    id: str = Field(primary_key=True, sa_type=Text)
    agent: str = Field(sa_type=Text)
    cabinets: str = Field(sa_type=Text)
    trust: str = Field(sa_type=Text)
    policy: str | None = Field(sa_type=Text)
    server_url: str = Field(sa_type=Text)
    broker_host: str = Field(sa_type=Text)
    broker_port: int
    authority: str = Field(sa_type=Text)
    token: str = Field(sa_type=Text)
    opened_by: str | None = Field(sa_type=Text)
    opened_at_ms: int = Field(sa_type=BigInteger)
    expires_at_ms: int = Field(sa_type=BigInteger)
    state: str = Field(sa_type=Text)
    epoch: int | None
    key: str = Field(sa_type=Text)
    broker_password: str = Field(sa_type=Text)
    tls_key: str = Field(sa_type=Text)
    permit: str = Field(sa_type=Text)
    log: str = Field(sa_type=Text)
    code: str = Field(sa_type=Text)
    presented_at_ms: int | None = Field(sa_type=BigInteger)
    closed_for: str = Field(sa_type=Text)
