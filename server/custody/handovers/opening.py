"""Beginning and breaking off a handover: who may, and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from server.custody.facts import Cooperative
from server.custody.handovers.facts import Handover
from server.custody.handovers.lifecycle import HandoverCommand, handover_after
from server.custody.handovers.parts import has_role_for, seat_of
from server.custody.handovers.states import HANDOVER_STATE_TITLES, HandoverKind, HandoverState, Part
from server.custody.mandates import refuse_without_mandate
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_RUN_HANDOVERS

NEEDS_A_MANDATE = frozenset({HandoverKind.FIRST, HandoverKind.CUSTODIAN, HandoverKind.ELECTION})
"""Kinds after which things stay in the cabinet, and which therefore rest on the cooperative's mandate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A handover to be opened, with everything its rules look at. `was_counted_in`: a first one was signed before."""

    opened_by: Standing
    cooperative: Cooperative
    kind: HandoverKind
    reason: str
    outgoing: Standing | None
    incoming: Standing | None
    was_counted_in: bool
    now: datetime


def refuse_opening(plan: Plan) -> Refused | None:
    """The first reason why this handover cannot be opened, or None."""
    return first_refusal(OPENING_RULES, plan)


def refuse_cancelling(who: Standing, handover: Handover, reason: str) -> Refused | None:
    """Why this handover may not be broken off by this person, or None."""
    if not who.person.is_active or not who.holds_any(MAY_RUN_HANDOVERS):
        return Refused("handover_role", "交接由三资办审核员或负责人发起和取消。请联系三资办。")
    if handover_after(handover.state, HandoverCommand.CANCEL) is None:
        title = HANDOVER_STATE_TITLES[handover.state]
        return Refused("handover_over", f"这次交接现在是“{title}”，不能取消。要更改请另办一次盘点。")
    if not reason.strip():
        return Refused("no_reason", "取消交接要写明原因，好让三方知道。请补上原因。")
    return None


def refuse_beginning(who: Standing, handover: Handover) -> Refused | None:
    """Why counting may not begin, or None."""
    if not who.person.is_active or not who.holds_any(MAY_RUN_HANDOVERS):
        return Refused("handover_role", "清单由三资办审核员或负责人核对后开始清点。请联系三资办。")
    if handover.state is HandoverState.DRAFT:
        return None
    return Refused("handover_begun", "这次交接已经开始清点，不用再开始。请刷新页面看最新情况。")


def _office_opens(p: Plan) -> Refused | None:
    if p.opened_by.person.is_active and p.opened_by.holds_any(MAY_RUN_HANDOVERS):
        return None
    return Refused("handover_role", "交接由三资办审核员或负责人发起。请联系三资办。")


def _opener_is_apart(p: Plan) -> Refused | None:
    if p.cooperative.id not in p.opened_by.cooperatives():
        return None
    return Refused("own_cooperative", f"您是{p.cooperative.short_name}的人，不能发起本社的交接。请另一位同事发起。")


def _one_at_a_time(p: Plan) -> Refused | None:
    if p.cooperative.handover is None:
        return None
    return Refused("handover_open", f"{p.cooperative.short_name}还有一次交接没有办完。请先办完或取消那一次。")


def _comes_in_its_order(p: Plan) -> Refused | None:
    if p.kind is HandoverKind.FIRST and p.was_counted_in:
        return Refused("counted_in", f"{p.cooperative.short_name}已经办过首次进柜。要核对账实请办盘点。")
    if p.kind is not HandoverKind.FIRST and not p.was_counted_in:
        return Refused("not_counted_in", f"{p.cooperative.short_name}还没有办首次进柜。请先办首次进柜。")
    return None


def _election_ends_a_freeze(p: Plan) -> Refused | None:
    if p.kind is not HandoverKind.ELECTION or p.cooperative.frozen_at is not None:
        return None
    return Refused("not_frozen", f"{p.cooperative.short_name}没有封存，不用办换届启封。换了人请办岗位变动。")


def _mandate_is_valid(p: Plan) -> Refused | None:
    return refuse_without_mandate(p.cooperative, p.now) if p.kind in NEEDS_A_MANDATE else None


def _two_custodians_are_named(p: Plan) -> Refused | None:
    if p.kind is not HandoverKind.CUSTODIAN:
        return None
    if p.outgoing is None or p.incoming is None or p.outgoing.id == p.incoming.id:
        return Refused("no_custodians", "岗位变动要写明谁交、谁接，并且是两个人。请选好移交人和接收人。")
    seat = seat_of(p.kind, Part.RECEIVES)
    if seat is not None and has_role_for(p.incoming, seat, p.cooperative.id):
        return None
    return Refused(
        "custodian_role", f"{p.incoming.name}现在没有{p.cooperative.short_name}的保管职务。请先在人员里登记职务。"
    )


def _reason_is_stated(p: Plan) -> Refused | None:
    if p.reason.strip() or p.kind in (HandoverKind.FIRST, HandoverKind.INVENTORY):
        return None
    return Refused("no_reason", "请写明交接的原因，例如“理事会换届”或“成员大会决议退出共管”。")


OPENING_RULES: tuple[Callable[[Plan], Refused | None], ...] = (
    _office_opens,
    _opener_is_apart,
    _one_at_a_time,
    _comes_in_its_order,
    _election_ends_a_freeze,
    _mandate_is_valid,
    _two_custodians_are_named,
    _reason_is_stated,
)
