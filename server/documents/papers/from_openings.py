"""Openings as rows of the register of doors."""

from collections.abc import Iterable, Mapping

from server.custody.facts import Opening
from server.documents.papers.opening_register import OpenedDoor
from server.store.lists.registers import Names

ACTIONS: Mapping[str, str] = {"take": "取用", "return": "归还", "deposit": "存入", "read": "查阅", "count": "清点"}
RESULTS: Mapping[str, str] = {
    "taken": "已取出",
    "part_taken": "取出一部分",
    "nothing": "没有取东西",
    "returned": "已归还",
    "part_returned": "归还一部分",
    "deposited": "已存入",
    "part_deposited": "存入一部分",
    "counted": "已清点",
    "cleared": "应急打开",
    "jammed": "门没有打开",
    "unknown": "不清楚门开没开",
    "abandoned": "没有确认就离开",
    "interrupted": "中断，不清楚门开没开",
}
UNFINISHED = "未结束"
BY_PERMIT, IN_AN_EMERGENCY = "凭许可", "应急清柜"


def opened_doors(openings: Iterable[Opening], names: Names) -> tuple[OpenedDoor, ...]:
    """The openings in the order given."""
    return tuple(_opened(each, names) for each in openings)


def _opened(opening: Opening, names: Names) -> OpenedDoor:
    cabinet, _, compartment = opening.place.rpartition("/")
    people = [names.people[each].name if each in names.people else each for each in opening.persons]
    return OpenedDoor(
        at=opening.opened_at or opening.intended_at,
        cabinet=cabinet,
        compartment=compartment,
        reason=_reason(opening, names),
        permit=opening.permit,
        first=people[0] if people else "",
        second="、".join(people[1:]),
        way=IN_AN_EMERGENCY if opening.outcome == "cleared" else BY_PERMIT,
        closed_at=opening.closed_at,
        result=UNFINISHED if opening.outcome is None else RESULTS.get(opening.outcome, opening.outcome),
    )


def _reason(opening: Opening, names: Names) -> str:
    action = ACTIONS.get(opening.action, opening.action)
    checkout = names.checkouts.get(opening.checkout or "")
    return f"{action}：{checkout.purpose}" if checkout is not None else action
