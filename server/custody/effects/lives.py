"""What the steps of a seal's life make true."""

from collections.abc import Sequence
from dataclasses import replace

from server.custody.facts import Item
from server.custody.happenings import Fact, Happening, Known
from server.custody.lifecycle import ItemReport, item_after
from server.custody.lives import LifeStep, life_after
from server.custody.states import ItemState


def _changed(known: Known, h: Happening) -> Sequence[Fact]:
    item = known.get(Item, h.about["item"])
    step = LifeStep(h.type)
    life = None if item is None else life_after(item.life, step)
    if item is None or life is None:
        return []
    return [replace(item, life=life, life_since=h.at, state=_whereabouts(item, step))]


def _whereabouts(item: Item, step: LifeStep) -> ItemState:
    if step is LifeStep.LOSE:
        return item_after(item.state, ItemReport.MISS).state
    return ItemState.DESTROYED if step is LifeStep.DESTROY else item.state


def _succeeded(known: Known, h: Happening) -> Sequence[Fact]:
    item = known.get(Item, h.about["item"])
    return [] if item is None else [replace(item, successor=h.about["successor"])]


LIFE_EFFECTS = {**{str(step): _changed for step in LifeStep}, "seal_succeeded": _succeeded}
