"""A cooperative's things, kind by kind: to choose from, or to look at."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.administration.settings import contract_warned_days
from server.custody.facts import Item
from server.custody.states import ITEM_STATE_TITLES, KIND_TITLES, SEAL_LIFE_TITLES, ItemKind, ItemState, SealLife
from server.custody.terms import contract_end, is_ending
from server.web import times
from server.web.views.reading import Reading
from server.web.views.words import ICON_OF_KIND, SIGN_OF_LIFE, item_note, item_title


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedItem:
    """One thing. `may`: it can be asked for now. `where`: who has it or has asked for it, and since when."""

    id: str
    title: str
    note: str
    state: str
    state_word: str
    where: str
    may: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """All the things of one kind."""

    kind: ItemKind
    word: str
    icon: str
    items: tuple[ShelvedItem, ...]
    fold: bool
    chosen: bool


def shelves(items: Iterable[Item], chosen: Iterable[str], reading: Reading, corrects: str = "") -> tuple[Shelf, ...]:
    """The shelves that have something on them, seals first. What `corrects` has asked for already may be kept."""
    there, wanted = tuple(items), frozenset(chosen)
    return tuple(_shelf(kind, of_kind, wanted, reading, corrects) for kind in ItemKind if (of_kind := _of(kind, there)))


def _of(kind: ItemKind, items: tuple[Item, ...]) -> tuple[Item, ...]:
    return tuple(sorted((item for item in items if item.kind is kind), key=_order))


def _order(item: Item) -> tuple[int, str]:
    order = list(type(item.seal_type)) if item.seal_type is not None else []
    return (order.index(item.seal_type) if item.seal_type is not None else 0, item.key)


def _shelf(kind: ItemKind, items: tuple[Item, ...], wanted: frozenset[str], reading: Reading, corrects: str) -> Shelf:
    return Shelf(
        kind=kind,
        word=reading.say(KIND_TITLES[kind]),
        icon=ICON_OF_KIND[kind],
        items=tuple(shelved(item, reading, corrects) for item in items),
        fold=kind is not ItemKind.SEAL,
        chosen=any(item.id in wanted for item in items),
    )


def shelved(item: Item, reading: Reading, corrects: str = "") -> ShelvedItem:
    """One thing on its shelf."""
    is_unclaimed = item.checkout in (None, corrects)
    is_inside, is_in_use = item.state is ItemState.IN_CABINET, item.life is SealLife.IN_USE
    return ShelvedItem(
        id=item.id,
        title=item_title(item, reading.say),
        note=item_note(item, reading.say),
        state=item.state if is_in_use else SIGN_OF_LIFE[item.life],
        state_word=reading.say("有人申请") if is_inside and not is_unclaimed else reading.say(_standing(item)),
        where=_where(item, reading),
        may=is_inside and is_unclaimed and is_in_use,
    )


def _standing(item: Item) -> str:
    """Where it is, or, of a seal that is not used any more, why."""
    return ITEM_STATE_TITLES[item.state] if item.life is SealLife.IN_USE else SEAL_LIFE_TITLES[item.life]


def _where(item: Item, reading: Reading) -> str:
    """Who has it since when; of a contract that is about to end, when that is."""
    if item.holder is not None and item.since is not None:
        return reading.say("%(who)s，%(at)s") % {"who": reading.name(item.holder), "at": reading.moment(item.since)}
    if is_ending(item, reading.now.astimezone(times.ZONE).date(), contract_warned_days(reading.known)):
        return reading.say("%(day)s到期") % {"day": reading.day(contract_end(item))}
    return ""
