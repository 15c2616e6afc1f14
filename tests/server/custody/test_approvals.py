"""Two approvers in order, and persons kept apart."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from server.custody.approvals import first_approver, may_decide_first, refuse_answer
from server.custody.people import OneTimeCode, Standing
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.custody.states import CheckoutState, ItemState, SealType, Step
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    NEIGHBOUR,
    NOW,
    OFFICE_HEAD,
    OFFICERS,
    OTHER_REVIEWER,
    REVIEWER,
    SUPERVISOR,
    answer,
    blocked,
    checkout,
    decision,
    seal,
    somebody,
)

HEADS_OWN = checkout(applicant=HEAD.id, holder=HEAD.id)
ENDORSED = checkout(CheckoutState.ENDORSED)
HEAD_AND_REVIEWER = somebody("p-liao", "廖坤东", Role.HEAD, Role.REVIEWER)


def code(of: Standing, by: Standing) -> OneTimeCode:
    """The code with which somebody has just set their password."""
    return OneTimeCode(id=f"{of.id}/{by.id}", person=of.id, expires_at=NOW, issued_by=by.id, used_at=NOW)


CODES = (code(HEAD, OTHER_REVIEWER), code(ACCOUNTANT, OFFICE_HEAD), code(SUPERVISOR, REVIEWER))

COUNTS: dict[str, dict[str, Any]] = {
    "the head agrees first": {},
    "the head says no, with a reason": {"agrees": False, "reason": "价格偏低"},
    "the supervisor decides what the head applies for": {"approver": SUPERVISOR, "checkout": HEADS_OWN},
    "the supervisor decides what the head will hold": {"approver": SUPERVISOR, "checkout": checkout(holder=HEAD.id)},
    "a reviewer agrees second": {"approver": REVIEWER, "checkout": ENDORSED},
    "a reviewer who printed nobody's code here": {"approver": REVIEWER, "checkout": ENDORSED, "codes": CODES},
    "a no needs no valid mandate": {
        "agrees": False,
        "reason": "授权到期",
        "cooperative": replace(DONGKENG_1, expires_on=date(2026, 1, 1)),
    },
}

DOES_NOT_COUNT: dict[str, tuple[dict[str, Any], str]] = {
    "the applicant": ({"approver": ACCOUNTANT}, "own_request"),
    "the head for himself": ({"approver": HEAD, "checkout": HEADS_OWN}, "own_request"),
    "the head who will hold it": ({"approver": HEAD, "checkout": checkout(holder=HEAD.id)}, "own_request"),
    "the supervisor in the head's place": ({"approver": SUPERVISOR}, "approver_role"),
    "another cooperative's head": ({"approver": NEIGHBOUR}, "approver_role"),
    "a blocked head": ({"approver": blocked(HEAD), "officers": (ACCOUNTANT, blocked(HEAD))}, "nobody_decides"),
    "the office before the head": ({"approver": REVIEWER}, "approver_role"),
    "the head twice": ({"approver": HEAD, "checkout": ENDORSED}, "decided_before"),
    "one person in both chairs": ({"approver": HEAD_AND_REVIEWER, "checkout": ENDORSED}, "decided_before"),
    "the office's head is no reviewer": ({"approver": OFFICE_HEAD, "checkout": ENDORSED}, "approver_role"),
    "a cabinet officer is no reviewer": ({"approver": CABINET_OFFICER, "checkout": ENDORSED}, "approver_role"),
    "a blocked reviewer": ({"approver": blocked(REVIEWER), "checkout": ENDORSED}, "approver_role"),
    "a reviewer who printed the head's code": (
        {"approver": REVIEWER, "checkout": ENDORSED, "codes": (code(HEAD, REVIEWER),)},
        "printed_code",
    ),
    "a reviewer who printed the applicant's code": (
        {"approver": OTHER_REVIEWER, "checkout": ENDORSED, "codes": (code(ACCOUNTANT, OTHER_REVIEWER),)},
        "printed_code",
    ),
    "a reviewer who printed the holder's code": (
        {
            "approver": REVIEWER,
            "checkout": replace(ENDORSED, applicant="p-other"),
            "codes": (code(ACCOUNTANT, REVIEWER),),
        },
        "printed_code",
    ),
    "a head who printed the applicant's code": ({"codes": (code(ACCOUNTANT, HEAD),)}, "printed_code"),
    "a no without a reason": ({"agrees": False, "reason": " "}, "no_reason"),
    "frozen meanwhile": ({"cooperative": replace(DONGKENG_1, frozen_at=NOW)}, "frozen"),
    "mandate over meanwhile": ({"cooperative": replace(DONGKENG_1, expires_on=date(2026, 1, 1))}, "mandate_expired"),
    "the bank pair meanwhile": (
        {"items": (seal(SealType.FINANCE),), "holder_seals": (seal(SealType.LEGAL_REPRESENTATIVE),)},
        "bank_pair",
    ),
    "the holder is nothing there any more": ({"officers": (HEAD, SUPERVISOR)}, "holder_role"),
    "the holder was blocked": ({"officers": (blocked(ACCOUNTANT), HEAD, SUPERVISOR)}, "holder_role"),
    "out meanwhile": ({"items": (seal(state=ItemState.OUT),)}, "not_in_cabinet"),
    **{
        f"already {state}": ({"checkout": checkout(state)}, "not_waiting")
        for state in CheckoutState
        if state not in (CheckoutState.FILED, CheckoutState.ENDORSED)
    },
}


@pytest.mark.parametrize("changes", COUNTS.values(), ids=COUNTS.keys())
def test_the_right_answer_counts(changes: dict[str, Any]) -> None:
    assert refuse_answer(answer(**changes)) is None


@pytest.mark.parametrize(("changes", "rule"), DOES_NOT_COUNT.values(), ids=DOES_NOT_COUNT.keys())
def test_a_wrong_answer_does_not_count_and_says_why(changes: dict[str, Any], rule: str) -> None:
    refused = refuse_answer(answer(**changes))
    assert isinstance(refused, Refused)
    assert refused.rule == rule


def test_whoever_may_decide_first_is_exactly_whose_answer_counts() -> None:
    for request in (checkout(), HEADS_OWN, checkout(holder=HEAD.id)):
        able = may_decide_first(request, DONGKENG_1, OFFICERS)
        counting = {who.id for who in OFFICERS if refuse_answer(answer(approver=who, checkout=request)) is None}
        assert set(able) == counting


def test_a_head_who_applies_finds_no_way_around_the_supervisor() -> None:
    assert isinstance(first_approver(HEAD.id, HEAD.id, DONGKENG_1, (ACCOUNTANT, HEAD)), Refused)


def test_a_reviewer_of_the_first_step_is_not_the_second() -> None:
    decided = replace(ENDORSED, decisions=(decision(Step.HEAD, REVIEWER),))
    refused = refuse_answer(answer(approver=REVIEWER, checkout=decided))
    assert refused is not None
    assert refused.rule == "decided_before"
