"""Two approvers in order, and persons kept apart."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from server.custody.approvals import (
    Bench,
    able_to_decide,
    absent_of,
    bench_of,
    is_last_step,
    names_of,
    next_step,
    refuse_answer,
)
from server.custody.corrections import Correction
from server.custody.delegations import Delegation
from server.custody.facts import Checkout, Decision
from server.custody.people import OneTimeCode, Standing
from server.custody.policy.demands import StepDemand
from server.custody.policy.words import Mode
from server.custody.refusals import Refused
from server.custody.roles import Role
from server.custody.states import CheckoutState, ItemState, SealType, Step
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    LEADER,
    NEIGHBOUR,
    NOW,
    OFFICE_HEAD,
    OTHER_REVIEWER,
    PEOPLE,
    REVIEWER,
    SUPERVISOR,
    answer,
    blocked,
    checkout,
    decision,
    demanded,
    seal,
    somebody,
)

SEIZURE = demanded(Mode.SEIZURE)
HEADS_OWN = checkout(applicant=HEAD.id, holder=HEAD.id)
ENDORSED = checkout(CheckoutState.ENDORSED)
SENT_AGAIN = checkout(decisions=(decision(Step.HEAD, HEAD), decision(Step.OFFICE, REVIEWER, agreed=False)), revision=2)
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
    "a blocked head": ({"approver": blocked(HEAD), "people": (ACCOUNTANT, blocked(HEAD))}, "nobody_decides"),
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
    "the holder is nothing there any more": ({"people": (HEAD, SUPERVISOR)}, "holder_role"),
    "the holder was blocked": ({"people": (blocked(ACCOUNTANT), HEAD, SUPERVISOR)}, "holder_role"),
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


def bench(request: Checkout, people: tuple[Standing, ...] = PEOPLE, **changes: Any) -> Bench:
    """Who is asked about this request."""
    found = bench_of(request, DONGKENG_1, people, ())
    assert found is not None
    return replace(found, **changes)


@pytest.mark.parametrize(
    "request_",
    [checkout(), HEADS_OWN, checkout(holder=HEAD.id), ENDORSED, SENT_AGAIN, checkout(demands=SEIZURE)],
    ids=["the head's", "the supervisor's", "the holder is the head", "the office's", "corrected", "seized"],
)
def test_whoever_is_able_to_decide_is_exactly_whose_answer_counts(request_: Checkout) -> None:
    able = able_to_decide(bench(request_))
    assert not isinstance(able, Refused)
    counting = {who.id for who in PEOPLE if refuse_answer(answer(approver=who, checkout=request_)) is None}
    assert {each.who.id for each in able} == counting


def test_a_head_who_applies_finds_no_way_around_the_supervisor() -> None:
    assert isinstance(able_to_decide(bench(HEADS_OWN, (ACCOUNTANT, HEAD))), Refused)


def test_the_village_is_asked_by_its_own_people() -> None:
    here = somebody("p-zhan", "詹国锦", Role.VILLAGE_SECRETARY, unit="东坑村")
    elsewhere = somebody("p-fan", "范观", Role.VILLAGE_SECRETARY, unit="石龙村")
    demand = StepDemand(Step.VILLAGE, (Role.VILLAGE_SECRETARY, Role.VILLAGE_SUPERVISOR), 240)
    able = able_to_decide(bench(checkout(), (*PEOPLE, here, elsewhere), demand=demand))
    assert names_of(able) == ("詹国锦",)


def test_a_big_matter_waits_for_the_leader_last() -> None:
    demands = demanded(amount_cents=10_000_000)
    steps = []
    decisions: tuple[Decision, ...] = ()
    for who in (HEAD, REVIEWER, LEADER):
        request = checkout(CheckoutState.ENDORSED, demands=demands, decisions=decisions)
        steps.append((request.step, is_last_step(request)))
        assert refuse_answer(answer(approver=who, checkout=request)) is None
        assert request.step is not None
        decisions = (*decisions, decision(request.step, who))
    assert steps == [(Step.HEAD, False), (Step.OFFICE, False), (Step.LEADER, True)]
    assert next_step(demands, decisions, 1) is None


def test_earlier_approvals_do_not_count_for_a_new_revision() -> None:
    assert SENT_AGAIN.approvers == ()
    assert SENT_AGAIN.step is Step.HEAD
    assert refuse_answer(answer(checkout=SENT_AGAIN)) is None


AWAY = Delegation(
    id="d-1",
    giver=HEAD.id,
    substitute=SUPERVISOR.id,
    role=Role.HEAD,
    cooperative=DONGKENG_1.id,
    first_day=NOW.date(),
    last_day=NOW.date(),
    given_at=NOW,
)
STANDS_IN: dict[str, tuple[dict[str, Any], str | None]] = {
    "the supervisor for the head": ({"delegations": (AWAY,)}, None),
    "not after the last day": ({"delegations": (AWAY,), "now": NOW + timedelta(days=1)}, "approver_role"),
    "not before the first day": ({"delegations": (AWAY,), "now": NOW - timedelta(days=1)}, "approver_role"),
    "not once it was ended": ({"delegations": (replace(AWAY, ended_at=NOW),)}, "approver_role"),
    "not in another cooperative": ({"delegations": (replace(AWAY, cooperative="c-other"),)}, "approver_role"),
    "not in another role": ({"delegations": (replace(AWAY, role=Role.REVIEWER),)}, "approver_role"),
    "not for a request of their own": (
        {"delegations": (AWAY,), "checkout": checkout(applicant=SUPERVISOR.id)},
        "own_request",
    ),
    "not where they agreed before": (
        {"delegations": (AWAY,), "checkout": checkout(decisions=(decision(Step.VILLAGE, SUPERVISOR),))},
        "decided_before",
    ),
    "not once they are nothing but an accountant": (
        {
            "delegations": (AWAY,),
            "approver": replace(SUPERVISOR, grants=ACCOUNTANT.grants),
            "people": (ACCOUNTANT, HEAD, replace(SUPERVISOR, grants=ACCOUNTANT.grants)),
        },
        "approver_role",
    ),
    "not while blocked": (
        {
            "delegations": (AWAY,),
            "approver": blocked(SUPERVISOR),
            "people": (ACCOUNTANT, HEAD, blocked(SUPERVISOR)),
        },
        "approver_role",
    ),
}


@pytest.mark.parametrize(("changes", "rule"), STANDS_IN.values(), ids=STANDS_IN)
def test_a_substitute_is_held_to_the_same_rules(changes: dict[str, Any], rule: str | None) -> None:
    given = answer(**{"approver": SUPERVISOR, **changes})
    refused = refuse_answer(given)
    assert (None if refused is None else refused.rule) == rule
    if rule is None:
        assert absent_of(given) == HEAD.id


def test_a_request_is_sent_back_with_a_code_and_only_other_needs_words() -> None:
    assert refuse_answer(answer(agrees=False, correction=Correction.AMOUNT)) is None
    refused = refuse_answer(answer(agrees=False, correction=Correction.OTHER))
    assert refused is not None
    assert refused.rule == "no_reason"


def test_a_reviewer_of_the_first_step_is_not_the_second() -> None:
    decided = replace(ENDORSED, decisions=(decision(Step.HEAD, REVIEWER),))
    refused = refuse_answer(answer(approver=REVIEWER, checkout=decided))
    assert refused is not None
    assert refused.rule == "decided_before"
