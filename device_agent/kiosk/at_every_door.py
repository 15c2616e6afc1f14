"""Screens on which one door after the other is opened."""

from collections import defaultdict
from collections.abc import Iterable

from device_agent.custodian.every_door import Clearing, ReadyForAll
from device_agent.kiosk.screen import Screen, Seen, door_number, whos


def ready_for_all(seen: Seen, stage: ReadyForAll) -> Screen:
    """The next touch begins."""
    places = frozenset(seen.custody.memory.holdings[permit].permit.place for permit in stage.permits)
    purposes = {seen.custody.memory.holdings[permit].slip.purpose for permit in stage.permits}
    facts = {
        "count": len(stage.permits),
        "purpose": "、".join(sorted(purposes)),
        "people": whos(seen.custody, stage.present),
    }
    title = f"要依次开 {len(stage.permits)} 个门"
    return Screen("ready_all", 3, title, "看清楚了，请按“开门”。", facts, may_go_back=True, may_end=True, marked=places)


def clearing(seen: Seen, stage: Clearing) -> Screen:
    """How far it has come, and which doors stand open."""
    opened = [place for place, door in seen.custody.doors.items() if door.is_open]
    facts = {
        "left": len(stage.left) + (stage.opening is not None),
        "done": stage.done - (stage.opening is not None),
        "opened": _by_cabinet(opened),
    }
    title = f"还有 {facts['left']} 个门要开" if facts["left"] else "请把门都关好"
    voice = "门一弹开，请马上取。" if facts["left"] else "全部关好，自动结束。"
    return Screen("clearing", 3, title, voice, facts, may_end=stage.opening is None, marked=frozenset(opened))


def _by_cabinet(places: Iterable[str]) -> list[str]:
    """`CAB-01 柜 3、4、6 号`, a cabinet each."""
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for place in places:
        numbers[place.rpartition("/")[0]].append(int(door_number(place)))
    return [f"{cabinet} 柜 {'、'.join(map(str, sorted(of_one)))} 号" for cabinet, of_one in sorted(numbers.items())]
