"""What left the cabinets and came back: each use with everything that registers tell about it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from firmware_protocol.times import time_ms
from server.custody.attachments import Attachment
from server.custody.facts import Checkout, Cooperative, Item, Opening
from server.custody.happenings import F
from server.custody.people import Person
from server.custody.roles import Role
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists.progress import Tell, untold
from server.store.log_rows import ENTRIES
from server.store.rows import TABLE_OF, from_row

_CHECKOUTS, _OPENINGS, _ATTACHMENTS = TABLE_OF[Checkout], TABLE_OF[Opening], TABLE_OF[Attachment]
_AT_ONCE = 500
"""How many ids one query names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UseFilter:
    """Which uses; None means any. Taken since (inclusive) and until (exclusive)."""

    cooperatives: Collection[str] | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One checkout with what it is about.

    `people` are those who had a part in it, by id; `officers` are everybody who is a cabinet officer. `number` is the
    position of the log's entry in which the things were taken, None before that; `taking` and `returning` are the last
    openings of that kind at which the door was seen open.
    """

    checkout: Checkout
    cooperative: Cooperative
    items: tuple[Item, ...]
    people: Mapping[str, Person]
    officers: Collection[str]
    number: int | None
    taking: Opening | None
    returning: Opening | None
    attachments: tuple[Attachment, ...]

    def name(self, person: str) -> str:
        """A person's name, or the id where nobody is on record."""
        found = self.people.get(person)
        return person if found is None else found.name


def uses(reader: Reader, wanted: UseFilter, limit: int, tell: Tell = untold) -> tuple[Use, ...]:
    """What was taken in that time, the earliest first, at most `limit`; `tell` hears how many are gathered."""
    order = _CHECKOUTS.c.taken_at_ms, _CHECKOUTS.c.id
    fitting = select(_CHECKOUTS).where(*_conditions(wanted)).order_by(*order).limit(limit)
    total = min(limit, use_count(reader, wanted))
    found: list[Use] = []
    for rows in reader.execute(fitting).partitions(_AT_ONCE):
        found += _with_everything(reader, [from_row(Checkout, row._asdict()) for row in rows])
        tell(len(found), total)
    return tuple(found)


def use_count(reader: Reader, wanted: UseFilter) -> int:
    """How many uses that would be."""
    counted = select(func.count()).select_from(_CHECKOUTS).where(*_conditions(wanted))
    found: int = reader.execute(counted).scalar_one()
    return found


def use(reader: Reader, checkout_id: str) -> Use | None:
    """One checkout, in whatever state it is, or None."""
    found = FactRows(reader).get(Checkout, checkout_id)
    return None if found is None else _with_everything(reader, [found])[0]


def _conditions(wanted: UseFilter) -> list[ColumnElement[bool]]:
    taken_at_ms = _CHECKOUTS.c.taken_at_ms
    conditions: list[ColumnElement[bool]] = [taken_at_ms.is_not(None)]
    if wanted.cooperatives is not None:
        conditions.append(_CHECKOUTS.c.cooperative.in_(sorted(wanted.cooperatives)))
    if wanted.since is not None:
        conditions.append(taken_at_ms >= time_ms(wanted.since))
    if wanted.until is not None:
        conditions.append(taken_at_ms < time_ms(wanted.until))
    return conditions


def _with_everything(reader: Reader, checkouts: Sequence[Checkout]) -> tuple[Use, ...]:
    ids = [each.id for each in checkouts]
    openings, attachments = _openings(reader, ids), _attachments(reader, ids)
    items = _by_id(reader, Item, (item for each in checkouts for item in (each.taken or each.items)))
    cooperatives = _by_id(reader, Cooperative, (each.cooperative for each in checkouts))
    people = _by_id(reader, Person, _part_takers(checkouts, openings, attachments))
    officers = frozenset(who.id for who in find.people_with(FactRows(reader), (Role.CABINET_OFFICER,)))
    numbers = _numbers(reader, ids)
    return tuple(
        Use(
            checkout=each,
            cooperative=cooperatives[each.cooperative],
            items=tuple(items[item] for item in (each.taken or each.items) if item in items),
            people=people,
            officers=officers,
            number=numbers.get(each.id),
            taking=_last(openings[each.id], "take"),
            returning=_last(openings[each.id], "return"),
            attachments=tuple(attachments[each.id]),
        )
        for each in checkouts
    )


def _part_takers(
    checkouts: Iterable[Checkout],
    openings: Mapping[str, list[Opening]],
    attachments: Mapping[str, list[Attachment]],
) -> Iterable[str]:
    for each in checkouts:
        yield from (each.applicant, each.holder, *(decision.person for decision in each.decisions))
    for opened in openings.values():
        yield from (person for opening in opened for person in opening.persons)
    for attached in attachments.values():
        yield from (attachment.by for attachment in attached)


def _openings(reader: Reader, checkouts: Sequence[str]) -> defaultdict[str, list[Opening]]:
    found: defaultdict[str, list[Opening]] = defaultdict(list)
    for some in _some_at_once(checkouts):
        for opening in FactRows(reader).where(Opening, _OPENINGS.c.checkout.in_(some)):
            found[opening.checkout or ""].append(opening)
    return found


def _attachments(reader: Reader, checkouts: Sequence[str]) -> defaultdict[str, list[Attachment]]:
    found: defaultdict[str, list[Attachment]] = defaultdict(list)
    for some in _some_at_once(checkouts):
        for attachment in FactRows(reader).where(Attachment, _ATTACHMENTS.c.subject.in_(some)):
            found[attachment.subject or ""].append(attachment)
    return found


def _numbers(reader: Reader, checkouts: Sequence[str]) -> dict[str, int]:
    first = func.min(ENTRIES.c.position)
    found: dict[str, int] = {}
    for some in _some_at_once(checkouts):
        wanted = select(ENTRIES.c.checkout, first).where(ENTRIES.c.checkout.in_(some), ENTRIES.c.type == "items_taken")
        found.update({row[0]: row[1] for row in reader.execute(wanted.group_by(ENTRIES.c.checkout))})
    return found


def _by_id(reader: Reader, kind: type[F], ids: Iterable[str]) -> dict[str, F]:
    wanted = sorted(set(ids))
    column = TABLE_OF[kind].c.id
    facts = FactRows(reader)
    return {fact.id: fact for some in _some_at_once(wanted) for fact in facts.where(kind, column.in_(some))}


def _some_at_once(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _last(openings: Iterable[Opening], action: str) -> Opening | None:
    opened = [each for each in openings if each.action == action and each.opened_at is not None]
    return max(opened, key=lambda each: (each.intended_at, each.id), default=None)
