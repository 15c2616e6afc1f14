"""The pages a person can go to: one row a page, and what the head of every page shows of them.

A new page is a row of `PAGES`, nothing else. On a phone the head has room for five: the foremost four of a person's
roles and 更多, which unfolds everything by group. A wider screen shows every page in one line, the groups set apart.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from server.custody.roles import (
    MAY_APPLY,
    MAY_DECIDE,
    MAY_READ_THE_WHOLE_LOG,
    MAY_SEE_CHANGES,
    MAY_SET_HOLIDAYS,
    Role,
)
from server.web.access import EVERY_ROLE, MAY_OVERSEE, MAY_READ_A_LOG, MAY_SEE_PEOPLE, MAY_SEE_STATISTICS
from server.web.language import N_
from server.web.visit import Visit

PHONE_MAX = 5
"""How many entries a phone's head has room for, 更多 among them."""

WORK, RECORDS, RULES = N_("办事"), N_("查看"), N_("规定和人员")
GROUPS = (WORK, RECORDS, RULES)


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: where it is, what it is called (a source string), who has it, and which group it belongs to."""

    path: str
    label: str
    roles: frozenset[Role]
    group: str


PAGES = (
    Entry("/", N_("我的用印"), MAY_APPLY, WORK),
    Entry("/overview", N_("总览"), MAY_OVERSEE, WORK),
    Entry("/decide", N_("待审批"), MAY_DECIDE, WORK),
    Entry("/findings", N_("预警"), MAY_READ_A_LOG, WORK),
    Entry("/out", N_("在外"), MAY_READ_A_LOG, WORK),
    Entry("/cabinets", N_("共管柜"), EVERY_ROLE, RECORDS),
    Entry("/log", N_("台账"), MAY_READ_A_LOG, RECORDS),
    Entry("/cooperatives", N_("合作社"), MAY_READ_A_LOG, RECORDS),
    Entry("/handovers", N_("交接"), MAY_READ_THE_WHOLE_LOG, RECORDS),
    Entry("/disclosures", N_("公开"), MAY_READ_A_LOG, RECORDS),
    Entry("/statistics", N_("统计"), MAY_SEE_STATISTICS, RECORDS),
    Entry("/people", N_("人员"), MAY_SEE_PEOPLE, RULES),
    Entry("/policy", N_("审批规定"), EVERY_ROLE, RULES),
    Entry("/away", N_("代审批"), MAY_DECIDE, RULES),
    Entry("/holidays", N_("节假日"), MAY_SET_HOLIDAYS, RULES),
    Entry("/admin", N_("管理"), MAY_SEE_CHANGES, RULES),
)
"""Every main page, in the order in which a wide screen shows them."""

FOREMOST: Mapping[Role, tuple[str, ...]] = {
    Role.ACCOUNTANT: ("/", "/cabinets", "/findings", "/log"),
    Role.HEAD: ("/", "/decide", "/findings", "/log"),
    Role.SUPERVISOR: ("/decide", "/findings", "/log", "/cabinets"),
    Role.VILLAGE_SECRETARY: ("/decide", "/cabinets", "/policy", "/away"),
    Role.VILLAGE_SUPERVISOR: ("/decide", "/cabinets", "/policy", "/away"),
    Role.CABINET_OFFICER: ("/overview", "/cabinets", "/handovers", "/out"),
    Role.REVIEWER: ("/overview", "/decide", "/findings", "/out"),
    Role.OFFICE_HEAD: ("/overview", "/decide", "/findings", "/statistics"),
    Role.INSPECTOR: ("/overview", "/findings", "/log", "/out"),
    Role.TOWNSHIP_LEADER: ("/overview", "/decide", "/findings", "/statistics"),
    Role.SYSTEM_ADMIN: ("/people", "/admin", "/cabinets", "/policy"),
    Role.SECURITY_ADMIN: ("/people", "/admin", "/cabinets", "/policy"),
    Role.AUDIT_ADMIN: ("/log", "/findings", "/cabinets", "/handovers"),
}
"""What each role needs most often, most needed first; whoever holds several roles has them in the order of the roles.
The first is also where the person begins after signing in."""


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as drawn: whether it is the present page, and how much waits there."""

    path: str
    label: str
    is_current: bool
    waiting: int


ShownGroups = tuple[tuple[str, tuple[ShownEntry, ...]], ...]
"""Entries under the words of their groups; a group without an entry is left out."""


@dataclass(frozen=True, slots=True)
class Menu:
    """What the head shows: on a wide screen `groups`, on a phone `bar`, and `rest` under 更多 with how much `waits`."""

    groups: ShownGroups = ()
    bar: tuple[ShownEntry, ...] = ()
    rest: ShownGroups = ()
    waits: int = 0


def pages_of(roles: frozenset[Role]) -> tuple[Entry, ...]:
    """The main pages of whoever holds these roles."""
    return tuple(each for each in PAGES if not each.roles.isdisjoint(roles))


def foremost(roles: frozenset[Role]) -> tuple[Entry, ...]:
    """The pages in a phone's bar: all of them where there is room, otherwise the foremost, and room left for 更多."""
    mine = {each.path: each for each in pages_of(roles)}
    wanted = dict.fromkeys(path for role in Role if role in roles for path in FOREMOST[role])
    ordered = [mine[path] for path in (*wanted, *(path for path in mine if path not in wanted))]
    return tuple(ordered[: PHONE_MAX if len(ordered) <= PHONE_MAX else PHONE_MAX - 1])


def menu(visit: Visit, waiting: Mapping[str, int]) -> Menu:
    """The head's entries for whoever visits. `waiting`: how much waits on a page, by its path."""
    mine, bar = pages_of(visit.who.roles), foremost(visit.who.roles)
    rest = tuple(each for each in mine if each not in bar)
    return Menu(
        groups=_grouped(mine, visit, waiting),
        bar=tuple(_shown(each, visit, waiting) for each in bar),
        rest=_grouped(rest, visit, waiting),
        waits=sum(waiting.get(each.path, 0) for each in rest),
    )


def _grouped(entries: tuple[Entry, ...], visit: Visit, waiting: Mapping[str, int]) -> ShownGroups:
    found = ((group, [each for each in entries if each.group == group]) for group in GROUPS)
    return tuple((visit.say(group), tuple(_shown(e, visit, waiting) for e in of_it)) for group, of_it in found if of_it)


def _shown(entry: Entry, visit: Visit, waiting: Mapping[str, int]) -> ShownEntry:
    is_current = _is_at(entry.path, visit.path)
    return ShownEntry(entry.path, visit.say(entry.label), is_current, waiting.get(entry.path, 0))


def _is_at(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(href + "/"))
