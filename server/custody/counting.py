"""The order in which people count things: seals by kind, then contracts by number, then vouchers month by month."""

import re
from collections.abc import Iterable

from server.custody.facts import Item
from server.custody.states import ItemKind, SealType

_KINDS, _SEAL_TYPES = tuple(ItemKind), (*SealType, None)
_DIGITS = re.compile(r"([0-9]+)")


def in_counting_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """The items as two people before an open compartment go through them."""
    return tuple(sorted(items, key=_place_in_the_count))


def _place_in_the_count(item: Item) -> tuple[int, int, tuple[str | int, ...], str]:
    return _KINDS.index(item.kind), _SEAL_TYPES.index(item.seal_type), _as_read(item.key), item.id


def _as_read(key: str) -> tuple[str | int, ...]:
    """A key that sorts as people read it, volume 2 before volume 10: texts and numbers in turn."""
    return tuple(int(part) if place % 2 else part for place, part in enumerate(_DIGITS.split(key)))
