"""The head of every page: what one may see is one tap away, or two on a phone."""

import re
from itertools import combinations

import pytest

from server.custody.roles import Role
from server.web.desk.navigation import FOREMOST, GROUPS, PAGES, PHONE_MAX, Entry, foremost, pages_of
from server.web.desk.routes import DESK_ROUTERS
from tests.server.web.township import HEAD, INSPECTOR, REVIEWER, Township

ROLES = {role.value: role for role in Role}


def paths(entries: tuple[Entry, ...]) -> list[str]:
    """The addresses of entries."""
    return [each.path for each in entries]


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
def test_a_phone_shows_five_entries_at_most_and_the_foremost_first(role: Role) -> None:
    roles = frozenset({role})
    mine, bar = paths(pages_of(roles)), paths(foremost(roles))
    assert bar[: len(FOREMOST[role])] == list(FOREMOST[role])
    assert set(bar) <= set(mine)
    assert len(bar) + (len(mine) > len(bar)) <= PHONE_MAX


def test_who_holds_two_roles_finds_everything_of_both() -> None:
    for pair in combinations(Role, 2):
        both = {each.path for role in pair for each in pages_of(frozenset({role}))}
        assert set(paths(pages_of(frozenset(pair)))) == both, pair
        assert len(foremost(frozenset(pair))) <= PHONE_MAX, pair


def test_an_entry_is_there_for_whoever_may_open_its_page_and_for_nobody_else() -> None:
    declared = {route.path: route.declaration.roles for router in DESK_ROUTERS for route in router.routes}
    for entry in PAGES:
        assert entry.group in GROUPS
        if entry.path != "/":  # the others are led from there to their own work
            assert entry.roles == declared[entry.path], entry.path


@pytest.mark.parametrize("role", ROLES.values(), ids=ROLES)
def test_signing_in_leads_to_what_one_needs_first(township: Township, role: Role) -> None:
    names = {Role.ACCOUNTANT: "游少玉", Role.HEAD: HEAD, Role.SUPERVISOR: "孙辉", Role.REVIEWER: REVIEWER}
    client = township.client(names.get(role) or township.only_holder(role))
    landed = client.get("/", follow_redirects=True)
    assert landed.status_code == 200
    assert landed.url.path == FOREMOST[role][0]
    assert 'aria-current="page"' in landed.text


def test_what_waits_behind_more_is_counted_there(township: Township) -> None:
    township.filed()
    page = township.client(HEAD).get("/cabinets").text
    bar = page[page.index('class="nav-phone"') : page.index('class="nav-more"')]
    assert re.search(r'href="/decide">待审批<span class="count">1<', bar)
    assert "件等您办" in page
    assert '<details class="nav-more">' in township.client(INSPECTOR).get("/log").text
