"""What administering looks up: changes that wait, sessions and codes of a person, terms that are over."""

from datetime import date, datetime

from sqlalchemy import func, select

from firmware_protocol.times import time_ms
from server.custody.administration.changes import Change, ChangeKind, ChangeState
from server.custody.enrolments import Enrolment, EnrolmentState
from server.custody.facts import Cooperative
from server.custody.people import Grant, OneTimeCode, Person, SignIn
from server.store.fact_rows import FactRows
from server.store.rows import TABLE_OF

_CHANGES, _GRANTS, _PEOPLE = TABLE_OF[Change], TABLE_OF[Grant], TABLE_OF[Person]
_COOPERATIVES, _ENROLMENTS = TABLE_OF[Cooperative], TABLE_OF[Enrolment]
_CODES, _SIGN_INS = TABLE_OF[OneTimeCode], TABLE_OF[SignIn]
NEWEST_MAX = 50


def waiting_changes(facts: FactRows, kind: ChangeKind | None = None) -> list[Change]:
    """The changes (of a kind) that wait for an answer, oldest first."""
    of_kind = [] if kind is None else [_CHANGES.c.kind == str(kind)]
    found = facts.where(Change, _CHANGES.c.state == str(ChangeState.PROPOSED), *of_kind)
    return sorted(found, key=lambda each: (each.proposed_at, each.id))


def newest_changes(facts: FactRows) -> list[Change]:
    """The last changes that were answered, newest first."""
    newest = select(_CHANGES.c.id).where(_CHANGES.c.state != str(ChangeState.PROPOSED))
    newest = newest.order_by(_CHANGES.c.proposed_at_ms.desc(), _CHANGES.c.id.desc()).limit(NEWEST_MAX)
    found = facts.where(Change, _CHANGES.c.id.in_(newest))
    return sorted(found, key=lambda each: (each.proposed_at, each.id), reverse=True)


def enrolments(facts: FactRows) -> list[Enrolment]:
    """Every enrolment there ever was, newest first: as many as machines were set up."""
    return sorted(facts.where(Enrolment), key=lambda each: (each.opened_at, each.id), reverse=True)


def enrolments_in(facts: FactRows, state: EnrolmentState) -> list[Enrolment]:
    """Those that have come this far."""
    return facts.where(Enrolment, _ENROLMENTS.c.state == str(state))


def enrolled_keys(facts: FactRows) -> dict[tuple[str, int], str]:
    """The TLS keys (DER in hex) that machines made for themselves, by agent and epoch."""
    confirmed = enrolments_in(facts, EnrolmentState.CONFIRMED)
    return {(each.agent, each.epoch): each.tls_key for each in confirmed if each.epoch is not None}


def open_sessions(facts: FactRows, person: str, now: datetime) -> list[SignIn]:
    """The person's sessions that were neither closed nor grew too old."""
    is_open = (_SIGN_INS.c.closed_at_ms.is_(None), _SIGN_INS.c.expires_at_ms > time_ms(now))
    return facts.where(SignIn, _SIGN_INS.c.person == person, *is_open)


def codes_of(facts: FactRows, person: str) -> tuple[OneTimeCode, ...]:
    """Every one-time code the person was ever given."""
    return tuple(facts.where(OneTimeCode, _CODES.c.person == person))


def person_by_card(facts: FactRows, card: str) -> Person | None:
    """Whose card this hash is, a lost one included."""
    return next(iter(facts.where(Person, _PEOPLE.c.card == card)), None)


def ended_terms(facts: FactRows, today: date) -> list[Grant]:
    """The roles in force whose last day is before today."""
    return facts.where(Grant, _GRANTS.c.is_active.is_(True), _GRANTS.c.until < today)


def units(facts: FactRows) -> tuple[str, ...]:
    """Every unit people are registered under, the largest first."""
    counted = select(_PEOPLE.c.unit).group_by(_PEOPLE.c.unit).order_by(func.count().desc(), _PEOPLE.c.unit)
    return tuple(facts.scalars(counted))


def owners_in(facts: FactRows, cabinet: str, number: int | None = None) -> tuple[Cooperative, ...]:
    """Whose the compartments of a cabinet are, or whose this one is."""
    here = [] if number is None else [_COOPERATIVES.c.compartment == number]
    return tuple(facts.where(Cooperative, _COOPERATIVES.c.cabinet == cabinet, *here))


def cooperative_named(facts: FactRows, name: str) -> Cooperative | None:
    """The cooperative with this full name."""
    return next(iter(facts.where(Cooperative, _COOPERATIVES.c.name == name)), None)
