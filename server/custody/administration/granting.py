"""Who may be given which role, where and for how long; one administrator proposes it, another confirms."""

from dataclasses import dataclass
from datetime import date

from server.custody.administration.changes import refuse_to_propose
from server.custody.facts import Cooperative
from server.custody.people import Grant, Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import ADMINISTRATORS, COOPERATIVE_ROLES, TITLES, Role

_BESIDE_SUPERVISOR = frozenset({Role.HEAD, Role.ACCOUNTANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Granting:
    """`who` would have `other` hold `role` (in `cooperative`) from `since` to the last day `until` (None: open)."""

    who: Standing
    other: Standing
    role: Role
    cooperative: Cooperative | None
    since: date
    until: date | None
    today: date

    @property
    def grant(self) -> Grant:
        """What would hold."""
        where = None if self.cooperative is None else self.cooperative.id
        return Grant(person=self.other.id, role=self.role, cooperative=where, since=self.since, until=self.until)


def refuse_grant(granting: Granting) -> Refused | None:
    """Why the role cannot be proposed (or confirmed as proposed by `who`), or None."""
    if (refused := refuse_to_propose(granting.who)) is not None:
        return refused
    rules = (
        *(_not_to_oneself, _is_active, _is_held_in_its_place, _is_news, _term_fits),
        *(_administrators_stand_apart, _supervisors_stand_apart),
    )
    return first_refusal(rules, granting)


def _not_to_oneself(granting: Granting) -> Refused | None:
    if granting.who.id != granting.other.id:
        return None
    return Refused("grant_own", "不能给自己授予职务。请另一位系统管理员提出。")


def _is_active(granting: Granting) -> Refused | None:
    if granting.other.person.is_active:
        return None
    return Refused("grant_blocked", f"{granting.other.name}已停用，不能授予职务。请先恢复。")


def _is_held_in_its_place(granting: Granting) -> Refused | None:
    if (granting.role in COOPERATIVE_ROLES) == (granting.cooperative is not None):
        return None
    if granting.cooperative is None:
        return Refused("grant_place", f"{TITLES[granting.role]}是合作社的职务，请选是哪个合作社的。")
    return Refused("grant_place", f"{TITLES[granting.role]}不是合作社的职务，请不要选合作社。")


def _is_news(granting: Granting) -> Refused | None:
    if granting.grant not in granting.other.grants:
        return None
    return Refused("grant_held", f"{granting.other.name}已经是{TITLES[granting.role]}，任期也一样，不用再办。")


def _term_fits(granting: Granting) -> Refused | None:
    if granting.since > granting.today:
        return Refused("grant_term", "任期从以后才开始。请到任期开始那天再办。")
    if granting.until is not None and granting.until < granting.today:
        return Refused("grant_term", "任期已经过了。请核对最后一天，或者留空，写明职务没有期限。")
    return None


def _administrators_stand_apart(granting: Granting) -> Refused | None:
    """Three administrators, three people, and none of them with a part in the business (三员分立)."""
    others = granting.other.roles - {granting.role}
    if not others or (granting.role not in ADMINISTRATORS and others.isdisjoint(ADMINISTRATORS)):
        return None
    held = "、".join(TITLES[role] for role in Role if role in others)
    return Refused("administrators_apart", f"{granting.other.name}是{held}。管理员不兼别的职务，三位管理员也要分开。")


def _supervisors_stand_apart(granting: Granting) -> Refused | None:
    """A supervisor is neither director nor accountant of the same cooperative (农村集体经济组织法)."""
    here = granting.grant.cooperative
    held = {grant.role for grant in granting.other.grants if grant.cooperative == here}
    clashes = _BESIDE_SUPERVISOR if granting.role is Role.SUPERVISOR else frozenset({Role.SUPERVISOR})
    if here is None or granting.role not in _BESIDE_SUPERVISOR | {Role.SUPERVISOR} or held.isdisjoint(clashes):
        return None
    return Refused("supervisor_apart", "监事不能兼任本社的理事长或报账员。请先结束原来的职务，或者换一个人。")
