"""Cabinets, cooperatives and mandates by hand: every way in which the register refuses them."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from server.custody.administration.places import (
    CabinetEntry,
    CooperativeEntry,
    Retirement,
    refuse_cabinet,
    refuse_cooperative,
    refuse_retirement,
)
from server.custody.administration.renewing import Renewal, refuse_renewal
from server.custody.roles import Role
from server.custody.states import ItemState
from tests.server.cast import CABINET, DONGKENG_1, DONGKENG_2, NOW, OFFICE_HEAD, SECURITY_ADMIN, blocked, seal, somebody

SYSTEM_ADMIN = somebody("p-ye", "叶海燕", Role.SYSTEM_ADMIN)
NEW_CABINET = CabinetEntry(who=SYSTEM_ADMIN, id="CAB-03", place="大厅", compartments=24, before=None)

CABINETS: dict[str, tuple[CabinetEntry, str | None]] = {
    "a new one": (NEW_CABINET, None),
    "by the security administrator": (replace(NEW_CABINET, who=SECURITY_ADMIN), "place_role"),
    "by somebody blocked": (replace(NEW_CABINET, who=blocked(SYSTEM_ADMIN)), "place_role"),
    "without an id": (replace(NEW_CABINET, id=""), "cabinet_id"),
    "an id that is a place": (replace(NEW_CABINET, id="CAB-03/1"), "cabinet_id"),
    "an id that is taken": (replace(NEW_CABINET, before=CABINET), "cabinet_known"),
    "nowhere": (replace(NEW_CABINET, place=""), "cabinet_place"),
    "without a compartment": (replace(NEW_CABINET, compartments=0), "cabinet_compartments"),
    "with too many": (replace(NEW_CABINET, compartments=257), "cabinet_compartments"),
}


@pytest.mark.parametrize(("entry", "rule"), CABINETS.values(), ids=CABINETS)
def test_a_cabinet_is_registered_by_the_rules(entry: CabinetEntry, rule: str | None) -> None:
    refused = refuse_cabinet(entry)
    assert (None if refused is None else refused.rule) == rule


def entry(**changes: Any) -> CooperativeEntry:
    """A new cooperative in compartment 9, valid by default."""
    usual: dict[str, Any] = {
        "who": SYSTEM_ADMIN,
        "code": "44200199",
        "name": "清溪镇东坑村第九经济合作社",
        "village": "东坑村",
        "cabinet": CABINET,
        "number": 9,
        "before": None,
        "owner": None,
        "same_code": None,
        "same_name": None,
    }
    return CooperativeEntry(**{**usual, **changes})


HERE: dict[str, Any] = {"before": DONGKENG_1, "owner": DONGKENG_1, "number": 1}
MOVING: dict[str, Any] = {"before": DONGKENG_1, "number": 9}
COOPERATIVES: dict[str, tuple[CooperativeEntry, str | None]] = {
    "a new one": (entry(), None),
    "another name for one that stays": (entry(**HERE, items=(seal(),)), None),
    "moving with nothing kept": (entry(**MOVING, items=(seal(state=ItemState.REGISTERED),)), None),
    "by the office": (entry(who=OFFICE_HEAD), "place_role"),
    "without a code": (entry(code=""), "cooperative_code"),
    "a code with a stroke": (entry(code="4420/1"), "cooperative_code"),
    "without a name": (entry(name=""), "cooperative_name"),
    "without a village": (entry(village=""), "cooperative_name"),
    "another's code": (entry(same_code=DONGKENG_2), "cooperative_known"),
    "another's name": (entry(same_name=DONGKENG_2), "cooperative_known"),
    "no such cabinet": (entry(cabinet=None), "place_unknown"),
    "no such compartment": (entry(number=25), "place_unknown"),
    "compartment nought": (entry(number=0), "place_unknown"),
    "a retired compartment": (entry(cabinet=replace(CABINET, out_of_service=(9,))), "place_retired"),
    "a retired cabinet": (entry(cabinet=replace(CABINET, retired_at=NOW)), "place_retired"),
    "another's compartment": (entry(owner=DONGKENG_2), "place_taken"),
    "moving with a seal inside": (entry(**MOVING, items=(seal(),)), "place_in_use"),
    "moving with a seal out": (entry(**MOVING, items=(seal(state=ItemState.OUT),)), "place_in_use"),
    "moving with a seal missing": (entry(**MOVING, items=(seal(state=ItemState.MISSING),)), "place_in_use"),
    "moving during a handover": (
        entry(**{**MOVING, "before": replace(DONGKENG_1, handover="h-1")}),
        "place_in_use",
    ),
}


@pytest.mark.parametrize(("asked", "rule"), COOPERATIVES.values(), ids=COOPERATIVES)
def test_a_cooperative_is_registered_by_the_rules(asked: CooperativeEntry, rule: str | None) -> None:
    refused = refuse_cooperative(asked)
    assert (None if refused is None else refused.rule) == rule


FREE = Retirement(who=SYSTEM_ADMIN, cabinet=CABINET, owners=(), number=9)
RETIREMENTS: dict[str, tuple[Retirement, str | None]] = {
    "a free compartment": (FREE, None),
    "an empty cabinet": (replace(FREE, number=None), None),
    "by the security administrator": (replace(FREE, who=SECURITY_ADMIN), "place_role"),
    "no such compartment": (replace(FREE, number=25), "place_unknown"),
    "a compartment that is retired": (replace(FREE, cabinet=replace(CABINET, out_of_service=(9,))), "place_retired"),
    "a cabinet that is retired": (replace(FREE, cabinet=replace(CABINET, retired_at=NOW)), "place_retired"),
    "somebody's compartment": (replace(FREE, owners=(DONGKENG_1,)), "place_owned"),
    "a cabinet with cooperatives": (replace(FREE, number=None, owners=(DONGKENG_1, DONGKENG_2)), "place_owned"),
}


@pytest.mark.parametrize(("retirement", "rule"), RETIREMENTS.values(), ids=RETIREMENTS)
def test_what_is_somebodys_is_not_retired(retirement: Retirement, rule: str | None) -> None:
    refused = refuse_retirement(retirement)
    assert (None if refused is None else refused.rule) == rule


def renewal(**changes: Any) -> Renewal:
    """A mandate that was resolved yesterday for three years, valid by default."""
    usual: dict[str, Any] = {
        "who": SYSTEM_ADMIN,
        "cooperative": DONGKENG_1,
        "resolved_on": NOW.date() - timedelta(days=1),
        "expires_on": NOW.date() + timedelta(days=1095),
        "today": NOW.date(),
    }
    return Renewal(**{**usual, **changes})


KNOWN_DAYS = {"resolved_on": DONGKENG_1.resolved_on, "expires_on": DONGKENG_1.expires_on}
RENEWALS: dict[str, tuple[Renewal, str | None]] = {
    "a renewed one": (renewal(), None),
    "one for one day more": (renewal(resolved_on=NOW.date() - timedelta(days=9), expires_on=NOW.date()), None),
    "by the office": (renewal(who=OFFICE_HEAD), "change_role"),
    "by somebody blocked": (renewal(who=blocked(SYSTEM_ADMIN)), "change_role"),
    "before the assembly met": (renewal(resolved_on=NOW.date() + timedelta(days=1)), "mandate_resolved"),
    "one that is over": (renewal(resolved_on=date(2020, 1, 1), expires_on=date(2026, 11, 22)), "mandate_term"),
    "one that ends as it begins": (renewal(resolved_on=NOW.date(), expires_on=NOW.date()), "mandate_term"),
    "the one on record": (renewal(**KNOWN_DAYS), "mandate_same"),
    "the same after an exit": (
        renewal(cooperative=replace(DONGKENG_1, revoked_on=NOW.date()), **KNOWN_DAYS),
        None,
    ),
}


@pytest.mark.parametrize(("renewal", "rule"), RENEWALS.values(), ids=RENEWALS)
def test_a_mandate_is_put_on_record_by_the_rules(renewal: Renewal, rule: str | None) -> None:
    refused = refuse_renewal(renewal)
    assert (None if refused is None else refused.rule) == rule
