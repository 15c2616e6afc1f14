"""What was found, as links with a word or two on what each one is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.custody.facts import Checkout, Cooperative, Item
from server.custody.people import Person
from server.custody.searching import FoundKind
from server.custody.states import CHECKOUT_STATE_TITLES, ITEM_STATE_TITLES
from server.store.lists.search import Hit
from server.web.language import N_
from server.web.views.checkouts import title_of
from server.web.views.reading import Reading
from server.web.views.words import item_note, item_title

GROUP_TITLES: Mapping[FoundKind, str] = {
    FoundKind.COOPERATIVE: N_("合作社"),
    FoundKind.PERSON: N_("人员"),
    FoundKind.ITEM: N_("印章、合同和凭证"),
    FoundKind.CHECKOUT: N_("申请"),
}


@dataclass(frozen=True, slots=True)
class FoundThing:
    """One thing: where it is, what it is called, and what it is."""

    href: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """What was found of one kind."""

    title: str
    things: tuple[FoundThing, ...]


def found_groups(hits: Iterable[Hit], reading: Reading) -> tuple[FoundGroup, ...]:
    """The kinds of which something was found."""
    grouped: dict[FoundKind, list[FoundThing]] = {}
    for hit in hits:
        thing = _thing(hit, reading)
        if thing is not None:
            grouped.setdefault(hit.kind, []).append(thing)
    return tuple(FoundGroup(reading.say(GROUP_TITLES[kind]), tuple(things)) for kind, things in grouped.items())


def _thing(hit: Hit, reading: Reading) -> FoundThing | None:
    match hit.kind:
        case FoundKind.COOPERATIVE:
            cooperative = reading.known.get(Cooperative, hit.ref)
            return (
                None
                if cooperative is None
                else FoundThing(f"/cooperatives/{hit.ref}", cooperative.short_name, cooperative.name)
            )
        case FoundKind.PERSON:
            person = reading.known.get(Person, hit.ref)
            return None if person is None else FoundThing(f"/people/{hit.ref}", person.name, person.unit)
        case FoundKind.ITEM:
            item = reading.known.get(Item, hit.ref)
            return None if item is None else _item(item, reading)
        case FoundKind.CHECKOUT:
            checkout = reading.known.get(Checkout, hit.ref)
            return None if checkout is None else _checkout(checkout, reading)


def _item(item: Item, reading: Reading) -> FoundThing:
    cooperative = reading.known.get(Cooperative, item.cooperative)
    title = f"{cooperative.short_name} {item_title(item, reading.say)}" if cooperative else item.name
    note = reading.say("，").join((reading.say(ITEM_STATE_TITLES[item.state]), item_note(item, reading.say)))
    return FoundThing(f"/items/{item.id}", title, note)


def _checkout(checkout: Checkout, reading: Reading) -> FoundThing:
    words = (reading.say(CHECKOUT_STATE_TITLES[checkout.state]), checkout.purpose, checkout.counterparty)
    note = reading.say("，").join(word for word in words if word)
    return FoundThing(f"/checkouts/{checkout.id}", title_of(checkout, reading), note)
