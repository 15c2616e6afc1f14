"""Who may ask for a use and who may carry: every use × every role, as one table to read."""

import pytest

from server.custody.entitled import ENTITLED, may_apply, may_hold, modes_of, returning_roles
from server.custody.policy.words import Mode
from server.custody.roles import AT_THE_CABINET, COOPERATIVE_ROLES, MAY_DECIDE, MAY_FILE, Role
from tests.server.cast import DONGKENG_1, DONGKENG_2, somebody

ITS_OWN = {Role.ACCOUNTANT, Role.HEAD}
ON_ORDER = {Role.REVIEWER, Role.OFFICE_HEAD, Role.INSPECTOR}
WHO: dict[Mode, set[Role]] = {
    Mode.ON_SITE: ITS_OWN,
    Mode.OFF_SITE: ITS_OWN,
    Mode.READ: ITS_OWN,
    Mode.AWAY: ITS_OWN,
    Mode.INSPECTION: ITS_OWN,
    Mode.SEIZURE: ON_ORDER,
}
CELLS = [(mode, role) for mode in Mode for role in Role]


@pytest.mark.parametrize(("mode", "role"), CELLS, ids=[f"{mode}, {role}" for mode, role in CELLS])
def test_each_use_is_asked_for_and_carried_by_its_own_roles(mode: Mode, role: Role) -> None:
    who = somebody("p-1", "某人", role, cooperative=DONGKENG_1.id if role in COOPERATIVE_ROLES else None)
    is_theirs = role in WHO[mode]
    assert may_apply(who, mode, DONGKENG_1.id) is is_theirs
    assert may_hold(who, mode, DONGKENG_1.id) is is_theirs
    assert may_apply(who, mode, DONGKENG_2.id) is (is_theirs and role not in COOPERATIVE_ROLES)


def test_whoever_may_file_at_all_may_ask_for_something() -> None:
    for role in Role:
        who = somebody("p-1", "某人", role, cooperative=DONGKENG_1.id if role in COOPERATIVE_ROLES else None)
        assert bool(modes_of(who, DONGKENG_1.id)) is (role in MAY_FILE)


@pytest.mark.parametrize("mode", Mode)
def test_whoever_carries_can_identify_at_the_door(mode: Mode) -> None:
    assert ENTITLED[mode].holds <= AT_THE_CABINET


@pytest.mark.parametrize(("mode", "colleagues"), [(Mode.AWAY, set()), (Mode.SEIZURE, ON_ORDER)], ids=["lent", "seized"])
def test_the_cooperative_and_the_carriers_colleagues_bring_back(mode: Mode, colleagues: set[Role]) -> None:
    roles = returning_roles(mode)
    assert roles[:2] == (Role.ACCOUNTANT, Role.HEAD)
    assert set(roles[2:]) == colleagues


def test_no_seat_at_the_door_is_filled_by_ordering_alone() -> None:
    """Whoever orders is neither the second pair of hands nor, for that request, among those who agree."""
    assert Role.CABINET_OFFICER not in ENTITLED[Mode.SEIZURE].applies | ENTITLED[Mode.SEIZURE].holds
    assert Role.INSPECTOR not in MAY_DECIDE
