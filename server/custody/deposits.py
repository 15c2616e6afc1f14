"""Putting things into the cabinet: the office arranges it, people of the cooperative and a 柜管员 count them in."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from server.custody.facts import Cooperative, Item
from server.custody.mandates import refuse_without_mandate
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_ARRANGE_DEPOSITS
from server.custody.states import ITEM_STATE_TITLES, ItemState

DEPOSITABLE = frozenset({ItemState.REGISTERED, ItemState.MISSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A deposit to be arranged, with everything its rules look at. `is_waiting`: one is open for this cooperative."""

    arranged_by: Standing
    cooperative: Cooperative
    items: tuple[Item, ...]
    is_waiting: bool
    now: datetime


def refuse_arrangement(arrangement: Arrangement) -> Refused | None:
    """The first reason why this deposit cannot be arranged, or None."""
    return first_refusal(ARRANGEMENT_RULES, arrangement)


def _office_arranges(a: Arrangement) -> Refused | None:
    if a.arranged_by.person.is_active and a.arranged_by.holds_any(MAY_ARRANGE_DEPOSITS):
        return None
    return Refused("deposit_role", "入柜由三资办审核员安排。请联系三资办。")


def _arranger_is_apart(a: Arrangement) -> Refused | None:
    if a.cooperative.id not in a.arranged_by.cooperatives():
        return None
    return Refused("own_cooperative", f"您是{a.cooperative.short_name}的人，不能安排本社的入柜。请另一位审核员安排。")


def _something_is_left(a: Arrangement) -> Refused | None:
    if a.items:
        return None
    return Refused("nothing_to_deposit", f"{a.cooperative.short_name}登记过的东西都已经在柜里，不用再安排入柜。")


def _items_can_go_in(a: Arrangement) -> Refused | None:
    other = next((i for i in a.items if i.cooperative != a.cooperative.id or i.state not in DEPOSITABLE), None)
    if other is None:
        return None
    if other.cooperative != a.cooperative.id:
        return Refused("one_cooperative", f"{other.name}不是{a.cooperative.short_name}的，不能放进它的格口。")
    return Refused("not_depositable", f"{other.name}现在是“{ITEM_STATE_TITLES[other.state]}”，不用安排入柜。")


def _one_at_a_time(a: Arrangement) -> Refused | None:
    if not a.is_waiting:
        return None
    return Refused("deposit_waiting", f"{a.cooperative.short_name}已经有一次安排好的入柜还没办。请先办完那一次。")


def _mandate_is_valid(a: Arrangement) -> Refused | None:
    return refuse_without_mandate(a.cooperative, a.now)


ARRANGEMENT_RULES: tuple[Callable[[Arrangement], Refused | None], ...] = (
    _office_arranges,
    _arranger_is_apart,
    _something_is_left,
    _items_can_go_in,
    _one_at_a_time,
    _mandate_is_valid,
)
