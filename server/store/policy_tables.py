"""The tables of the policy's versions, of who stands in for whom, and of the calendar, declared as in `tables`."""

from datetime import date

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from server.store.tables import Table


class Policies(Table, table=True):
    """`custody.policy.versions.PolicyVersion`."""

    __tablename__ = "policies"
    __table_args__ = (Index(None, "state"),)
    id: str = Field(primary_key=True, sa_type=Text)
    document: str = Field(sa_type=Text)
    digest: str = Field(sa_type=Text)
    state: str = Field(sa_type=Text)
    note: str = Field(sa_type=Text)
    proposed_by: str | None = Field(sa_type=Text)
    proposed_at_ms: int = Field(sa_type=BigInteger)
    decided_by: str | None = Field(sa_type=Text)
    decided_at_ms: int | None = Field(sa_type=BigInteger)


class Delegations(Table, table=True):
    """`custody.delegations.Delegation`."""

    __tablename__ = "delegations"
    __table_args__ = (Index(None, "giver"), Index(None, "substitute"), Index(None, "last_day"))
    id: str = Field(primary_key=True, sa_type=Text)
    giver: str = Field(sa_type=Text)
    substitute: str = Field(sa_type=Text)
    role: str = Field(sa_type=Text)
    cooperative: str | None = Field(sa_type=Text)
    first_day: date
    last_day: date
    given_at_ms: int = Field(sa_type=BigInteger)
    ended_at_ms: int | None = Field(sa_type=BigInteger)


class HolidayCalendars(Table, table=True):
    """`custody.holidays.Holidays`."""

    __tablename__ = "holiday_calendars"
    id: str = Field(primary_key=True, sa_type=Text)
    holidays: str = Field(sa_type=Text)
    exchanged: str = Field(sa_type=Text)
