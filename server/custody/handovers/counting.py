"""Counting a list and settling what differs: each rule one small function with its reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.custody.facts import Cooperative
from server.custody.handovers.content import is_difference
from server.custody.handovers.facts import Handover, HandoverLine
from server.custody.handovers.lifecycle import COUNTABLE
from server.custody.handovers.states import FOUND_TITLES, HANDOVER_STATE_TITLES, Found, HandoverState, Resolution
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_COUNT
from server.custody.states import ItemKind, SealType

SETTLES: Mapping[Found, frozenset[Resolution]] = {
    Found.AS_LISTED: frozenset({Resolution.EXPLAINED}),
    Found.DIFFERENT: frozenset({Resolution.EXPLAINED, Resolution.CORRECTED}),
    Found.NOT_FOUND: frozenset({Resolution.EXPLAINED, Resolution.ACCEPTED_MISSING}),
}
"""By what a difference can be settled, by what was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtTheList:
    """Somebody works on a handover's list. `line` is the one they mean, None where the list has no such line."""

    who: Standing
    cooperative: Cooperative
    handover: Handover
    line: HandoverLine | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(AtTheList):
    """What they found there, and what they wrote about it."""

    found: Found
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement(AtTheList):
    """How the line's difference is to be settled; `name` is the corrected one, for a correction of the register."""

    resolution: Resolution
    note: str
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprise(AtTheList):
    """A thing that lies there and is not in the book. `is_known`: the register has one under this key already."""

    kind: ItemKind
    name: str
    key: str
    seal_type: SealType | None
    reason: str
    is_known: bool


def refuse_count(count: Count) -> Refused | None:
    """The first reason why this count is not taken down, or None."""
    return first_refusal(_COUNT_RULES, count)


def refuse_settlement(settlement: Settlement) -> Refused | None:
    """The first reason why the difference is not settled like this, or None."""
    return first_refusal(_SETTLEMENT_RULES, settlement)


def refuse_surprise(surprise: Surprise) -> Refused | None:
    """The first reason why this thing is not added to list and register, or None."""
    return first_refusal(_SURPRISE_RULES, surprise)


def refuse_listing(at: AtTheList) -> Refused | None:
    """The first reason why the list is not brought up to date, or None."""
    return first_refusal((_officer_counts, _officer_is_apart, _is_being_counted), at)


def _officer_counts(a: AtTheList) -> Refused | None:
    if a.who.person.is_active and a.who.holds_any(MAY_COUNT):
        return None
    return Refused("count_role", "清点由三资办的人记录。请把平板交给柜管员或审核员。")


def _officer_is_apart(a: AtTheList) -> Refused | None:
    if a.cooperative.id not in a.who.cooperatives():
        return None
    return Refused("own_cooperative", f"您是{a.cooperative.short_name}的人，不能记录本社的清点。请另一位同事记录。")


def _is_being_counted(a: AtTheList) -> Refused | None:
    if a.handover.state in COUNTABLE:
        return None
    if a.handover.state is HandoverState.DRAFT:
        return Refused("not_begun", "清单还没有核对。请三资办先核对清单，点“开始清点”。")
    title = HANDOVER_STATE_TITLES[a.handover.state]
    return Refused("handover_over", f"这次交接现在是“{title}”，清单不能再改。要核对账实请另办一次盘点。")


def _is_on_the_list(a: AtTheList) -> Refused | None:
    if a.line is not None:
        return None
    return Refused("not_on_the_list", "清单上没有这一行。请刷新页面再看。")


def _count_is_explained(c: Count) -> Refused | None:
    if c.found is Found.AS_LISTED or c.note.strip():
        return None
    return Refused("no_note", f"记“{FOUND_TITLES[c.found]}”要写一句差在哪里，例如“印面缺角”或“在农商银行”。请补上。")


def _it_differs(s: Settlement) -> Refused | None:
    if s.line is not None and is_difference(s.line):
        return None
    return Refused("no_difference", "这一行账实相符，不用处理。")


def _resolution_fits(s: Settlement) -> Refused | None:
    if s.line is None or s.line.found is None or s.resolution in SETTLES[s.line.found]:
        return None
    return Refused(
        "resolution_unfit", "这样处理和清点的结果对不上。没见到的可以说明或按缺失移交，不符的可以说明或更正登记。"
    )


def _settlement_is_explained(s: Settlement) -> Refused | None:
    if s.note.strip():
        return None
    return Refused("no_note", "处理差异要写一句说明，三方签字时都会看到。请补上。")


def _correction_is_named(s: Settlement) -> Refused | None:
    if s.resolution is not Resolution.CORRECTED or s.name.strip():
        return None
    return Refused("no_name", "更正登记要写正确的名称。请补上。")


def _surprise_is_described(s: Surprise) -> Refused | None:
    if not s.name.strip() or not s.key.strip():
        return Refused("no_name", "账外的东西要写明名称和编号。请补上；没有编号的印章写全称就好。")
    if s.kind is ItemKind.SEAL and s.seal_type is None:
        return Refused("no_seal_type", "请选这枚印章是哪一种，例如公章或财务专用章。")
    return None


def _surprise_is_explained(s: Surprise) -> Refused | None:
    if s.reason.strip():
        return None
    return Refused("no_reason", "账外的东西要写明来历，例如“社长家中保管，名册漏登”。请补上。")


def _surprise_is_new(s: Surprise) -> Refused | None:
    if not s.is_known:
        return None
    return Refused("already_registered", f"{s.name}已经登记过，就在清单里或可以更新到清单。请在清单里找到它记录。")


_AT_THE_LIST: tuple[Callable[[AtTheList], Refused | None], ...] = (
    _officer_counts,
    _officer_is_apart,
    _is_being_counted,
)
_COUNT_RULES: tuple[Callable[[Count], Refused | None], ...] = (*_AT_THE_LIST, _is_on_the_list, _count_is_explained)
_SETTLEMENT_RULES: tuple[Callable[[Settlement], Refused | None], ...] = (
    *_AT_THE_LIST,
    _is_on_the_list,
    _it_differs,
    _resolution_fits,
    _settlement_is_explained,
    _correction_is_named,
)
_SURPRISE_RULES: tuple[Callable[[Surprise], Refused | None], ...] = (
    *_AT_THE_LIST,
    _surprise_is_described,
    _surprise_is_explained,
    _surprise_is_new,
)
