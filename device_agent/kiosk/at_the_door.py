"""Screens from the last touch to the last confirmation, each with the door it is about."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from device_agent.custodian.inputs import Choice
from device_agent.custodian.memory import Holding, Opening
from device_agent.custodian.moving import approved_copies, may_skip_closing, movable
from device_agent.custodian.offers import judge, offers
from device_agent.custodian.opening import LOCK_REST_MS, choice_of
from device_agent.custodian.state import (
    Closing,
    Confirming,
    Custody,
    Done,
    Jammed,
    Moving,
    NamingMissing,
    Photographing,
    Ready,
    StatingCopies,
    Unlocking,
    Unsure,
)
from device_agent.kiosk import returning, words
from device_agent.kiosk.inside import inside_words
from device_agent.kiosk.screen import (
    Screen,
    Seen,
    compartment_of,
    door_number,
    item_name,
    items_summary,
    place_name,
    whos,
)
from firmware_protocol.permit_checks import Allowed

QUESTIONS: Mapping[str, str] = {
    "take": "取走了哪些？",
    "return": "放回了哪些？",
    "deposit": "放进了哪些？",
    "count": "看到了哪些？",
}
LATE_QUESTIONS: Mapping[str, str] = {
    "take": "上次取走了哪些？",
    "return": "上次放回了哪些？",
    "deposit": "上次放进了哪些？",
    "count": "上次看到了哪些？",
}
MOVED: Mapping[str, str] = {"take": "取走", "return": "放回", "deposit": "放进", "count": "点到"}
VERBS: Mapping[str, str] = {"take": "领用", "return": "归还", "deposit": "存入", "count": "清点"}
RESTING = "锁要歇两秒，请稍等。"
ITEMS_NAMED_MAX = 3
TICK_ALL_FROM = 3
"""From so many items on one key ticks them all."""
ENDINGS: Mapping[str | None, tuple[str, str]] = {
    "taken": ("已经取出", "用完请按时归还。"),
    "part_taken": ("取出了一部分", "没取的还在柜里。"),
    "nothing": ("没有动里面的东西", "已经记下来了。"),
    "returned": ("已经归还", "谢谢，已经记下来了。"),
    "deposited": ("已经存入", "已经记下来了。"),
    "counted": ("已经点过", "没有点到的，请在清单上写明。"),
}


def ready(seen: Seen, stage: Ready) -> Screen:
    """The next touch opens the door."""
    holding = seen.custody.memory.holdings[stage.choice.permit]
    items = holding.out if stage.choice.kind == "return" else holding.items
    rest_ms = _rest_ms(seen, holding.permit.place)
    facts = {
        "kind": stage.choice.kind,
        "verb": VERBS.get(stage.choice.kind, ""),
        "what": items_summary(holding.slip, items, ITEMS_NAMED_MAX),
        "cooperative": holding.slip.cooperative_name,
        "purpose": holding.slip.purpose,
        "people": whos(seen.custody, stage.present),
        "place": place_name(holding.permit.place),
        "chance": _chance(stage.choice, holding),
        "remarks": returning.remarks(seen, judge(seen.custody, stage.choice, stage.present, seen.now)),
        "rest_ms": rest_ms,
    }
    title = f"要开 {door_number(holding.permit.place)} 号门"
    voice = RESTING if rest_ms else "看清楚了，请按“开门”。"
    screen = Screen("ready", 3, title, voice, facts, may_go_back=True, may_end=True, changes_ms=rest_ms or None)
    return _beside(seen, holding.permit.place, screen)


def unlocking(seen: Seen, stage: Unlocking) -> Screen:
    """The lock was pulsed."""
    place = compartment_of(seen.custody, stage) or ""
    return _beside(seen, place, Screen("unlocking", 3, f"正在开 {door_number(place)} 号门", "门一弹开，请拉开它。"))


def jammed(seen: Seen, stage: Jammed) -> Screen:
    """The door did not open, for certain."""
    place = compartment_of(seen.custody, stage) or ""
    choice = choice_of(seen.custody, stage.opening)
    verdict = judge(seen.custody, choice, stage.present, seen.now).verdict if choice else None
    may_retry, rest_ms = isinstance(verdict, Allowed), _rest_ms(seen, place)
    facts = {
        "was_sent": stage.was_sent,
        "may_retry": may_retry,
        "attempt": words.numeral(verdict.attempt) if isinstance(verdict, Allowed) else "",
        "rest_ms": rest_ms,
    }
    number = door_number(place)
    title = f"{number} 号门没有弹开" if stage.was_sent else f"{number} 号锁没有动作"
    voice = "请按“返回”。" if not may_retry else RESTING if rest_ms else "可以再试一次。"
    screen = Screen("jammed", 3, title, voice, facts, may_go_back=True, may_end=True, changes_ms=rest_ms or None)
    return _beside(seen, place, screen)


def unsure(seen: Seen, stage: Unsure) -> Screen:
    """Nobody but the people can say whether the door opened."""
    place = compartment_of(seen.custody, stage) or ""
    title = f"{door_number(place)} 号门开了吗？"
    return _beside(seen, place, Screen("unsure", 3, title, "请拉一下门，看看开了没有。", may_end=True))


def moving(seen: Seen, stage: Moving) -> Screen:
    """What moved?"""
    holding, opening = _at(seen.custody, stage)
    facts = {
        "items": _ticks(holding, movable(holding, opening), stage.ticked),
        "many": len(movable(holding, opening)) >= TICK_ALL_FROM,
        "is_late": stage.is_late,
        "is_count": opening.action == "count",
        "cooperative": holding.slip.cooperative_short_name,
        "verb": MOVED[opening.action],
        "door": _door_word(seen, opening.compartment),
    }
    title = (LATE_QUESTIONS if stage.is_late else QUESTIONS)[opening.action]
    voice = "请按上次的实情勾选。" if stage.is_late else f"{MOVED[opening.action]}一件，勾一件。"
    screen = Screen("moving", 3, title, voice, facts, may_go_back=stage.is_late, may_end=stage.is_late)
    return _beside(seen, opening.compartment, screen)


def naming_missing(seen: Seen, stage: NamingMissing) -> Screen:
    """What is missing?"""
    holding, opening = _at(seen.custody, stage.moving)
    items = [item for item in holding.items if item not in stage.moving.ticked]
    facts = {"items": _ticks(holding, items, stage.named), "cooperative": holding.slip.cooperative_short_name}
    screen = Screen("missing", 3, "少了哪些？", "三资办马上会知道。", facts, may_go_back=True)
    return _beside(seen, opening.compartment, screen)


def closing(seen: Seen, stage: Closing) -> Screen:
    """The door is to be closed."""
    holding, opening = _at(seen.custody, stage.moving)
    facts = {"may_skip": may_skip_closing(seen.custody, stage), "door": _door_word(seen, opening.compartment)}
    facts["inside"] = inside_words(seen, opening.compartment, holding.slip)
    title = f"请关上 {door_number(opening.compartment)} 号门"
    screen = Screen("closing", 3, title, "关到听见咔的一声。", facts, may_go_back=True)
    return _beside(seen, opening.compartment, screen)


def stating_copies(seen: Seen, stage: StatingCopies) -> Screen:
    """How many copies were stamped?"""
    approved = approved_copies(seen.custody, stage.moving)
    facts = {"approved": approved, "number": door_number(_at(seen.custody, stage.moving)[1].compartment)}
    voice = "按实际盖的份数。没有盖，按 0。"
    return Screen("copies", 3, "实际盖了几份？", voice, facts, may_go_back=True, has_drawing=False)


def photographing(seen: Seen, stage: Photographing) -> Screen:
    """The camera's picture, and a key to take it."""
    _, opening = _at(seen.custody, stage.moving)
    voice = "把盖好的文件和印章放到镜头前。"
    facts = {"number": door_number(opening.compartment)}
    return Screen("photo", 3, "请拍一张照片", voice, facts, may_go_back=True, has_drawing=False)


def confirming(seen: Seen, stage: Confirming) -> Screen:
    """Everybody confirms."""
    holding, opening = _at(seen.custody, stage.moving)
    moved = [item for item in movable(holding, opening) if item in stage.moving.ticked]
    facts = {
        "verb": MOVED[opening.action],
        "cooperative": holding.slip.cooperative_short_name,
        "count": len(moved),
        "what": items_summary(holding.slip, moved, ITEMS_NAMED_MAX),
        "people": whos(seen.custody, stage.moving.present),
        "confirmed": stage.confirmed,
        "copies": _copies_said(holding, stage.moving.copies),
        "has_photo": stage.moving.photo is not None,
        "inside": inside_words(seen, opening.compartment, holding.slip),
        "is_other": stage.moving.copies not in (None, holding.slip.copies),
    }
    everybody = f"{words.people_count(len(stage.moving.present))}位"
    title, voice = f"请{everybody}都确认", f"{everybody}各按自己的名字。"
    screen = Screen("confirming", 4, title, voice, facts, may_go_back=True)
    return _beside(seen, opening.compartment, screen)


def done(seen: Seen, stage: Done) -> Screen:
    """It is finished; quietly, for three seconds."""
    found = seen.custody.memory.find(stage.opening)
    title, ending = ENDINGS.get(found[1].outcome if found else None, ("已经办好", "已经记下来了。"))
    facts = {
        "ending": ending,
        "what": items_summary(found[0].slip, found[1].items, ITEMS_NAMED_MAX) if found else "",
        "cooperative": found[0].slip.cooperative_short_name if found else "",
        "has_more": bool(offers(seen.custody, stage.present, seen.now)),
    }
    place = compartment_of(seen.custody, stage)
    return Screen("done", 4, title, ending, facts, may_end=True, compartment=place)


def _copies_said(holding: Holding, copies: int | None) -> str:
    """How the copies stamped stand to those approved; "" where nobody was asked."""
    approved = holding.slip.copies
    if copies is None or approved is None:
        return ""
    if copies == approved:
        return f"实盖 {copies} 份，和批准的一样。"
    difference = f"多 {copies - approved}" if copies > approved else f"少 {approved - copies}"
    return f"批准 {approved} 份，实盖 {copies} 份，{difference} 份，会记下来。"


def _rest_ms(seen: Seen, place: str) -> int:
    """How long the lock at `place` has to rest before it may be pulsed again."""
    pulse = seen.custody.pulse
    if pulse is None or pulse.compartment != place:
        return 0
    return max(0, LOCK_REST_MS - (seen.now.elapsed_ms - pulse.at_ms))


def _beside(seen: Seen, place: str, screen: Screen) -> Screen:
    """The screen with its door: the number, what the sensor says, and the drawing where it glows."""
    named = {"number": door_number(place), "is_open": seen.custody.is_door_open(place), **screen.facts}
    return replace(screen, facts=named, compartment=place)


def _at(custody: Custody, moving: Moving) -> tuple[Holding, Opening]:
    found = custody.memory.find(moving.opening)
    if found is None:
        raise LookupError(moving.opening)
    return found


def _ticks(holding: Holding, items: Sequence[str], ticked: frozenset[str]) -> list[dict[str, object]]:
    kinds = {item.id: item.kind for item in holding.permit.items}
    return [
        {"id": item, "name": item_name(holding.slip, item), "kind": kinds[item], "is_ticked": item in ticked}
        for item in items
    ]


def _door_word(seen: Seen, place: str) -> str:
    if seen.custody.is_released(place):
        return "门关着，锁还没扣上，请再推一下"
    return {True: "门开着", False: "门关着", None: "门的状态不清楚"}[seen.custody.is_door_open(place)]


def _chance(choice: Choice, holding: Holding) -> str:
    """Which of the permit's attempts this is, where it is not the first."""
    tried = len(holding.attempts)
    if choice.kind == "return" or not tried:
        return ""
    return f"第{words.numeral(tried + 1)}次，共{words.numeral(holding.permit.attempts)}次"
