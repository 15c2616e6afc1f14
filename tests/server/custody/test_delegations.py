"""Who can stand in for whom, and for how long."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from server.custody.delegations import MAY_STAND_IN, Absence, Delegation, refuse_delegation, substitutes
from server.custody.roles import MAY_DECIDE, Role
from tests.server.cast import (
    ACCOUNTANT,
    DONGKENG_1,
    HEAD,
    LEADER,
    NEIGHBOUR,
    NOW,
    OFFICE_HEAD,
    OFFICERS,
    OTHER_REVIEWER,
    REVIEWER,
    SUPERVISOR,
    blocked,
    somebody,
)

TODAY = date(2026, 11, 23)
EARLIER = Delegation(
    id="v-1",
    giver=HEAD.id,
    substitute=SUPERVISOR.id,
    role=Role.HEAD,
    cooperative=DONGKENG_1.id,
    first_day=TODAY + timedelta(days=3),
    last_day=TODAY + timedelta(days=5),
    given_at=NOW,
)
TOWNSHIPS: dict[str, Any] = {"giver": REVIEWER, "role": Role.REVIEWER, "cooperative": None}


def absence(**changes: Any) -> Absence:
    usual = Absence(
        giver=HEAD,
        substitute=SUPERVISOR,
        role=Role.HEAD,
        cooperative=DONGKENG_1.id,
        first_day=TODAY,
        last_day=TODAY + timedelta(days=2),
        others=(),
        today=TODAY,
    )
    return replace(usual, **changes)


FINE: dict[str, dict[str, Any]] = {
    "the supervisor for the head": {},
    "for one day": {"last_day": TODAY},
    "before another absence": {"others": (EARLIER,)},
    "a reviewer for a reviewer": {**TOWNSHIPS, "substitute": OTHER_REVIEWER},
    "the office's head for a reviewer": {**TOWNSHIPS, "substitute": OFFICE_HEAD},
    "the office's head for the leader": {
        "giver": LEADER,
        "role": Role.TOWNSHIP_LEADER,
        "cooperative": None,
        "substitute": OFFICE_HEAD,
    },
}
NOT_FINE: dict[str, tuple[dict[str, Any], str]] = {
    "a role one does not hold": ({"giver": ACCOUNTANT}, "delegation_role"),
    "another cooperative's": ({"cooperative": "c-dongkeng2"}, "delegation_role"),
    "a role that approves nothing": ({"role": Role.ACCOUNTANT, "giver": ACCOUNTANT}, "delegation_role"),
    "a blocked head": ({"giver": blocked(HEAD)}, "delegation_role"),
    "to the accountant who applies": ({"substitute": ACCOUNTANT}, "delegation_substitute"),
    "to oneself": ({"substitute": HEAD}, "delegation_substitute"),
    "to a neighbour": ({"substitute": NEIGHBOUR}, "delegation_substitute"),
    "to somebody blocked": ({"substitute": blocked(SUPERVISOR)}, "delegation_substitute"),
    "the head's chair to the office": ({"substitute": REVIEWER}, "delegation_substitute"),
    "from yesterday": ({"first_day": TODAY - timedelta(days=1)}, "delegation_days"),
    "backwards": ({"last_day": TODAY - timedelta(days=1)}, "delegation_days"),
    "for ever": ({"last_day": TODAY + timedelta(days=60)}, "delegation_days"),
    "twice for the same days": ({"last_day": TODAY + timedelta(days=3), "others": (EARLIER,)}, "delegation_overlaps"),
}


@pytest.mark.parametrize("changes", FINE.values(), ids=FINE)
def test_a_delegation_is_given(changes: dict[str, Any]) -> None:
    assert refuse_delegation(absence(**changes)) is None


@pytest.mark.parametrize(("changes", "rule"), NOT_FINE.values(), ids=NOT_FINE)
def test_a_delegation_is_refused_with_its_reason(changes: dict[str, Any], rule: str) -> None:
    refused = refuse_delegation(absence(**changes))
    assert refused is not None
    assert refused.rule == rule


def test_a_village_is_stood_in_for_by_its_own_people() -> None:
    secretary, here, elsewhere = (
        somebody(f"p-{unit}{n}", "某人", role, unit=unit)
        for n, (unit, role) in enumerate(
            [
                ("东坑村", Role.VILLAGE_SECRETARY),
                ("东坑村", Role.VILLAGE_SUPERVISOR),
                ("石龙村", Role.VILLAGE_SUPERVISOR),
            ]
        )
    )
    people = (secretary, here, elsewhere)
    assert substitutes(secretary, Role.VILLAGE_SECRETARY, None, people) == [here]


def test_everybody_who_decides_can_be_stood_in_for() -> None:
    assert set(MAY_STAND_IN) == MAY_DECIDE
    assert substitutes(HEAD, Role.HEAD, DONGKENG_1.id, OFFICERS) == [SUPERVISOR]
