"""Signing a list: who, over which content, and that nobody signs twice."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.custody.facts import Cooperative, Item
from server.custody.handovers.content import content_of, is_difference
from server.custody.handovers.facts import Handover, HandoverLine, HandoverSignature
from server.custody.handovers.lifecycle import HandoverCommand, handover_after
from server.custody.handovers.parts import SEATS, may_sit, seat_of
from server.custody.handovers.states import PART_TITLES, HandoverKind, HandoverState, Part
from server.custody.people import OneTimeCode, Standing
from server.custody.printed_codes import UNNOTICED_MAX, possible_hand
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import COOPERATIVE_ROLES
from server.custody.states import ItemState
from server.custody.wording import say_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Signing:
    """Somebody wants to sign, with everything its rules look at.

    `content` is the hash of the list they were shown. `items` are the listed things as the register has them now,
    `unlisted` those of the cooperative that the list does not have; `codes` the used one-time codes of all who sign.
    """

    who: Standing
    part: Part
    content: str
    cooperative: Cooperative
    handover: Handover
    lines: tuple[HandoverLine, ...]
    signatures: tuple[HandoverSignature, ...]
    items: tuple[Item, ...]
    unlisted: tuple[Item, ...]
    codes: tuple[OneTimeCode, ...]
    now: datetime


def refuse_signing(signing: Signing) -> Refused | None:
    """The first reason why this signature does not count, or None."""
    return first_refusal(SIGNING_RULES, signing)


def parts_left(handover: Handover, signatures: Sequence[HandoverSignature]) -> tuple[Part, ...]:
    """The parts nobody has validly signed yet, in order."""
    signed = {each.part for each in signatures if each.is_valid}
    return tuple(seat.part for seat in SEATS[handover.kind] if seat.part not in signed)


def _part_is_to_be_signed(s: Signing) -> Refused | None:
    if seat_of(s.handover.kind, s.part) is None:
        return Refused("unknown_part", "这次交接没有这一栏签字。请刷新页面再签。")
    if s.part in parts_left(s.handover, s.signatures):
        return None
    return Refused("part_signed", f"{PART_TITLES[s.part]}已经签过了。请刷新页面看最新情况。")


def _list_is_settled(s: Signing) -> Refused | None:
    if handover_after(s.handover.state, HandoverCommand.SIGN) is not None:
        return None
    uncounted = sum(line.found is None for line in s.lines)
    open_ones = sum(is_difference(line) and line.resolution is None for line in s.lines)
    if s.handover.state in (HandoverState.DONE, HandoverState.CANCELLED):
        return Refused("handover_over", "这次交接已经结束，不用再签。")
    if uncounted or not s.lines:
        return Refused("still_to_count", f"清单上还有{uncounted}件没有点，点完才能签字。")
    return Refused("still_to_settle", f"还有{open_ones}处差异没有处理。请先说明、更正或按缺失移交，再签字。")


def _list_is_complete(s: Signing) -> Refused | None:
    if not s.unlisted:
        return None
    names = say_names(item.name for item in s.unlisted[:3])
    return Refused(
        "unlisted_items", f"登记里还有{len(s.unlisted)}件不在清单上（{names}）。请先点“更新清单”，点过再签字。"
    )


def _signs_what_was_shown(s: Signing) -> Refused | None:
    if s.content == content_of(s.handover, s.lines):
        return None
    return Refused("content_changed", "清单刚才有改动，和您看到的不一样了。请重新看过再签。")


def _may_sign_here(s: Signing) -> Refused | None:
    seat = seat_of(s.handover.kind, s.part)
    if seat is not None and may_sit(s.who, seat, s.handover):
        return None
    who = "名单上写明的那一位" if seat is not None and seat.named else seat.titles if seat is not None else ""
    return Refused("signer_role", f"{PART_TITLES[s.part]}要由{who}签字，{s.who.name}不能签这一栏。请换人签。")


def _outsider_is_apart(s: Signing) -> Refused | None:
    seat = seat_of(s.handover.kind, s.part)
    is_outside = seat is not None and not seat.roles & COOPERATIVE_ROLES
    if not is_outside or s.cooperative.id not in s.who.cooperatives():
        return None
    return Refused(
        "own_cooperative", f"{s.who.name}是{s.cooperative.short_name}的人，不能签{PART_TITLES[s.part]}。请换一位签。"
    )


def _signs_once(s: Signing) -> Refused | None:
    other = next((each for each in s.signatures if each.is_valid and each.person == s.who.id), None)
    if other is None:
        return None
    return Refused(
        "signed_already", f"{s.who.name}已经签了{PART_TITLES[other.part]}，一个人只能签一处。这一栏请另一个人签。"
    )


def _is_nobody_elses_hand(s: Signing) -> Refused | None:
    """Whoever printed another signer's code could be the one hand behind both names."""
    others = [each for each in s.signatures if each.is_valid]
    is_printed_by_them = possible_hand(s.who.id, s.now, s.codes) in {each.person for each in others}
    has_printed = any(possible_hand(each.person, each.signed_at, s.codes) == s.who.id for each in others)
    if not is_printed_by_them and not has_printed:
        return None
    return Refused(
        "printed_code",
        f"签字的人里有一位的登录密码是用另一位打印的开通码设的，{UNNOTICED_MAX.days} 天内这两位不能签同一张清单。"
        "请换一位签。",
    )


def _nothing_is_held_back(s: Signing) -> Refused | None:
    held = [item.name for item in s.items if item.holder is not None and item.holder == s.handover.outgoing]
    if not held:
        return None
    return Refused("still_holding", f"移交人手上还有{say_names(held)}没有归还。请先归还入柜，再签字。")


def _nothing_stays_behind(s: Signing) -> Refused | None:
    inside = [item.name for item in s.items if item.state is ItemState.IN_CABINET]
    if s.handover.kind is not HandoverKind.EXIT or not inside:
        return None
    return Refused(
        "still_inside",
        f"{say_names(inside[:3])}等{len(inside)}件还在柜里。请先按申请取出，当面点交，再签字。",
    )


SIGNING_RULES: tuple[Callable[[Signing], Refused | None], ...] = (
    _part_is_to_be_signed,
    _list_is_settled,
    _list_is_complete,
    _signs_what_was_shown,
    _may_sign_here,
    _outsider_is_apart,
    _signs_once,
    _is_nobody_elses_hand,
    _nothing_is_held_back,
    _nothing_stays_behind,
)
