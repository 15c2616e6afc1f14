"""Somebody stops being what they were: a new head is elected, an officer moves on."""

from dataclasses import dataclass

from server.custody.blocking import OneToAnother, refuse_to_withdraw_role
from server.custody.people import Grant
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.store import find
from server.store.work import Work
from server.usecases.issue_roster import issue_rosters
from server.usecases.refusing import UNKNOWN_PERSON, acting, refuse


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
    if other is None or grant not in other.grants:
        return refuse(work, UNKNOWN_PERSON, asked.by)
    if (refused := refuse_to_withdraw_role(OneToAnother(acting(work, asked.by), other))) is not None:
        return refuse(work, refused, asked.by)
    about = {"person": asked.person, "role": asked.role, "cooperative": asked.cooperative, "by_person": asked.by}
    work.record("role_withdrawn", about)
    issue_rosters(work)
    return RoleWithdrawn(asked.person)
