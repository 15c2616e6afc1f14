"""The cabinets as they stand in the hall, door by door."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.custody.contradictions import SENTENCES
from server.custody.facts import Agent, Cabinet, JournalBreak
from server.custody.states import ITEM_STATE_TITLES, KIND_TITLES, ItemKind, ItemState
from server.store.lists.registers import CabinetLine, CompartmentLine, Kept
from server.web.language import N_, Translate
from server.web.live import AgentNow
from server.web.views.lines import line_figures, line_troubles
from server.web.views.reading import Reading
from server.web.views.words import say_names

THINGS_DRAWN_MAX = 8
IN_PLACE = frozenset({ItemState.IN_CABINET, ItemState.REGISTERED})

DOOR_WORDS: Mapping[str, tuple[str, str]] = {
    "open": (N_("开着"), "door-open"),
    "jammed": (N_("没打开"), "warning"),
    "released": (N_("没锁上"), "warning"),
    "unknown": (N_("不清楚"), "door-closed"),
    "closed": ("", "door-closed"),
}
OUT_OF_SERVICE = N_(
    "柜机 %(agent)s 已停用，这里不能领用和存入。急着归还的，用机械钥匙开门，当场登记。要重新启用，请让柜机重新入网。"
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing as it is drawn on its door."""

    kind: ItemKind
    state: ItemState


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One door: its number, whose it is, how it stands, and what is drawn on it; `more` counts what is not."""

    number: int
    href: str
    short: str
    state: str
    word: str
    icon: str
    things: tuple[Mark, ...]
    more: int
    inside: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnCabinet:
    """One cabinet with all its doors; `trouble` says that its agent is out of service, and what to do."""

    id: str
    place: str
    trouble: str
    doors: tuple[Door, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHealth:
    """How an agent is: its own state, its boards, each with a word; its lines' figures, a sentence for a trouble."""

    agent: str
    online: bool
    words: str
    boards_well: bool
    boards_words: str
    journal_words: str
    line_words: tuple[str, ...]
    line_figures: tuple[str, ...]


def draw(cabinets: Iterable[CabinetLine], doors: Mapping[str, str], reading: Reading) -> tuple[DrawnCabinet, ...]:
    """Every cabinet; a door nobody reported is unknown."""
    return tuple(_cabinet(line, doors, reading) for line in cabinets)


def _cabinet(line: CabinetLine, doors: Mapping[str, str], reading: Reading) -> DrawnCabinet:
    cabinet = line.cabinet
    drawn = (_door(each, doors.get(f"{cabinet.id}/{each.number}", "unknown"), reading) for each in line.compartments)
    return DrawnCabinet(id=cabinet.id, place=cabinet.place, trouble=_trouble(cabinet, reading), doors=tuple(drawn))


def _trouble(cabinet: Cabinet, reading: Reading) -> str:
    agent = reading.known.get(Agent, cabinet.agent) if cabinet.agent else None
    if agent is None or agent.is_active or cabinet.retired_at is not None:
        return ""
    return reading.say(OUT_OF_SERVICE) % {"agent": agent.id}


def health(agent: str, now: AgentNow, broken: JournalBreak | None, reading: Reading) -> AgentHealth:
    """An agent in a few sentences; `journal_words` only where its journal does not go on."""
    boards = now.doors.boards if now.doors is not None and now.online else {}
    lines = now.doors.lines if now.doors is not None and now.online else {}
    lost = sorted(board for board, state in boards.items() if state != "online")
    return AgentHealth(
        agent=agent,
        online=now.online,
        words=_online_words(agent, now, reading),
        boards_well=not lost and bool(boards),
        boards_words=_board_words(lost, len(boards), reading),
        line_words=line_troubles(lines, reading),
        line_figures=line_figures(lines, reading),
        journal_words="" if broken is None else reading.say(SENTENCES[broken.rule]),
    )


def say_broken(broken: JournalBreak, _: Translate) -> str:
    """What the office has to know and do about a journal that does not go on."""
    words = {"agent": broken.agent, "reason": _(SENTENCES[broken.rule])}
    return _("柜机 %(agent)s 的记录进不了台账：%(reason)s。请查清原因，再请系统管理员重新登记这台柜机。") % words


def _door(line: CompartmentLine, state: str, reading: Reading) -> Door:
    word, icon = DOOR_WORDS.get(state, DOOR_WORDS["unknown"])
    is_free = line.cooperative is None and state == "unknown"
    drawn = _drawn(line.kept)
    return Door(
        number=line.number,
        href=f"/cooperatives/{line.cooperative.id}" if line.cooperative else "",
        short=line.cooperative.short_name if line.cooperative else "",
        state=state,
        word=reading.say(word) if word and not is_free else "",
        icon=icon,
        things=drawn,
        more=sum(line.kept.values()) - len(drawn),
        inside=_inside(line.kept, reading),
    )


def _drawn(kept: Kept) -> tuple[Mark, ...]:
    """At most `THINGS_DRAWN_MAX`: what is not in its place first, since that is what one looks for; in their order."""
    left, drawn = THINGS_DRAWN_MAX, dict.fromkeys(kept, 0)
    for each in sorted(kept, key=lambda each: each[1] in IN_PLACE):
        drawn[each] = min(kept[each], left)
        left -= drawn[each]
    return tuple(Mark(kind, state) for (kind, state), number in drawn.items() for _ in range(number))


def _inside(kept: Kept, reading: Reading) -> str:
    """印章在柜 2，合同已取出 1: what the marks say, for who does not see them."""
    said = (
        f"{reading.say(KIND_TITLES[kind])} {reading.say(ITEM_STATE_TITLES[state])} {number}"
        for (kind, state), number in kept.items()
    )
    return reading.say("，").join(said)


def _online_words(agent: str, now: AgentNow, reading: Reading) -> str:
    since = reading.moment(now.since) if now.since else ""
    if now.online:
        return reading.say("柜机 %(agent)s 在线，从 %(since)s 起") % {"agent": agent, "since": since}
    if since:
        return reading.say("柜机 %(agent)s 从 %(since)s 起连不上") % {"agent": agent, "since": since}
    return reading.say("柜机 %(agent)s 还没有连上过") % {"agent": agent}


def _board_words(lost: Sequence[str], count: int, reading: Reading) -> str:
    if lost:
        return reading.say("锁控板 %(boards)s 失去联系") % {"boards": say_names(lost, reading.say)}
    if not count:
        return reading.say("锁控板的情况还不知道")
    return reading.say("%(n)s 块锁控板都正常") % {"n": count}
