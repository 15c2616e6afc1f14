"""Somebody who will be away lets another decide in their place, and takes that back."""

from dataclasses import dataclass
from datetime import date

from server.custody.delegations import Absence, Delegation, refuse_delegation
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.custody.working_days import day_of
from server.store import find
from server.store.work import Work
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse

UNKNOWN_DELEGATION = Refused("unknown_delegation", "没有找到这次委托，或者已经结束。请刷新页面看看。")


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveDelegation:
    """Who lets whom decide as `role` (in `cooperative`, None: the township or village), first and last day included."""

    by: str
    substitute: str
    role: Role
    cooperative: str | None
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class EndDelegation:
    """Who takes which delegation back."""

    by: str
    delegation: str


@dataclass(frozen=True, slots=True)
class Delegated:
    """The delegation's id."""

    delegation: str


def give_delegation(work: Work, asked: GiveDelegation) -> Delegated | Refused:
    """Record the delegation, or say why not."""
    substitute = find.standing(work.facts, asked.substitute)
    if substitute is None:
        return refuse(work, UNKNOWN_PERSON, asked.by)
    given = find.delegations_of(work.facts, asked.by)
    absence = Absence(
        giver=acting(work, asked.by),
        substitute=substitute,
        role=asked.role,
        cooperative=asked.cooperative,
        first_day=asked.first_day,
        last_day=asked.last_day,
        others=tuple(each for each in given if each.ended_at is None and each.role is asked.role),
        today=day_of(work.now),
    )
    if (refused := refuse_delegation(absence)) is not None:
        return refuse(work, refused, asked.by, cooperative=asked.cooperative)
    about = {
        "delegation": work.new_id("v"),
        "person": asked.by,
        "substitute": asked.substitute,
        "role": asked.role,
        "cooperative": asked.cooperative,
        "first_day": asked.first_day.isoformat(),
        "last_day": asked.last_day.isoformat(),
    }
    work.record("delegation_given", about)
    return Delegated(str(about["delegation"]))


def end_delegation(work: Work, asked: EndDelegation) -> Delegated | Refused:
    """End it at once, or say why not."""
    delegation = work.get(Delegation, asked.delegation)
    if delegation is None or delegation.giver != asked.by or delegation.ended_at is not None:
        return refuse(work, UNKNOWN_DELEGATION, asked.by)
    about = {"delegation": delegation.id, "person": asked.by, "substitute": delegation.substitute}
    work.record("delegation_ended", about)
    return Delegated(delegation.id)
