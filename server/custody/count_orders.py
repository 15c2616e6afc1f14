"""Opening a compartment without a request: the office orders it for a count, a destruction, a check, an emergency."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.custody.facts import Cooperative, Item
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_RUN_HANDOVERS, Role
from server.custody.states import ItemState


class CountPurpose(StrEnum):
    """What a compartment is opened for where nothing is to be taken."""

    INVENTORY = "inventory"
    DESTRUCTION = "destruction"
    CHECK = "check"
    EMERGENCY = "emergency"


PURPOSE_TITLES: Mapping[CountPurpose, str] = {
    CountPurpose.INVENTORY: "盘点",
    CountPurpose.DESTRUCTION: "监督销毁",
    CountPurpose.CHECK: "抽查",
    CountPurpose.EMERGENCY: "应急清柜",
}


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who stands at the door beside the 柜管员: one of `first`, and one person more for each of `extra`."""

    first: tuple[Role, ...]
    extra: tuple[Role, ...] = ()


_APART = (Role.SUPERVISOR, Role.HEAD)
"""Not the 报账员: whoever asks for seals day by day does not look at them without a request."""
WITNESSES: Mapping[CountPurpose, Witnesses] = {
    CountPurpose.INVENTORY: Witnesses(_APART),
    CountPurpose.DESTRUCTION: Witnesses((Role.HEAD, Role.ACCOUNTANT), (Role.SUPERVISOR,)),
    CountPurpose.CHECK: Witnesses(_APART),
    CountPurpose.EMERGENCY: Witnesses((Role.CABINET_OFFICER, *_APART, Role.ACCOUNTANT)),
}
"""Nobody looks in without the cooperative, but two 柜管员 in an emergency; two of its people see a destruction."""
OF_ONE_COOPERATIVE = tuple(each for each in CountPurpose if each is not CountPurpose.EMERGENCY)
"""What a single compartment is opened for; an emergency is ordered for a cabinet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountOrder:
    """An opening to be ordered, with everything its rules look at. `inside`: what the book has behind that door.

    `is_waiting`: one was ordered already and may still be used.
    """

    ordered_by: Standing
    cooperative: Cooperative
    purpose: CountPurpose
    reason: str
    inside: tuple[Item, ...]
    is_waiting: bool


def refuse_count(order: CountOrder) -> Refused | None:
    """The first reason why the compartment is not opened for this, or None. Neither a freeze nor a mandate stops it."""
    return first_refusal(COUNT_RULES, order)


def inside_now(items: list[Item]) -> tuple[Item, ...]:
    """What of these lies in the cabinet by the book, whatever became of its use."""
    return tuple(item for item in items if item.state is ItemState.IN_CABINET)


def _office_orders(o: CountOrder) -> Refused | None:
    if o.ordered_by.person.is_active and o.ordered_by.holds_any(MAY_RUN_HANDOVERS):
        return None
    return Refused("count_order_role", "清点开柜由三资办审核员或负责人安排。请联系三资办。")


def _orderer_is_apart(o: CountOrder) -> Refused | None:
    if o.cooperative.id not in o.ordered_by.cooperatives():
        return None
    return Refused("own_cooperative", f"您是{o.cooperative.short_name}的人，不能安排本社的清点开柜。请另一位同事安排。")


def _something_is_inside(o: CountOrder) -> Refused | None:
    if o.inside:
        return None
    return Refused("nothing_inside", f"{o.cooperative.short_name}的格口里没有登记在柜的东西，不用清点开柜。")


def _one_at_a_time(o: CountOrder) -> Refused | None:
    if not o.is_waiting:
        return None
    return Refused(
        "count_waiting", f"{o.cooperative.short_name}已经安排了一次清点开柜，还没有用。请先到柜前办完那一次。"
    )


def _reason_is_stated(o: CountOrder) -> Refused | None:
    if o.purpose is CountPurpose.INVENTORY or o.reason.strip():
        return None
    return Refused("no_reason", "请写明为什么开柜，例如“核对 3 号合同原件”或“销毁停用的旧公章”。")


COUNT_RULES: tuple[Callable[[CountOrder], Refused | None], ...] = (
    _office_orders,
    _orderer_is_apart,
    _something_is_inside,
    _one_at_a_time,
    _reason_is_stated,
)
