"""What a seal lives through: a table, the code that walks it, and who may take which step.

Where a seal lies and whether it may be used are two things: a stopped seal lies in the cabinet until it is destroyed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from server.custody.facts import Item
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_CHANGE_SEALS, MAY_REPORT_LOST
from server.custody.states import SEAL_LIFE_TITLES, ItemKind, ItemState, SealLife


class LifeStep(StrEnum):
    """What can happen to a seal; the word of each is that of its event."""

    FREEZE = "seal_frozen"
    UNFREEZE = "seal_unfrozen"
    LOSE = "seal_lost"
    FIND = "seal_found"
    VOID = "seal_voided"
    STOP = "seal_stopped"
    SURRENDER = "seal_surrendered"
    DESTROY = "seal_destroyed"


_L, _S = SealLife, LifeStep

SEAL_LIFECYCLE: Mapping[tuple[SealLife, LifeStep], SealLife] = {
    (_L.IN_USE, _S.FREEZE): _L.FROZEN,
    (_L.FROZEN, _S.UNFREEZE): _L.IN_USE,
    (_L.IN_USE, _S.LOSE): _L.LOST,
    (_L.FROZEN, _S.LOSE): _L.LOST,
    (_L.STOPPED, _S.LOSE): _L.LOST,
    (_L.LOST, _S.FIND): _L.FROZEN,
    (_L.LOST, _S.VOID): _L.VOIDED,
    (_L.IN_USE, _S.STOP): _L.STOPPED,
    (_L.FROZEN, _S.STOP): _L.STOPPED,
    (_L.STOPPED, _S.SURRENDER): _L.SURRENDERED,
    (_L.VOIDED, _S.SURRENDER): _L.SURRENDERED,
    (_L.SURRENDERED, _S.DESTROY): _L.DESTROYED,
}
REPLACEABLE = frozenset({_L.LOST, _L.VOIDED, _L.STOPPED, _L.SURRENDERED, _L.DESTROYED})
"""Lives after which another seal takes the place of this one."""
WATCHERS_MIN = 2

STEP_TITLES: Mapping[LifeStep, str] = {
    _S.FREEZE: "冻结",
    _S.UNFREEZE: "解冻",
    _S.LOSE: "报失",
    _S.FIND: "找回",
    _S.VOID: "声明作废",
    _S.STOP: "停用",
    _S.SURRENDER: "缴回封存",
    _S.DESTROY: "销毁",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Somebody takes a step with a thing, with everything its rules look at.

    `watchers` see a seal destroyed (监销); `photos` counts the documents that go with the step.
    """

    who: Standing
    item: Item
    step: LifeStep
    reason: str
    watchers: tuple[Standing, ...] = ()
    photos: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """Another seal is to take the place of one that is not used any more."""

    who: Standing
    item: Item
    successor: Item


def life_after(life: SealLife, step: LifeStep) -> SealLife | None:
    """Where the step leads, or None when it may not be taken there."""
    return SEAL_LIFECYCLE.get((life, step))


def steps_from(life: SealLife) -> tuple[LifeStep, ...]:
    """The steps that may be taken from here, in the order of the table."""
    return tuple(step for (before, step) in SEAL_LIFECYCLE if before is life)


def refuse_unused_seals(items: Iterable[Item]) -> Refused | None:
    """Why one of these may not be used, wherever it lies, or None."""
    unused = next((item for item in items if item.life is not SealLife.IN_USE), None)
    if unused is None:
        return None
    title = SEAL_LIFE_TITLES[unused.life]
    return Refused("seal_not_in_use", f"{unused.name}现在是“{title}”，不能用。需要时请联系三资办，或用接任的那一枚。")


def refuse_change(change: Change) -> Refused | None:
    """The first reason why this step is not taken, or None."""
    return first_refusal(_CHANGE_RULES, change)


def refuse_succession(succession: Succession) -> Refused | None:
    """The first reason why that seal does not take this one's place, or None."""
    return first_refusal((_office_names, _namer_is_apart, _is_over, _is_its_like), succession)


def _is_a_seal(c: Change) -> Refused | None:
    if c.item.kind is ItemKind.SEAL:
        return None
    return Refused("not_a_seal", f"{c.item.name}不是印章，没有停用、报失这些手续。")


def _may_take_it(c: Change) -> Refused | None:
    able = MAY_REPORT_LOST if c.step is LifeStep.LOSE else MAY_CHANGE_SEALS
    if c.who.person.is_active and c.who.holds_any(able, c.item.cooperative):
        return None
    who = "本社的理事长、报账员或三资办" if c.step is LifeStep.LOSE else "三资办审核员或负责人"
    return Refused("seal_role", f"{STEP_TITLES[c.step]}由{who}办理。请联系他们。")


def _is_apart(c: Change) -> Refused | None:
    """Anybody reports a loss at once; everything else is for somebody whose own seal it is not."""
    if c.step is LifeStep.LOSE or c.item.cooperative not in c.who.cooperatives():
        return None
    return Refused("own_cooperative", "不能办自己合作社印章的停用、作废和销毁。请另一位同事办理。")


def _follows(c: Change) -> Refused | None:
    if life_after(c.item.life, c.step) is not None:
        return None
    title = SEAL_LIFE_TITLES[c.item.life]
    return Refused("seal_step", f"{c.item.name}现在是“{title}”，不能{STEP_TITLES[c.step]}。请刷新页面看最新情况。")


def _says_why(c: Change) -> Refused | None:
    if c.reason.strip():
        return None
    return Refused("no_reason", "请写明依据，例如“换届更名，粤民函〔2026〕8号”或“派出所报案回执 0231 号”。")


def _is_inside(c: Change) -> Refused | None:
    if c.step is not LifeStep.SURRENDER or c.item.state is ItemState.IN_CABINET:
        return None
    return Refused("not_inside", f"{c.item.name}还没有放回柜里。请先到柜前存入，再办缴回封存。")


def _two_watch(c: Change) -> Refused | None:
    if c.step is not LifeStep.DESTROY:
        return None
    watchers = {who.id for who in c.watchers if who.person.is_active} - {c.who.id}
    if len(watchers) >= WATCHERS_MIN:
        return None
    return Refused("two_watchers", "销毁印章要有两位监销人在场，并且都不是经办人。请选好两个人。")


def _is_pictured(c: Change) -> Refused | None:
    if c.step is not LifeStep.DESTROY or c.photos:
        return None
    return Refused("no_photo", "销毁印章要附照片：销毁前的印面和销毁后的样子。请拍好传上来。")


def _office_names(s: Succession) -> Refused | None:
    if s.who.person.is_active and s.who.holds_any(MAY_CHANGE_SEALS):
        return None
    return Refused("seal_role", "接任印章由三资办审核员或负责人登记。请联系三资办。")


def _namer_is_apart(s: Succession) -> Refused | None:
    if s.item.cooperative not in s.who.cooperatives():
        return None
    return Refused("own_cooperative", "不能办自己合作社印章的接任。请另一位同事办理。")


def _is_over(s: Succession) -> Refused | None:
    if s.item.life in REPLACEABLE and s.item.successor is None:
        return None
    return Refused("not_replaceable", f"{s.item.name}还在用，或者已经登记过接任的印章，不用再登记。")


def _is_its_like(s: Succession) -> Refused | None:
    is_like = (s.successor.cooperative, s.successor.seal_type) == (s.item.cooperative, s.item.seal_type)
    if is_like and s.successor.id != s.item.id and s.successor.life is SealLife.IN_USE:
        return None
    return Refused("unlike_successor", "接任的要是同一个社、同一种、在用的印章。请另选一枚。")


_CHANGE_RULES: tuple[Callable[[Change], Refused | None], ...] = (
    _is_a_seal,
    _may_take_it,
    _is_apart,
    _follows,
    _says_why,
    _is_inside,
    _two_watch,
    _is_pictured,
)


def seal_diagram() -> str:
    """A seal's life as a Mermaid state diagram, for the documentation."""
    edges = [
        f"    {SEAL_LIFE_TITLES[a]} --> {SEAL_LIFE_TITLES[b]}: {STEP_TITLES[step]}"
        for (a, step), b in SEAL_LIFECYCLE.items()
    ]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {SEAL_LIFE_TITLES[SealLife.IN_USE]}: 登记", *edges]) + "\n"
