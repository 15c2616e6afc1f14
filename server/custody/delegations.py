"""Standing in: somebody who is away lets another decide in their place, for some days, visibly.

The substitute is judged by the same rules: never for a request of their own, never twice, never at the door afterwards.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import OF_A_VILLAGE, TITLES, Role
from server.custody.wording import say_names

DAYS_MAX = 60
MAY_STAND_IN: Mapping[Role, frozenset[Role]] = {
    Role.HEAD: frozenset({Role.HEAD, Role.SUPERVISOR}),
    Role.SUPERVISOR: frozenset({Role.SUPERVISOR}),
    Role.VILLAGE_SECRETARY: frozenset({Role.VILLAGE_SECRETARY, Role.VILLAGE_SUPERVISOR}),
    Role.VILLAGE_SUPERVISOR: frozenset({Role.VILLAGE_SECRETARY, Role.VILLAGE_SUPERVISOR}),
    Role.REVIEWER: frozenset({Role.REVIEWER, Role.OFFICE_HEAD}),
    Role.OFFICE_HEAD: frozenset({Role.REVIEWER, Role.OFFICE_HEAD}),
    Role.TOWNSHIP_LEADER: frozenset({Role.TOWNSHIP_LEADER, Role.OFFICE_HEAD}),
}
"""Who decides can be stood in for by whom: somebody of the same side, never the applicants' accountant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """`giver` is away from `first_day` to `last_day`; `substitute` decides as `role`.

    `cooperative` is where that role is held, None in the township or the village.
    """

    id: str
    giver: str
    substitute: str
    role: Role
    cooperative: str | None
    first_day: date
    last_day: date
    given_at: datetime
    ended_at: datetime | None = None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force that day."""
        return self.ended_at is None and self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A delegation as asked for. `others` are those of the same giver and role that are not over."""

    giver: Standing
    substitute: Standing
    role: Role
    cooperative: str | None
    first_day: date
    last_day: date
    others: tuple[Delegation, ...]
    today: date


def refuse_delegation(absence: Absence) -> Refused | None:
    """The first reason why this cannot be, or None."""
    return first_refusal(DELEGATION_RULES, absence)


def substitutes(giver: Standing, role: Role, cooperative: str | None, people: tuple[Standing, ...]) -> list[Standing]:
    """Who could stand in, by name."""
    allowed = MAY_STAND_IN.get(role, frozenset())
    able = (
        who for who in people if who.id != giver.id and who.person.is_active and who.holds_any(allowed, cooperative)
    )
    same_village = role in OF_A_VILLAGE
    return [who for who in able if not same_village or who.person.unit == giver.person.unit]


def _holds_the_role(a: Absence) -> Refused | None:
    if a.giver.person.is_active and a.role in MAY_STAND_IN and a.giver.holds(a.role, a.cooperative):
        return None
    return Refused("delegation_role", "您没有这项审批职务，不用委托。请核对您的职务。")


def _is_somebody_able(a: Absence) -> Refused | None:
    if a.substitute in substitutes(a.giver, a.role, a.cooperative, (a.substitute,)):
        return None
    titles = say_names(TITLES[role] for role in Role if role in MAY_STAND_IN.get(a.role, ()))
    return Refused("delegation_substitute", f"{a.substitute.name}不能代您审批。请选在任的{titles}。")


def _days_are_in_order(a: Absence) -> Refused | None:
    if a.today <= a.first_day <= a.last_day and (a.last_day - a.first_day).days < DAYS_MAX:
        return None
    return Refused("delegation_days", f"委托的日期不对：从今天或以后开始，最多 {DAYS_MAX} 天。请改正。")


def _is_the_only_one(a: Absence) -> Refused | None:
    if all(each.last_day < a.first_day or each.first_day > a.last_day for each in a.others):
        return None
    return Refused("delegation_overlaps", "这几天您已经委托过别人。请先结束那一次委托。")


DELEGATION_RULES: tuple[Callable[[Absence], Refused | None], ...] = (
    _holds_the_role,
    _is_somebody_able,
    _days_are_in_order,
    _is_the_only_one,
)
