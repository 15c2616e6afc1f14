"""The people of the demo: some of the roster's own, with credentials that are printed at every start.

These are the only default credentials anywhere, and they exist in a demo's data folder alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from server.custody.roles import COOPERATIVE_ROLES, TITLES, Role
from server.custody.roster import CooperativeRow, PersonRow, Roster

PASSWORD = "qingxi-2026"  # noqa: S105 - opens nothing but a demo
TOWNSHIP_ROLES = (
    Role.CABINET_OFFICER,
    Role.REVIEWER,
    Role.OFFICE_HEAD,
    Role.INSPECTOR,
    Role.SYSTEM_ADMIN,
    Role.CABINET_OFFICER,
)
"""Two officers: it takes both to clear a cabinet."""
FIRST_COOPERATIVE_ROLES = (Role.ACCOUNTANT, Role.HEAD, Role.SUPERVISOR)
LAST_COOPERATIVE_ROLES = (Role.ACCOUNTANT, Role.HEAD)


@dataclass(frozen=True, slots=True)
class Player:
    """One person of the demo: how to sign in, and what to show the kiosk (`card` None for office people)."""

    name: str
    title: str
    unit: str
    phone: str
    password: str
    card: str | None
    pin: str


def cast(roster: Roster) -> tuple[Player, ...]:
    """About ten people who can play the whole main path: the first and the last cooperative's, and the township's."""
    rows = list(_chosen(roster))
    return tuple(
        Player(row.name, TITLES[row.role], row.unit, row.phone, PASSWORD, row.card, f"{246_801 + 11 * number}")
        for number, row in enumerate(rows)
    )


def uncounted_cooperative(roster: Roster) -> CooperativeRow:
    """The one cooperative whose things are still outside: the last of the roster."""
    return roster.cooperatives[-1]


def _chosen(roster: Roster) -> Iterator[PersonRow]:
    left = list(roster.people)
    for unit, roles in (
        (roster.cooperatives[0].name, FIRST_COOPERATIVE_ROLES),
        (roster.cooperatives[-1].name, LAST_COOPERATIVE_ROLES),
        (None, TOWNSHIP_ROLES),
    ):
        for role in roles:
            row = next(row for row in left if row.role == role and _fits(row, unit))
            left.remove(row)
            yield row


def _fits(row: PersonRow, unit: str | None) -> bool:
    return row.unit == unit if unit is not None else row.role not in COOPERATIVE_ROLES
