"""What has to be recorded so that a roster becomes true: events for what is new or different, nothing for the rest."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from server.custody.facts import Cooperative
from server.custody.happenings import WAS
from server.custody.naming import seal_name, short_name
from server.custody.people import Grant, Person
from server.custody.roles import COOPERATIVE_ROLES, TITLES
from server.custody.roster import SHEET_OF_KIND, CabinetRow, CooperativeRow, ItemRow, PersonRow, Roster
from server.store.registered import Registered
from server.usecases.roster_checks import CABINETS, COOPERATIVES, PEOPLE

NewId = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Planned:
    """One event to record; `was` is what a changed thing said before."""

    type: str
    about: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    was: Mapping[str, Any] | None = None

    @property
    def whole_body(self) -> Mapping[str, Any] | None:
        """The body as it is recorded."""
        return self.body if self.was is None else {**(self.body or {}), WAS: dict(self.was)}


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row that is new or different: what it is about, and the types of the events it means."""

    sheet: str
    what: str
    is_new: bool
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vanished:
    """Something registered that the roster no longer lists; it is told, never deleted."""

    sheet: str
    what: str


@dataclass(slots=True)
class Plan:
    """The events in order, the rows they come from, and how many of each sheet are new or changed."""

    events: list[Planned] = field(default_factory=list)
    rows: list[PlannedRow] = field(default_factory=list)
    added: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)

    def take(self, sheet: str, what: str, events: list[Planned], *, is_new: bool) -> None:
        """Count a row and keep its events; a row without events is as it was."""
        if events:
            self.events.extend(events)
            self.rows.append(PlannedRow(sheet, what, is_new, tuple(event.type for event in events)))
            (self.added if is_new else self.changed)[sheet] += 1


def plan(roster: Roster, known: Registered, card_hashes: Mapping[str, str], new_id: NewId) -> Plan:
    """The events that make these rows true, cabinets first, items last."""
    planned = Plan()
    for cabinet in roster.cabinets:
        planned.take(CABINETS, cabinet.id, _cabinet_events(cabinet, known), is_new=cabinet.id not in known.cabinets)
    ids = {each.name: each.id for each in known.cooperatives.values()}
    for cooperative in roster.cooperatives:
        stored = known.cooperatives.get(cooperative.code)
        ids[cooperative.name] = new_id("c") if stored is None else stored.id
        events = _cooperative_events(cooperative, stored, ids[cooperative.name])
        planned.take(COOPERATIVES, cooperative.name, events, is_new=stored is None)
    _plan_people(planned, roster, known, card_hashes, ids, new_id)
    for item in roster.items:
        key = (ids[item.cooperative], str(item.kind), item.key)
        events = list(_item_events(item, known, key, new_id))
        planned.take(SHEET_OF_KIND[item.kind], item.name, events, is_new=key not in known.items)
    return planned


def vanished(roster: Roster, known: Registered) -> tuple[Vanished, ...]:
    """What is registered but no longer listed, sheet by sheet."""
    cabinets = {row.id for row in roster.cabinets}
    codes = {row.code for row in roster.cooperatives}
    phones = {row.phone for row in roster.people}
    names = {each.id: each.name for each in known.cooperatives.values()}
    items = {(row.cooperative, str(row.kind), row.key) for row in roster.items}
    return (
        *(Vanished(CABINETS, each) for each in known.cabinets if each not in cabinets),
        *(Vanished(COOPERATIVES, each.name) for each in known.cooperatives.values() if each.code not in codes),
        *(Vanished(PEOPLE, f"{each.name} {each.phone}") for each in known.people.values() if each.phone not in phones),
        *_vanished_roles(roster, known),
        *(
            Vanished(SHEET_OF_KIND[each.kind], each.name)
            for each in known.items.values()
            if (names[each.cooperative], str(each.kind), each.key) not in items
        ),
    )


def _vanished_roles(roster: Roster, known: Registered) -> Iterator[Vanished]:
    listed = {(row.phone, row.role) for row in roster.people}
    phones = {row.phone for row in roster.people}
    people = {each.id: each for each in known.people.values()}
    for grant in known.grants.values():
        person = people[grant.person]
        if person.phone in phones and (person.phone, grant.role) not in listed:
            yield Vanished(PEOPLE, f"{person.name} {person.phone} 的职务“{TITLES[grant.role]}”")


def _cabinet_events(row: CabinetRow, known: Registered) -> list[Planned]:
    body = {
        "place": row.place,
        "board": row.board,
        "port": row.port,
        "baud": row.baud,
        "board_addresses": row.board_addresses,
        "lock_feedback": row.lock_feedback,
    }
    stored = known.cabinets.get(row.id)
    if stored is not None and stored == replace(stored, compartments=row.compartments, **body):  # type: ignore[arg-type]
        return []
    was = None if stored is None else _said_before(stored, body)
    return [Planned("cabinet_registered", {"cabinet": row.id, "compartments": row.compartments}, body, was)]


def _said_before(stored: object, body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: getattr(stored, key) for key in body}


def _cooperative_events(row: CooperativeRow, stored: Cooperative | None, cooperative_id: str) -> list[Planned]:
    about = {"cooperative": cooperative_id, "compartment": f"{row.cabinet}/{row.compartment}"}
    body = {
        "code": row.code,
        "village": row.village,
        "name": row.name,
        "short_name": short_name(row.name, row.village),
        "credit_code": row.credit_code,
        "members": row.members,
    }
    events = []
    if stored is None:
        events.append(Planned("cooperative_registered", about, body))
    elif stored.place != about["compartment"] or any(getattr(stored, key) != value for key, value in body.items()):
        was = {**_said_before(stored, body), "compartment": stored.place}
        events.append(Planned("cooperative_changed", about, body, was))
    if row.resolved_on is not None and row.expires_on is not None and _mandate_differs(row, stored):
        dates = {"resolved_on": row.resolved_on.isoformat(), "expires_on": row.expires_on.isoformat()}
        events.append(Planned("mandate_recorded", {"cooperative": cooperative_id, **dates}))
    return events


def _mandate_differs(row: CooperativeRow, stored: Cooperative | None) -> bool:
    return stored is None or (stored.resolved_on, stored.expires_on) != (row.resolved_on, row.expires_on)


def _plan_people(
    planned: Plan,
    roster: Roster,
    known: Registered,
    card_hashes: Mapping[str, str],
    cooperatives: Mapping[str, str],
    new_id: NewId,
) -> None:
    """A second row with the same phone is the same person with a second role.

    A card handed out by hand stays: the sheet may still have the one that was lost.
    """
    ids = {phone: person.id for phone, person in known.people.items()}
    cards = {person.id: person.card for person in known.people.values()}
    by_hand = frozenset(person.id for person in known.people.values() if person.card_by is not None)
    for row in roster.people:
        is_new = row.phone not in ids
        person_id = ids.setdefault(row.phone, new_id("p") if is_new else "")
        events = [
            *_person_events(row, known.people.get(row.phone), person_id, is_new=is_new),
            *_grant_events(row, known, person_id, cooperatives),
            *(() if person_id in by_hand else _card_events(row, person_id, cards, card_hashes)),
        ]
        planned.take(PEOPLE, f"{row.name} {row.phone}", events, is_new=is_new)


def _person_events(row: PersonRow, stored: Person | None, person_id: str, *, is_new: bool) -> Iterator[Planned]:
    body = {"name": row.name, "phone": row.phone, "unit": row.unit}
    if is_new:
        yield Planned("person_registered", {"person": person_id}, body)
    elif stored is not None and (stored.name, stored.unit) != (row.name, row.unit):
        yield Planned("person_changed", {"person": person_id}, body, _said_before(stored, body))


def _grant_events(
    row: PersonRow, known: Registered, person_id: str, cooperatives: Mapping[str, str]
) -> Iterator[Planned]:
    cooperative = cooperatives[row.unit] if row.role in COOPERATIVE_ROLES else None
    grant = Grant(person=person_id, role=row.role, cooperative=cooperative)
    if grant.id not in known.grants:
        yield Planned("role_granted", {"person": person_id, "role": row.role, "cooperative": cooperative})


def _card_events(
    row: PersonRow, person_id: str, cards: dict[str, str | None], card_hashes: Mapping[str, str]
) -> Iterator[Planned]:
    """A lost card stays lost while the sheet still lists it; another number is a new card."""
    card = None if row.card is None else card_hashes[row.card]
    if card is not None and cards.get(person_id) != card:
        cards[person_id] = card
        yield Planned("card_issued", {"person": person_id}, {"card": card})


def _item_events(row: ItemRow, known: Registered, key: tuple[str, str, str], new_id: NewId) -> Iterator[Planned]:
    stored = known.items.get(key)
    name = row.name if row.seal_type is None else seal_name(row.name, row.seal_type)
    body = {"name": name, "key": row.key, "seal_type": row.seal_type, "details": dict(row.details)}
    if stored is None:
        about = {"item": new_id("i"), "cooperative": key[0], "kind": row.kind}
        yield Planned("item_registered", about, body)
    elif (stored.name, stored.seal_type, stored.details) != (name, row.seal_type, row.details):
        yield Planned("item_changed", {"item": stored.id}, body, _said_before(stored, body))
