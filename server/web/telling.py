"""An entry of the log told with names: ids become words and links here and nowhere else.

A fact that an entry does not name is said vaguely ("有人"), never invented.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from server.custody.count_orders import PURPOSE_TITLES
from server.custody.findings.emergencies import CAUSE_TITLES
from server.custody.findings.finding import LEVEL_TITLES
from server.custody.findings.rulebook import RULES
from server.custody.handovers.states import FOUND_TITLES, HANDOVER_KIND_TITLES, PART_TITLES, RESOLUTION_TITLES
from server.custody.roles import TITLES, Role
from server.documents.papers.printing import FORMS
from server.web.language import Translate
from server.web.names import wrapping
from server.web.reasons import say_reason
from server.web.sentences import (
    ACTIONS,
    CHANGE_KINDS,
    CORRECTIONS,
    CREDENTIALS,
    OUTCOMES,
    RESULTS,
    SETTING_TITLES,
    STEPS,
    TELLINGS,
    VERDICTS,
    Telling,
    Tone,
)

ITEMS_NAMED_MAX = 3
ROSTER_VANISHED = "roster_vanished"
"""What an export of what a roster no longer lists is called in the log."""
_PLACE = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Names:
    """The names behind the ids of some entries: people, items (with their cooperative's short name), cooperatives."""

    people: Mapping[str, str]
    items: Mapping[str, str]
    cooperatives: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a sentence is filled from: who wrote the entry, what it is about, the names, the language."""

    by: str
    about: Mapping[str, Any]
    names: Names
    say: Translate


def tell(event_type: str, subject: Subject) -> Markup:
    """The sentence of an entry as HTML, its things linked. An unknown type is shown by its name."""
    telling = TELLINGS.get(event_type)
    if telling is None:
        return escape(event_type)
    return _fill(subject.say(telling.text), subject)


def tone_of(event_type: str) -> Tone:
    """How an entry of this type is set off."""
    return TELLINGS.get(event_type, Telling("")).tone


def place_words(about: Mapping[str, Any], _: Translate) -> str:
    """CAB-01 7格, or nothing where the entry is about no compartment."""
    place = about.get("compartment")
    return say_place(str(place), _) if place else ""


def say_place(place: str, _: Translate) -> str:
    """CAB-01 7格 for `CAB-01/7`."""
    cabinet, _slash, number = place.rpartition("/")
    return _("%(cabinet)s %(number)s格") % {"cabinet": cabinet, "number": number}


def _fill(text: str, subject: Subject) -> Markup:
    parts = _PLACE.split(text)
    filled = [escape(part) if i % 2 == 0 else _word(part, subject) for i, part in enumerate(parts)]
    return Markup("").join(filled)


def _word(name: str, subject: Subject) -> Markup:
    filler = FILLERS.get(name)
    return escape(subject.about.get(name, "") if filler is None else filler(subject))


def ids_in(value: object) -> list[str]:
    """The ids a fact names, whatever another source made of it."""
    values = value if isinstance(value, list) else [value]
    return [each for each in values if isinstance(each, str) and each]


def _present(subject: Subject) -> list[str]:
    return ids_in(subject.about.get("persons"))


def _who(subject: Subject) -> Markup:
    named = [*ids_in(subject.about.get("person")), *_present(subject)]
    return _person(next(iter(named), None), subject)


def _second(subject: Subject) -> Markup:
    return _person(next(iter(_present(subject)[1:]), None), subject)


def _persons(subject: Subject) -> Markup:
    return _listed((_person(each, subject) for each in _present(subject) or (None,)), subject)


def _by_person(subject: Subject) -> Markup:
    by = ids_in(subject.about.get("by_person"))
    return _person(by[0], subject) if by else escape(subject.say("系统"))


def _person(person: str | None, subject: Subject) -> Markup:
    if person is None:
        return escape(subject.say("有人"))
    name = subject.names.people.get(person, person)
    return Markup('<a class="keep" href="/log?person={}">{}</a>').format(person, name)


def _standing_in(subject: Subject) -> Markup:
    """（代廖坤东）, or nothing where somebody decided in their own right."""
    absent = next(iter(ids_in(subject.about.get("stands_for"))), None)
    if absent is None:
        return Markup("")
    opening, closing = subject.say("（代%(name)s）").split("%(name)s")
    return escape(opening) + _person(absent, subject) + escape(closing)


def _items(subject: Subject) -> Markup:
    items = ids_in(subject.about.get("items")) or ids_in(subject.about.get("item"))
    named = _listed((_item(each, subject) for each in items[:ITEMS_NAMED_MAX]), subject)
    if len(items) <= ITEMS_NAMED_MAX:
        return named
    return named + escape(subject.say("等 %(n)s 件") % {"n": len(items)})


def _thing(subject: Subject) -> Markup:
    """What a tag belongs to."""
    return _items(subject) if subject.about.get("item") else escape(subject.say("一张标签"))


def _item(item: str, subject: Subject) -> Markup:
    return Markup('<a href="/items/{}">{}</a>').format(item, wrapping(subject.names.items.get(item, item)))


def _cooperative(subject: Subject) -> Markup:
    cooperative = str(subject.about.get("cooperative", ""))
    name = subject.names.cooperatives.get(cooperative, cooperative)
    return Markup('<a href="/cooperatives/{}">{}</a>').format(cooperative, name)


def _role(subject: Subject) -> str:
    role = str(subject.about.get("role", ""))
    return subject.say(TITLES[Role(role)]) if role in set(Role) else role


def _step(subject: Subject) -> str:
    step_ms = subject.about.get("step_ms")
    seconds = f"{step_ms / 1000:+.1f}" if isinstance(step_ms, int) else "?"
    return subject.say("%(n)s 秒") % {"n": seconds}


def _reason(subject: Subject) -> str:
    return say_reason(str(subject.about.get("rule") or subject.about.get("reason") or ""), subject.say)


def _form(subject: Subject) -> str:
    form = str(subject.about.get("form", ""))
    if form == ROSTER_VANISHED:
        return subject.say("名册里不再有的")
    return subject.say(FORMS[form].title) if form in FORMS else form


def _finding_rule(subject: Subject) -> Markup:
    rule = str(subject.about.get("rule", ""))
    title = subject.say(RULES[rule].title) if rule in RULES else rule
    return Markup('<a href="/findings/{}">{}</a>').format(str(subject.about.get("finding", "")), title)


def _from(table: Mapping[Any, str], key: str) -> Callable[[Subject], str]:
    def word(subject: Subject) -> str:
        code = str(subject.about.get(key, ""))
        return subject.say(table[code]) if code in table else code

    return word


def _listed(names: Iterable[Markup], subject: Subject) -> Markup:
    return escape(subject.say("、")).join(names)


FILLERS: Mapping[str, Callable[[Subject], str | Markup]] = {
    "by": lambda subject: subject.by,
    "who": _who,
    "second": _second,
    "persons": _persons,
    "by_person": _by_person,
    "items": _items,
    "cooperative": _cooperative,
    "form": _form,
    "documents": lambda subject: str(len(ids_in(subject.about.get("attachments")))),
    "flagged": lambda subject: subject.say("（代还）") if subject.about.get("flagged") is True else "",
    "role": _role,
    "step": _step,
    "reason": _reason,
    "board": lambda subject: f"{subject.about.get('bus', '')}:{subject.about.get('address', '')}",
    "setting": _from(SETTING_TITLES, "setting"),
    "substitute": lambda subject: _person(next(iter(ids_in(subject.about.get("substitute"))), None), subject),
    "standing_in": _standing_in,
    "correction": _from(CORRECTIONS, "correction"),
    "step_of": _from(STEPS, "step"),
    "action": _from(ACTIONS, "action"),
    "outcome": _from(OUTCOMES, "outcome"),
    "verdict": _from(VERDICTS, "verdict"),
    "thing": _thing,
    "change_kind": _from(CHANGE_KINDS, "kind"),
    "credential": _from(CREDENTIALS, "kind"),
    "count_purpose": _from(PURPOSE_TITLES, "purpose"),
    "result": _from(RESULTS, "result"),
    "successor": lambda subject: _item(str(subject.about.get("successor", "")), subject),
    "handover": _from(HANDOVER_KIND_TITLES, "kind"),
    "found": _from(FOUND_TITLES, "found"),
    "resolution": _from(RESOLUTION_TITLES, "resolution"),
    "part": _from(PART_TITLES, "part"),
    "level": _from(LEVEL_TITLES, "level"),
    "rule": _finding_rule,
    "cause": _from(CAUSE_TITLES, "cause"),
}
