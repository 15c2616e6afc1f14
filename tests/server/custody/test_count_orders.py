"""Who may have a compartment opened to look into it, and who has to stand there."""

from dataclasses import replace

import pytest

from server.custody.count_orders import COUNT_RULES, WITNESSES, CountOrder, CountPurpose, inside_now, refuse_count
from server.custody.permits import Ground, permit_to_count
from server.custody.roles import AT_THE_CABINET
from server.custody.states import ItemState
from server.custody.working_days import WEEKDAYS
from tests.server.cast import ACCOUNTANT, AGENT, DONGKENG_1, NOW, OFFICE_HEAD, REVIEWER, seal

RIGHT = CountOrder(
    ordered_by=REVIEWER,
    cooperative=DONGKENG_1,
    purpose=CountPurpose.INVENTORY,
    reason="",
    inside=(seal(),),
    is_waiting=False,
)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"ordered_by": OFFICE_HEAD}, None),
        ({"ordered_by": ACCOUNTANT}, "count_order_role"),
        ({"ordered_by": replace(REVIEWER, grants=REVIEWER.grants | ACCOUNTANT.grants)}, "own_cooperative"),
        ({"inside": ()}, "nothing_inside"),
        ({"is_waiting": True}, "count_waiting"),
        ({"purpose": CountPurpose.DESTRUCTION}, "no_reason"),
        ({"purpose": CountPurpose.DESTRUCTION, "reason": "销毁停用的旧公章"}, None),
        ({"purpose": CountPurpose.CHECK, "reason": " "}, "no_reason"),
    ],
    ids=[
        *("a reviewer", "the head of the office", "an accountant", "somebody of the cooperative", "nothing inside"),
        *("one waits", "a destruction without a reason", "a destruction", "a check without a reason"),
    ],
)
def test_the_office_orders_a_count(changes: dict[str, object], rule: str | None) -> None:
    refused = refuse_count(replace(RIGHT, **changes))  # type: ignore[arg-type]
    assert (refused and refused.rule) == rule
    assert len(COUNT_RULES) == 5


@pytest.mark.parametrize("purpose", CountPurpose)
def test_its_permit_takes_nothing_out_and_keeps_who_ordered_it_away(purpose: CountPurpose) -> None:
    ground = Ground(
        permit="m-1",
        cooperative=replace(DONGKENG_1, expires_on=NOW.date()),
        agent=AGENT,
        items=(seal(),),
        now=NOW,
        calendar=WEEKDAYS,
        revocations_version=0,
    )
    permit = permit_to_count(purpose, REVIEWER.id, ground)
    assert (permit.action, permit.return_grant, permit.checkout, permit.deposit) == ("count", None, None, None)
    assert permit.approvers == (REVIEWER.id,)
    assert permit.not_after.date() > NOW.date(), "a mandate's end does not keep anybody from counting"
    assert {*permit.holder.roles, *permit.second.roles, *permit.extra} <= AT_THE_CABINET
    assert WITNESSES[purpose].extra == permit.extra


def test_only_what_the_book_has_inside_is_looked_at() -> None:
    inside, out = replace(seal(), state=ItemState.IN_CABINET), replace(seal(), state=ItemState.OUT)
    assert inside_now([inside, out]) == (inside,)
