"""An inventory at the cabinet: the office orders the opening, two people look, and the list has what they saw."""

from typing import Any

import pytest

from firmware_protocol import permits
from server.custody.count_orders import CountPurpose
from server.custody.facts import Cooperative, IssuedPermit, Item
from server.custody.handovers.states import HandoverKind
from server.custody.refusals import Refused
from server.custody.states import ItemState, PermitState, SealType
from server.usecases.order_count import ClearCabinet, CountOrdered, OrderCount, clear_cabinet, order_count
from tests.server.town import KEYS, Town, granted, refusal
from tests.server.usecases.handing_over import OFFICER, REVIEWER, begins, lines, opens, seems_right

FIRST = "东坑一社"


def orders(town: Town, by: str = REVIEWER, purpose: CountPurpose = CountPurpose.INVENTORY) -> CountOrdered | Refused:
    return town.do(order_count, OrderCount(by=town.person(by).id, cooperative=town.cooperative(FIRST), purpose=purpose))


def looks(town: Town, permit: str, *things: Item) -> None:
    """廖坤东 and 林少军 open the compartment and tick what they see."""
    assert town.hall is not None
    about: dict[str, Any] = {
        "opening": "o-7",
        "compartment": town.get(Cooperative, town.cooperative(FIRST)).place,
        "permit": permit,
        "persons": [town.person("廖坤东").id, town.person(OFFICER).id],
    }
    town.hall.writes("opening_intended", {**about, "action": "count", "attempt": 1})
    town.hall.writes("door_opened", {key: about[key] for key in ("opening", "compartment")})
    town.hall.writes("items_counted", {**about, "items": [thing.id for thing in things]})
    town.hall.writes("opening_finished", {**about, "outcome": "counted"})
    assert town.hall.sends().stopped_by is None


def test_what_was_seen_behind_the_door_counts_on_the_list(town: Town) -> None:
    handover = granted(opens(town, HandoverKind.INVENTORY, FIRST, reason="")).handover
    granted(begins(town, handover))
    permit = granted(orders(town)).permit
    seal = town.item(FIRST)
    looks(town, permit, seal)
    seen = {line.item: line.at_cabinet for line in lines(town, handover) if line.found is not None}
    assert seen == {seal.id: True}
    assert town.get(Item, seal.id).state is ItemState.IN_CABINET
    assert town.get(IssuedPermit, permit).state is PermitState.USED
    assert seems_right(town)


def test_the_permit_lists_what_is_inside_and_no_more(town: Town) -> None:
    issued = town.get(IssuedPermit, granted(orders(town)).permit)
    permit = permits.parse(issued.document.encode(), [KEYS.permit.verifier])
    assert {each.id for each in permit.items} >= {town.item(FIRST).id, town.item(FIRST, SealType.FINANCE).id}
    assert permit.action == "count"


def test_one_order_at_a_time(town: Town) -> None:
    permit = granted(orders(town)).permit
    assert refusal(orders(town)) == "count_waiting"
    looks(town, permit, town.item(FIRST))
    granted(orders(town))


@pytest.mark.parametrize("by", ["游少玉", OFFICER])
def test_nobody_else_orders_a_look(town: Town, by: str) -> None:
    assert refusal(orders(town, by)) == "count_order_role"


def test_a_cabinet_is_cleared_with_a_permit_for_every_door_that_has_anything_inside(town: Town) -> None:
    asked = ClearCabinet(by=town.person(REVIEWER).id, cabinet="CAB-01", reason="大厅进水")
    ordered = granted(town.do(clear_cabinet, asked))
    assert len(ordered.permits) == 2, "东坑三社 has nothing inside"
    issued = town.get(IssuedPermit, ordered.permits[0])
    permit = permits.parse(issued.document.encode(), [KEYS.permit.verifier])
    assert "cabinet_officer" in permit.holder.roles
    assert permit.second.roles == ("cabinet_officer",)
    assert refusal(town.do(clear_cabinet, asked)) == "count_waiting"


def test_an_inventory_that_waits_keeps_no_door_shut_in_an_emergency(town: Town) -> None:
    granted(orders(town))
    asked = ClearCabinet(by=town.person(REVIEWER).id, cabinet="CAB-01", reason="大厅进水")
    assert len(granted(town.do(clear_cabinet, asked)).permits) == 2


@pytest.mark.parametrize(
    ("by", "cabinet", "reason", "rule"),
    [
        (REVIEWER, "CAB-01", " ", "no_reason"),
        (OFFICER, "CAB-01", "大厅进水", "count_order_role"),
        (REVIEWER, "CAB-99", "大厅进水", "nothing_to_clear"),
    ],
    ids=["no reason", "an officer alone", "no such cabinet"],
)
def test_a_cabinet_is_cleared_by_the_office_with_a_reason(
    town: Town, by: str, cabinet: str, reason: str, rule: str
) -> None:
    asked = ClearCabinet(by=town.person(by).id, cabinet=cabinet, reason=reason)
    assert refusal(town.do(clear_cabinet, asked)) == rule
