"""Which permit follows from an approved checkout, an arranged deposit, or a door that would not open."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from firmware_protocol.permits import WINDOW_H_MAX, Party, Permit, PermitItem, ReturnGrant
from server.custody.count_orders import WITNESSES, CountPurpose
from server.custody.entitled import returning_roles
from server.custody.facts import Agent, Checkout, Cooperative, Deposit, IssuedPermit, Item
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.roles import MAY_REISSUE, MAY_RETURN, MAY_REVOKE, Role
from server.custody.states import CheckoutState, DepositState, PermitState
from server.custody.working_days import Calendar, end_of_day, end_of_next_working_day

CLOCK_ALLOWANCE = timedelta(minutes=5)
"""A permit opens from a little before its issue: an agent whose clock may be some minutes slow must not refuse it."""

_OFFICER = Party(roles=(Role.CABINET_OFFICER,))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every permit rests on: its new id, the compartment's agent, the moment, the revocations known by then.

    `extra` are the roles that have to be there besides holder and 柜管员, one more person each.
    """

    permit: str
    cooperative: Cooperative
    agent: str
    items: tuple[Item, ...]
    now: datetime
    calendar: Calendar
    revocations_version: int
    extra: tuple[Role, ...] = ()


def agent_of(agent: Agent | None, cooperative: Cooperative) -> str | Refused:
    """The agent that drives the cooperative's compartment (`agent`, None where there is none), or why it cannot."""
    if agent is not None and agent.is_active:
        return agent.id
    return Refused(
        "no_agent", f"{cooperative.cabinet}还没有接入柜机，许可送不到柜子。请系统管理员先登记这台柜子的柜机。"
    )


def window_start(now: datetime) -> datetime:
    """From when a permit issued at `now` opens."""
    return now - CLOCK_ALLOWANCE


def window_end(now: datetime, cooperative: Cooperative, calendar: Calendar) -> datetime:
    """Until when a permit issued at `now` opens: the end of the next working day, never beyond 72 h or the mandate."""
    latest = latest_end(now, calendar)
    return latest if cooperative.expires_on is None else min(latest, end_of_day(cooperative.expires_on))


def latest_end(now: datetime, calendar: Calendar) -> datetime:
    """Until when any permit issued at `now` opens at most."""
    return min(end_of_next_working_day(now, calendar), window_start(now) + timedelta(hours=WINDOW_H_MAX))


def permit_to_take(checkout: Checkout, ground: Ground) -> Permit:
    """The permit for an approved checkout: holder, a 柜管员 and whom its demands name, none of the approvers."""
    cooperative = ground.cooperative
    return Permit(
        id=ground.permit,
        action="take",
        agent=ground.agent,
        cabinet=cooperative.cabinet,
        compartment=cooperative.compartment,
        cooperative=cooperative.id,
        checkout=checkout.id,
        items=_permit_items(ground.items),
        holder=Party(person=checkout.holder),
        second=_OFFICER,
        extra=ground.extra,
        approvers=checkout.approvers,
        not_before=window_start(ground.now),
        not_after=window_end(ground.now, cooperative, ground.calendar),
        revocations_min=ground.revocations_version,
        return_grant=ReturnGrant(roles=returning_roles(checkout.mode), second=_OFFICER),
    )


def permit_to_deposit(deposit: Deposit, ground: Ground) -> Permit:
    """The permit for a deposit: any 报账员 or 理事长 of the cooperative with a 柜管员, not with whoever arranged it."""
    cooperative = ground.cooperative
    return Permit(
        id=ground.permit,
        action="deposit",
        agent=ground.agent,
        cabinet=cooperative.cabinet,
        compartment=cooperative.compartment,
        cooperative=cooperative.id,
        deposit=deposit.id,
        items=_permit_items(ground.items),
        holder=Party(roles=tuple(MAY_RETURN)),
        second=_OFFICER,
        approvers=(deposit.arranged_by,),
        not_before=window_start(ground.now),
        not_after=window_end(ground.now, cooperative, ground.calendar),
        revocations_min=ground.revocations_version,
    )


def permit_to_count(purpose: CountPurpose, ordered_by: str, ground: Ground) -> Permit:
    """The permit to look into a compartment: witnesses of the cooperative and a 柜管员, not whoever ordered it.

    It takes nothing out, so that it is good under a freeze and after a mandate's end.
    """
    cooperative, witnesses = ground.cooperative, WITNESSES[purpose]
    return Permit(
        id=ground.permit,
        action="count",
        agent=ground.agent,
        cabinet=cooperative.cabinet,
        compartment=cooperative.compartment,
        cooperative=cooperative.id,
        items=_permit_items(ground.items),
        holder=Party(roles=witnesses.first),
        second=_OFFICER,
        extra=witnesses.extra,
        approvers=(ordered_by,),
        not_before=window_start(ground.now),
        not_after=latest_end(ground.now, ground.calendar),
        revocations_min=ground.revocations_version,
    )


def refuse_reissue(who: Standing, permit: IssuedPermit, reason: Checkout | Deposit, now: datetime) -> Refused | None:
    """Why the office may not replace this permit under the same approvals, or None.

    Replacing is for a door that would not open, or opened and nothing was moved: what the newest permit was for must
    still be waiting, and its window must not be over. What lapsed or was withdrawn is asked for again.
    """
    if not who.person.is_active or not who.holds_any(MAY_REISSUE):
        return Refused("reissue_role", "补发许可由三资办审核员或负责人办理。请打电话给三资办。")
    is_waiting = reason.state in (CheckoutState.PERMITTED, DepositState.ARRANGED) and reason.permit == permit.id
    if not is_waiting or permit.state not in (PermitState.LIVE, PermitState.USED):
        return Refused("permit_over", "这份许可已经办完、作废或被补发过，不能再补发。请看这份申请的最新情况。")
    if now > permit.not_after:
        return Refused("permit_over", "这份许可已经过期，不能补发。请重新申请。")
    return None


def refuse_revocation(who: Standing, permit: IssuedPermit, reason: str) -> Refused | None:
    """Why this permit may not be revoked by this person, or None."""
    if not who.person.is_active or not who.holds_any(MAY_REVOKE):
        return Refused("revoke_role", "作废许可由三资办审核员或负责人办理。请打电话给三资办。")
    if permit.state is not PermitState.LIVE:
        return Refused("permit_over", "这份许可已经用过、作废或过期，不用再作废。")
    if not reason.strip():
        return Refused("no_reason", "作废要写明原因，好让申请人知道。请补上原因。")
    return None


def _permit_items(items: tuple[Item, ...]) -> tuple[PermitItem, ...]:
    return tuple(PermitItem(item.id, item.kind.value) for item in items)
