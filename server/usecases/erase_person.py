"""Somebody who left asks that their data be erased: two administrators do it, and no proof of the log breaks."""

from dataclasses import dataclass

from server.custody.erasing import WITH_NAMES, Erasing, refuse_to_erase
from server.custody.people import Person, Standing
from server.custody.refusals import Refused
from server.store import erasing, find
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse
from server.usecases.sign_in import CheckedClaim, proven


@dataclass(frozen=True, slots=True)
class ErasePerson:
    """Whose data, and the checked passwords of the two administrators who erase them."""

    person: str
    first: CheckedClaim
    second: CheckedClaim


@dataclass(frozen=True, slots=True)
class Erased:
    """How many bodies of entries, slips of permits, and photos are gone."""

    person: str
    entries: int
    permits: int
    photos: int


def erase_person(work: Work, asked: ErasePerson) -> Erased | Refused:
    """Erase name, telephone, unit, card, slips, photos, notices and what is found by them, or say why not."""
    two: list[Standing] = []
    for claim in (asked.first, asked.second):
        person = proven(work, claim)
        if isinstance(person, Refused):
            return person
        two.append(acting(work, person.id))
    standing = find.standing(work.facts, asked.person)
    if standing is None:
        return refuse(work, UNKNOWN_PERSON, two[0].id)
    refused = refuse_to_erase(_erasing(work, standing, two[0], two[1]))
    return _erase(work, standing.person, two) if refused is None else refuse(work, refused, two[0].id)


def _erasing(work: Work, whose: Standing, first: Standing, second: Standing) -> Erasing:
    open_checkouts = erasing.open_checkouts(work.facts, whose.id)
    return Erasing(
        person=whose.person, roles=len(whose.grants), open_checkouts=open_checkouts, first=first, second=second
    )


def _erase(work: Work, person: Person, two: list[Standing]) -> Erased:
    traces = erasing.traces(work.connection, person.id, WITH_NAMES)
    about = {
        "person": person.id,
        "persons": [each.id for each in two],
        "entries": list(traces.entries),
        "permits": list(traces.permits),
        "openings": list(traces.openings),
    }
    photos = erasing.photos(work.facts, traces.openings)
    for each in photos:
        withdrawn = {"attachment": each.id, "cooperative": each.cooperative, "by_person": two[0].id}
        work.record("document_withdrawn", withdrawn)
    work.record("person_erased", about)
    erasing.delete_bodies(work.connection, traces.entries)
    erasing.forget(work.connection, person.id)
    return Erased(person.id, len(traces.entries), len(traces.permits), len(photos))
