"""A cooperative's things, kind by kind: to choose from, or to look at."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.administration.settings import contract_warned_days
from server.custody.facts import Item
from server.custody.states import ITEM_STATE_TITLES, KIND_TITLES, SEAL_LIFE_TITLES, ItemKind, ItemState, SealLife
from server.custody.terms import contract_end, is_ending, is_past_retention
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
class Laid:
    """What lies on one shelf, in any order. `total`: how many there are, None where nobody counted what fits.

    `more` is the address of the rest, '' where it has none; `is_all` says that there is no rest.
    """

    kind: ItemKind
    items: tuple[Item, ...]
    total: int | None = None
    more: str = ""
    is_all: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Things of one kind as they are drawn; `total`, `more` and `is_all` as laid."""

    kind: ItemKind
    word: str
    icon: str
    items: tuple[ShelvedItem, ...]
    total: int | None
    more: str
    is_all: bool
    fold: bool
    chosen: bool


def shelf(laid: Laid, chosen: Iterable[str], reading: Reading, corrects: str = "") -> Shelf:
    """A shelf to look at or to choose from; what `corrects` has asked for already may be kept."""
    wanted = frozenset(chosen)
    return Shelf(
        kind=laid.kind,
        word=reading.say(KIND_TITLES[laid.kind]),
        icon=ICON_OF_KIND[laid.kind],
        items=tuple(shelved(item, reading, corrects) for item in sorted(laid.items, key=_order)),
        total=laid.total,
        more=laid.more,
        is_all=laid.is_all,
        fold=laid.kind is not ItemKind.SEAL,
        chosen=any(item.id in wanted for item in laid.items),
    )


def _order(item: Item) -> int:
    """Seals in the order in which they are counted; the rest as it comes."""
    return 0 if item.seal_type is None else list(type(item.seal_type)).index(item.seal_type)


def shelved(item: Item, reading: Reading, corrects: str = "") -> ShelvedItem:
    """One thing on its shelf."""
    is_unclaimed = item.checkout in (None, corrects)
    is_inside, is_in_use = item.state is ItemState.IN_CABINET, item.life is SealLife.IN_USE
    return ShelvedItem(
        id=item.id,
        title=item_title(item, reading.say),
        note=item_note(item, reading.say, is_among_own=True),
        state=item.state if is_in_use else SIGN_OF_LIFE[item.life],
        state_word=reading.say("有人申请") if is_inside and not is_unclaimed else reading.say(_standing(item)),
        where=_where(item, reading),
        may=is_inside and is_unclaimed and is_in_use,
    )


def _standing(item: Item) -> str:
    """Where it is, or, of a seal that is not used any more, why."""
    return ITEM_STATE_TITLES[item.state] if item.life is SealLife.IN_USE else SEAL_LIFE_TITLES[item.life]


def _where(item: Item, reading: Reading) -> str:
    """Who has it since when; of a contract that is about to end, when that is; of a volume, that it was kept enough."""
    if item.holder is not None and item.since is not None:
        return reading.say("%(who)s，%(at)s") % {"who": reading.name(item.holder), "at": reading.moment(item.since)}
    today = reading.now.astimezone(times.ZONE).date()
    if is_past_retention(item, today):
        return reading.say("保管期已满")
    if is_ending(item, today, contract_warned_days(reading.known)):
        return reading.say("%(day)s到期") % {"day": reading.day(contract_end(item))}
    return ""
