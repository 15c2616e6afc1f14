"""Entries of the log as rows of a table or moments of a story: a sentence each, with names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from server.custody.bearings import GROUP_TITLES, EventGroup
from server.custody.facts import Cooperative, Item
from server.custody.people import Person
from server.store.lists.entries import LogLine
from server.web import times
from server.web.sentences import Tone
from server.web.telling import ITEMS_NAMED_MAX, Names, Subject, ids_in, place_words, tell, tone_of
from server.web.views.reading import Reading
from server.web.views.words import item_title

PEOPLE_KEYS = ("person", "by_person", "persons", "substitute", "stands_for")
"""Under which keys an entry names people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry told. `number` is its leaf's index, `day` stands where a new day begins, `words` is what was said."""

    number: int
    at: datetime
    sentence: Markup
    words: str
    place: str
    tone: Tone
    day: str
    checkout: str | None


def told(row: LogLine, reading: Reading, day: str = "", *, whose: bool = True) -> Told:
    """One entry; `whose` names the cooperative beside the place."""
    return Told(
        number=row.position,
        at=row.at,
        sentence=tell(row.type, Subject(row.by, row.about, names_in(row.about, reading), reading.say)),
        words=words_of(row.body or {}),
        place=_place(row, reading) if whose else place_words(row.about, reading.say),
        tone=tone_of(row.type),
        day=day,
        checkout=row.checkout,
    )


def told_by_day(rows: Iterable[LogLine], day_before: str, reading: Reading) -> Iterator[Told]:
    """Entries newest first, each first one of a day with the day's name. `day_before`: ISO date of the row above."""
    last = day_before
    for row in rows:
        here = row.at.astimezone(times.ZONE).date()
        is_new, last = here.isoformat() != last, here.isoformat()
        yield told(row, reading, _day(row.at, reading) if is_new else "")


def iso_day(at: datetime) -> str:
    """The day in the hall, as addresses carry it."""
    return at.astimezone(times.ZONE).date().isoformat()


def words_of(body: Mapping[str, Any]) -> str:
    """What a person wrote with it: a reason, a purpose, a note, or a rule's sentence."""
    return next((str(body[key]) for key in ("reason", "purpose", "note", "sentence") if body.get(key)), "")


def names_in(about: Mapping[str, Any], reading: Reading) -> Names:
    """The names behind the ids an entry is about."""
    people = [each for key in PEOPLE_KEYS for each in ids_in(about.get(key))]
    items = [each for key in ("item", "items", "successor") for each in ids_in(about.get(key))[:ITEMS_NAMED_MAX]]
    cooperatives = ids_in(about.get("cooperative"))
    known = reading.known
    return Names(
        people={each: person.name for each in people if (person := known.get(Person, each))},
        items={each: _item_name(item, reading) for each in items if (item := known.get(Item, each))},
        cooperatives={each: found.short_name for each in cooperatives if (found := known.get(Cooperative, each))},
    )


def group_words(reading: Reading) -> list[dict[str, str]]:
    """The kinds of event to choose from."""
    return [{"code": str(group), "word": reading.say(GROUP_TITLES[group])} for group in EventGroup]


def _item_name(item: Item, reading: Reading) -> str:
    cooperative = reading.known.get(Cooperative, item.cooperative)
    title = item_title(item, reading.say)
    return f"{cooperative.short_name} {title}" if cooperative else title


def _place(row: LogLine, reading: Reading) -> str:
    place = place_words(row.about, reading.say)
    cooperative = reading.known.get(Cooperative, row.cooperative) if row.cooperative else None
    return " ".join(text for text in (place, cooperative.short_name if cooperative else "") if text)


def _day(at: datetime, reading: Reading) -> str:
    today = reading.now.astimezone(times.ZONE).date()
    here = at.astimezone(times.ZONE).date()
    words = times.day(here, today.year, reading.language.code)
    return reading.say("今天 %(day)s") % {"day": words} if here == today else words
