"""A screen, what it is made of, and how people and places are called on it.

A `Screen` is everything a template needs and nothing it has to decide. `may_go_back` and `may_end` say whether the two
corner keys mean anything; they stay where they are all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from device_agent.custodian.doors import opening_of
from device_agent.custodian.state import Custody, Done, Now, People, Ready, Stage, Transferred, Unlocking
from device_agent.custodian.timing import idle_left_ms
from device_agent.demo_cards import DemoCard
from device_agent.kiosk import words
from device_agent.kiosk.drawing import DrawnCabinet, draw
from firmware_protocol.slips import Slip

DISPUTE = "警报：台账对不上，只能归还，不能领用。请告诉镇纪委"
STEPS = ("刷卡", "第二人", "选择", "开门", "确认")


@dataclass(frozen=True, slots=True)
class Seen:
    """What screens are made of: the state, the moment, the link, and what is wrong with the machine (a sentence)."""

    custody: Custody
    now: Now
    is_online: bool
    unsent: int
    fault: str | None
    cabinets: tuple[tuple[str, int], ...]
    demo_cards: tuple[DemoCard, ...] = ()


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen. `name` is its template, `step` an index of `STEPS`, `voice` the line at the bottom.

    In the drawing the door of `compartment` glows and those of `marked` stand out. `changes_ms` is when the screen will
    say something else though nothing happens, None where it will not.
    """

    name: str
    step: int
    title: str
    voice: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    may_go_back: bool = False
    may_end: bool = False
    compartment: str | None = None
    marked: frozenset[str] = frozenset()
    has_drawing: bool = True
    changes_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody at the kiosk, as they are greeted."""

    id: str
    name: str
    roles: str


def drawings(seen: Seen, screen: Screen) -> tuple[DrawnCabinet, ...]:
    """The cabinets to draw beside it: the one a door is wanted of, or all, or none."""
    wanted = screen.compartment
    return tuple(
        draw(
            cabinet,
            compartments,
            seen.custody.doors,
            wanted,
            screen.marked,
            is_unfit=_has_unfit_board(seen.custody, cabinet),
        )
        for cabinet, compartments in seen.cabinets
        if screen.has_drawing and (wanted is None or wanted.startswith(f"{cabinet}/"))
    )


def _has_unfit_board(custody: Custody, cabinet: str) -> bool:
    boards = {board for place, board in custody.site.boards.items() if place.startswith(f"{cabinet}/")}
    return not boards.isdisjoint(custody.objections)


def status(seen: Seen) -> str:
    """One line about the link: is the server there, how old is what we know, what has it not got yet.

    A dispute about the log is the only thing to say until it is settled.
    """
    if seen.custody.log.dispute is not None:
        return DISPUTE
    parts = ["已联网" if seen.is_online else _offline(seen)]
    if seen.unsent:
        parts.append(f"{seen.unsent} 条记录待上传")
    if seen.custody.lost_boards - seen.custody.objections.keys():
        parts.append("有锁控板没应答")
    parts += [f"锁控板 {board} 不能用：{why.rstrip('。')}" for board, why in sorted(seen.custody.objections.items())]
    if not seen.now.clock.is_bounded:
        parts.append("时钟待校准")
    return " · ".join(parts)


def idle_left(seen: Seen) -> int | None:
    """Milliseconds until people are sent back to the start for doing nothing; None where they need not know."""
    if isinstance(seen.custody.stage, Unlocking | Done | Transferred):
        return None
    return idle_left_ms(seen.custody, seen.now.elapsed_ms)


def who(custody: Custody, person_id: str) -> Who:
    """Somebody's name, cooperative and roles."""
    person = custody.person(person_id)
    if person is None or custody.roster is None:
        return Who(person_id, "这位同志", "")
    titles: list[str] = []
    for grant in person.grants:
        cooperative = custody.roster.cooperative(grant.cooperative) if grant.cooperative else None
        titles.append((cooperative.short_name if cooperative else "") + words.role_title(grant.role))
    return Who(person.id, person.name, "、".join(dict.fromkeys(titles)))


def whos(custody: Custody, present: People) -> list[Who]:
    """Everybody who is there."""
    return [who(custody, person_id) for person_id in present]


def door_number(compartment: str) -> str:
    """The number on the door."""
    return compartment.rpartition("/")[2]


def place_name(compartment: str) -> str:
    """`CAB-01 柜 7 号` of `CAB-01/7`."""
    cabinet, _, number = compartment.rpartition("/")
    return f"{cabinet} 柜 {number} 号"


def item_name(slip: Slip, item: str) -> str:
    """What an item is called where its cooperative is named beside it: 公章, 法定代表人名章."""
    name = slip.item_name(item)
    return name.removeprefix(slip.cooperative_name).removeprefix(slip.cooperative_short_name).strip() or name


def items_summary(slip: Slip, items: Sequence[str], named_max: int = 2) -> str:
    """The items by name, the first few and how many in all where there are more."""
    names = [item_name(slip, item) for item in items[:named_max]]
    return "、".join(names) + (f" 等 {len(items)} 件" if len(items) > named_max else "")


def compartment_of(custody: Custody, stage: Stage) -> str | None:
    """The compartment a stage is about."""
    if isinstance(stage, Ready):
        return custody.memory.holdings[stage.choice.permit].permit.place
    opening_id = stage.opening if isinstance(stage, Done) else opening_of(stage)
    found = custody.memory.find(opening_id) if opening_id else None
    return found[1].compartment if found else None


def _offline(seen: Seen) -> str:
    contact = seen.custody.contact
    if contact is None:
        return "还没有联过网"
    return f"离线 · 数据是 {words.duration(contact.age(seen.now.at, seen.now.elapsed_ms))}前的"
