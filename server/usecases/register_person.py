"""A person is written into the register by hand, or put right there: a name, a phone, a unit."""

from dataclasses import dataclass

from server.custody.administration.registering import PersonEntry, refuse_entry
from server.custody.happenings import WAS
from server.custody.people import Person
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.issue_roster import issue_rosters
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse
from server.usecases.texts import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterPerson:
    """Who writes whom into the register; `person` names the entry that is put right, None begins one."""

    by: str
    name: str
    phone: str
    unit: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class PersonStands:
    """The person as the register has them now."""

    person: str


def register_person(work: Work, asked: RegisterPerson) -> PersonStands | Refused:
    """Register or correct, or say why not. A new person holds no role and no card yet."""
    before = None if asked.person is None else work.get(Person, asked.person)
    if asked.person is not None and before is None:
        return refuse(work, UNKNOWN_PERSON, asked.by)
    entry = PersonEntry(
        who=acting(work, asked.by),
        name=tidy(asked.name),
        phone=asked.phone,
        unit=tidy(asked.unit),
        phone_holder=find.person_by_phone(work.facts, asked.phone),
        before=before,
    )
    if (refused := refuse_entry(entry)) is not None:
        return refuse(work, refused, asked.by)
    return _register(work, asked.by, entry) if before is None else _correct(work, asked.by, entry, before)


def _register(work: Work, by: str, entry: PersonEntry) -> PersonStands:
    person = work.new_id("p")
    work.record("person_registered", {"person": person, "by_person": by}, _said(entry))
    return PersonStands(person)


def _correct(work: Work, by: str, entry: PersonEntry, before: Person) -> PersonStands:
    was = {"name": before.name, "phone": before.phone, "unit": before.unit}
    work.record("person_changed", {"person": before.id, "by_person": by}, {**_said(entry), WAS: was})
    if before.name != entry.name:
        issue_rosters(work)
    return PersonStands(before.id)


def _said(entry: PersonEntry) -> dict[str, str]:
    return {"name": entry.name, "phone": entry.phone, "unit": entry.unit}
