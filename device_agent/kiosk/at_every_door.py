"""Screens on which one door after the other is opened."""

from device_agent.custodian.every_door import Clearing, ReadyForAll
from device_agent.kiosk.screen import Screen, Seen, place_name, whos


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
    opened = [place for place, door in sorted(seen.custody.doors.items()) if door.is_open]
    facts = {
        "left": len(stage.left) + (stage.opening is not None),
        "done": stage.done - (stage.opening is not None),
        "opened": [place_name(place) for place in opened],
    }
    title = f"还有 {facts['left']} 个门要开" if facts["left"] else "请把门都关好"
    voice = "门一弹开，请马上取。" if facts["left"] else "全部关好，自动结束。"
    return Screen("clearing", 3, title, voice, facts, may_end=stage.opening is None, marked=frozenset(opened))
