"""Somebody stops being what they were: a new head is elected, an officer moves on."""

from dataclasses import dataclass

from server.custody.blocking import OneToAnother, refuse_to_withdraw_role
from server.custody.entitled import may_hold
from server.custody.facts import IssuedPermit
from server.custody.people import Grant
from server.custody.refusals import Refused
from server.custody.roles import TITLES, Role
from server.custody.states import PermitState
from server.store import find
from server.store.work import Work
from server.usecases.issue_roster import issue_rosters
from server.usecases.issuing import revoke
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse

_NEVER_LAST = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN})
"""Without either of them no role could be granted again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawRole:
    """Who takes which role from whom; `cooperative` for a role held in one."""

    by: str
    person: str
    role: Role
    cooperative: str | None = None


@dataclass(frozen=True, slots=True)
class RoleWithdrawn:
    """The role is gone from now on, at pages and doors."""

    person: str


def withdraw_role(work: Work, asked: WithdrawRole) -> RoleWithdrawn | Refused:
    """Withdraw the role, or say why not."""
    other = find.standing(work.facts, asked.person)
    grant = Grant(person=asked.person, role=asked.role, cooperative=asked.cooperative)
    if other is None or grant.id not in {held.id for held in other.grants}:
        return refuse(work, UNKNOWN_PERSON, asked.by)
    if (refused := refuse_to_withdraw_role(OneToAnother(acting(work, asked.by), other))) is not None:
        return refuse(work, refused, asked.by)
    if asked.role in _NEVER_LAST and len(find.people_with(work.facts, [asked.role])) == 1:
        return refuse(work, _last(asked.role), asked.by)
    about = {"person": asked.person, "role": asked.role, "cooperative": asked.cooperative, "by_person": asked.by}
    work.record("role_withdrawn", about)
    take_back(work, asked.person, asked.by)
    issue_rosters(work)
    return RoleWithdrawn(asked.person)


def take_back(work: Work, person: str, by: str | None) -> None:
    """A permit names its holder: what waits at the cabinet for somebody who may not hold it any more is over.

    `by` None: nobody decided it, a term ran out.
    """
    who = acting(work, person)
    for checkout in find.permitted_to(work.facts, person):
        if may_hold(who, checkout.mode, checkout.cooperative):
            continue
        permit = work.get(IssuedPermit, checkout.permit) if checkout.permit else None
        if permit is not None and permit.state is PermitState.LIVE:
            revoke(work, permit, by, "role_withdrawn")
        work.record("checkout_withdrawn", {"checkout": checkout.id, "person": by})


def _last(role: Role) -> Refused:
    said = f"这是最后一位{TITLES[role]}，撤了就没有人能办人员和职务。请先给另一位授予这个职务。"
    return Refused("last_administrator", said)
