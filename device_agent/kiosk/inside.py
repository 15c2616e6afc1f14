"""What light barriers and tag readers say of a compartment, in words for the two people before it."""

from device_agent.custodian.tags import items_inside, misplaced, taken_unasked
from device_agent.kiosk.screen import Seen, item_name, place_name
from firmware_protocol.slips import Slip


def inside_words(seen: Seen, place: str, slip: Slip) -> str:
    """What is heard or seen inside; empty where nothing tells."""
    wrong = sorted(set(misplaced(seen.custody, place).values()))
    if wrong:
        return f"放错了柜门：有一件是 {place_name(wrong[0])}的，请拿出来。"
    if unasked := taken_unasked(seen.custody, place, dict(slip.items)):
        return f"有 {unasked} 件不是这次要办的，被拿出来了：请放回去。"
    if seen.custody.tags.get(place) is not None:
        return _things(seen, place, slip)
    return {True: "探头看到格里还有东西。", False: "探头看到格里是空的。", None: ""}[seen.custody.inside.get(place)]


def _things(seen: Seen, place: str, slip: Slip) -> str:
    """The things of this opening by name, and how many others there are."""
    named = dict(slip.items)
    inside = items_inside(seen.custody, place)
    ours = [item_name(slip, item) for item in inside if item in named]
    others = len(inside) - len(ours)
    words = [*ours, *([f"另外 {others} 件"] if others else [])]
    return f"柜里还有{'、'.join(words)}。" if words else "读写器没有读到认得的东西。"
