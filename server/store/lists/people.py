"""People by unit and name, page after page: whose name, phone, unit or cooperative has some letters in it."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import ColumnElement, or_, select, tuple_

from server.custody.facts import Cooperative
from server.custody.people import Credential, Grant, Person, Standing
from server.custody.states import CredentialKind
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.pages import Page, limited
from server.store.rows import TABLE_OF, from_row

_PEOPLE, _GRANTS, _COOPERATIVES = TABLE_OF[Person], TABLE_OF[Grant], TABLE_OF[Cooperative]
_CREDENTIALS = TABLE_OF[Credential]
_ORDER = (_PEOPLE.c.unit, _PEOPLE.c.name, _PEOPLE.c.id)


def people(reader: Reader, typed: str = "", after: str | None = None, limit: int = 100) -> Page[Standing]:
    """Those who fit, blocked people included; `after` is the id of the last one of the page before."""
    size = limited(limit)
    conditions = [*_fitting(typed), *_beyond(reader, after)]
    rows = reader.execute(select(_PEOPLE).where(*conditions).order_by(*_ORDER).limit(size + 1)).all()
    found = [from_row(Person, row._asdict()) for row in rows[:size]]
    grants = _grants(reader, [person.id for person in found])
    lines = tuple(Standing(person, frozenset(grants[person.id])) for person in found)
    return Page(lines, found[-1].id if len(rows) > size else None)


def with_password(reader: Reader, people: tuple[Standing, ...]) -> frozenset[str]:
    """Which of these people have set a password."""
    wanted = select(_CREDENTIALS.c.person).where(
        _CREDENTIALS.c.person.in_([who.id for who in people]),
        _CREDENTIALS.c.kind == str(CredentialKind.PASSWORD),
    )
    return frozenset(reader.execute(wanted).scalars())


def _fitting(typed: str) -> list[ColumnElement[bool]]:
    if not typed:
        return []
    here = select(_COOPERATIVES.c.id).where(_COOPERATIVES.c.short_name.contains(typed, autoescape=True))
    of_theirs = select(_GRANTS.c.person).where(_GRANTS.c.is_active.is_(True), _GRANTS.c.cooperative.in_(here))
    columns = (_PEOPLE.c.name, _PEOPLE.c.phone, _PEOPLE.c.unit)
    return [or_(*(column.contains(typed, autoescape=True) for column in columns), _PEOPLE.c.id.in_(of_theirs))]


def _beyond(reader: Reader, after: str | None) -> list[ColumnElement[bool]]:
    last = reader.execute(select(*_ORDER).where(_PEOPLE.c.id == after)).one_or_none() if after else None
    return [] if last is None else [tuple_(*_ORDER) > tuple_(*last)]


def _grants(reader: Reader, people: list[str]) -> Mapping[str, set[Grant]]:
    grants: defaultdict[str, set[Grant]] = defaultdict(set)
    for grant in FactRows(reader).where(Grant, _GRANTS.c.person.in_(people), _GRANTS.c.is_active.is_(True)):
        grants[grant.person].add(grant)
    return grants
