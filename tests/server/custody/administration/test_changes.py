"""Who may propose, confirm and hold what: every way in which administering is refused."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from server.custody.administration.cards import CardIssue, refuse_card, refuse_code_after_card
from server.custody.administration.changes import (
    CHANGE_KIND_TITLES,
    CHANGE_STATE_TITLES,
    Answering,
    Change,
    ChangeKind,
    ChangeState,
    refuse_to_answer,
)
from server.custody.administration.granting import Granting, refuse_grant
from server.custody.administration.registering import PersonEntry, refuse_entry
from server.custody.people import OneTimeCode
from server.custody.printed_codes import UNNOTICED_MAX
from server.custody.roles import ADMINISTRATORS, AT_THE_CABINET, MAY_APPLY, MAY_DECIDE, Role
from tests.server.cast import (
    ACCOUNTANT,
    DONGKENG_1,
    DONGKENG_2,
    HEAD,
    NOW,
    OFFICE_HEAD,
    REVIEWER,
    SECURITY_ADMIN,
    SUPERVISOR,
    blocked,
    somebody,
)

TODAY = NOW.date()
SYSTEM_ADMIN = somebody("p-ye", "叶海燕", Role.SYSTEM_ADMIN)
NEWCOMER = somebody("p-new", "新来的")
BOTH = somebody("p-both", "一人两职", Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)
CHANGE = Change(
    id="g-1",
    kind=ChangeKind.ROLE,
    wanted={"person": NEWCOMER.id, "role": "reviewer"},
    proposed_by=SYSTEM_ADMIN.id,
    proposed_at=NOW,
)

ANSWERS: dict[str, tuple[Answering, str | None]] = {
    "the security administrator": (Answering(SECURITY_ADMIN, CHANGE), None),
    "the system administrator": (Answering(SYSTEM_ADMIN, CHANGE), "change_confirm_role"),
    "the head of the office": (Answering(OFFICE_HEAD, CHANGE), "change_confirm_role"),
    "somebody blocked": (Answering(blocked(SECURITY_ADMIN), CHANGE), "change_confirm_role"),
    "whoever proposed it": (Answering(BOTH, replace(CHANGE, proposed_by=BOTH.id)), "change_own"),
    "whom it concerns": (
        Answering(SECURITY_ADMIN, replace(CHANGE, wanted={"person": SECURITY_ADMIN.id})),
        "change_about_oneself",
    ),
    "too late": (Answering(SECURITY_ADMIN, replace(CHANGE, state=ChangeState.DECLINED)), "change_over"),
}


@pytest.mark.parametrize(("answering", "rule"), ANSWERS.values(), ids=ANSWERS)
def test_a_change_is_answered_by_another_administrator(answering: Answering, rule: str | None) -> None:
    refused = refuse_to_answer(answering)
    assert (None if refused is None else refused.rule) == rule


def granting(**changes: Any) -> Granting:
    """叶海燕 proposes that somebody without a role reviews from today on, unless told otherwise."""
    usual: dict[str, Any] = {
        "who": SYSTEM_ADMIN,
        "other": NEWCOMER,
        "role": Role.REVIEWER,
        "cooperative": None,
        "since": TODAY,
        "until": None,
        "today": TODAY,
    }
    return Granting(**{**usual, **changes})


IN_DONGKENG_1: dict[str, Any] = {"cooperative": DONGKENG_1}
GRANTS: dict[str, tuple[Granting, str | None]] = {
    "a reviewer": (granting(), None),
    "a head with a term": (granting(role=Role.HEAD, until=TODAY + timedelta(days=1095), **IN_DONGKENG_1), None),
    "a term that ends today": (granting(until=TODAY), None),
    "a head who is an accountant too": (granting(other=ACCOUNTANT, role=Role.HEAD, **IN_DONGKENG_1), None),
    "a supervisor elsewhere": (granting(other=HEAD, role=Role.SUPERVISOR, cooperative=DONGKENG_2), None),
    "the same role with a term": (granting(other=REVIEWER, until=TODAY), None),
    "by the security administrator": (granting(who=SECURITY_ADMIN), "change_role"),
    "by the office": (granting(who=OFFICE_HEAD), "change_role"),
    "by somebody blocked": (granting(who=blocked(SYSTEM_ADMIN)), "change_role"),
    "to oneself": (granting(other=SYSTEM_ADMIN), "grant_own"),
    "to somebody blocked": (granting(other=blocked(NEWCOMER)), "grant_blocked"),
    "a head of nothing": (granting(role=Role.HEAD), "grant_place"),
    "a reviewer of one cooperative": (granting(cooperative=DONGKENG_1), "grant_place"),
    "from tomorrow": (granting(since=TODAY + timedelta(days=1)), "grant_term"),
    "until yesterday": (granting(until=TODAY - timedelta(days=1)), "grant_term"),
    "an administrator with business": (granting(other=SECURITY_ADMIN), "administrators_apart"),
    "business for an administrator": (granting(other=REVIEWER, role=Role.AUDIT_ADMIN), "administrators_apart"),
    "two of the three administrators": (granting(other=SECURITY_ADMIN, role=Role.AUDIT_ADMIN), "administrators_apart"),
    "a supervisor who is the head": (granting(other=HEAD, role=Role.SUPERVISOR, **IN_DONGKENG_1), "supervisor_apart"),
    "an accountant who supervises": (
        granting(other=SUPERVISOR, role=Role.ACCOUNTANT, **IN_DONGKENG_1),
        "supervisor_apart",
    ),
}


@pytest.mark.parametrize(("asked", "rule"), GRANTS.values(), ids=GRANTS)
def test_a_role_is_granted_by_the_rules(asked: Granting, rule: str | None) -> None:
    refused = refuse_grant(asked)
    assert (None if refused is None else refused.rule) == rule


def test_the_same_role_with_the_same_term_is_nothing_new() -> None:
    asked = granting()
    holder = replace(NEWCOMER, grants=frozenset({asked.grant}))
    refused = refuse_grant(replace(asked, other=holder))
    assert refused is not None
    assert refused.rule == "grant_held"
    assert refuse_grant(replace(asked, other=holder, until=date(2030, 1, 1))) is None


def test_no_administrator_has_a_part_in_the_business() -> None:
    assert frozenset() == ADMINISTRATORS & (MAY_APPLY | MAY_DECIDE | AT_THE_CABINET)


def entry(**changes: Any) -> PersonEntry:
    usual: dict[str, Any] = {
        "who": SYSTEM_ADMIN,
        "name": "曾小兰",
        "phone": "13812345678",
        "unit": "三资办",
        "phone_holder": None,
    }
    return PersonEntry(**{**usual, **changes})


AS_BEFORE = replace(NEWCOMER.person, name="曾小兰", phone="13812345678", unit="三资办")
ENTRIES: dict[str, tuple[PersonEntry, str | None]] = {
    "somebody new": (entry(), None),
    "a corrected name": (entry(before=NEWCOMER.person, phone_holder=NEWCOMER.person), None),
    "by the office": (entry(who=REVIEWER), "register_role"),
    "by the security administrator": (entry(who=SECURITY_ADMIN), "register_role"),
    "without a name": (entry(name=""), "person_name"),
    "an endless name": (entry(name="名" * 33), "person_name"),
    "a phone too short": (entry(phone="1381234567"), "person_phone"),
    "a telephone of a house": (entry(phone="07698730000"), "person_phone"),
    "digits of another script": (entry(phone="1381234567\u0663"), "person_phone"),
    "somebody else's phone": (entry(phone_holder=HEAD.person), "phone_taken"),
    "a correction to somebody else's phone": (entry(before=NEWCOMER.person, phone_holder=HEAD.person), "phone_taken"),
    "without a unit": (entry(unit=""), "person_unit"),
    "nothing corrected": (entry(before=AS_BEFORE, phone_holder=AS_BEFORE), "person_same"),
}


@pytest.mark.parametrize(("asked", "rule"), ENTRIES.values(), ids=ENTRIES)
def test_the_register_says_only_what_fits(asked: PersonEntry, rule: str | None) -> None:
    refused = refuse_entry(asked)
    assert (None if refused is None else refused.rule) == rule


def card(**changes: Any) -> CardIssue:
    usual: dict[str, Any] = {
        "who": SYSTEM_ADMIN,
        "other": ACCOUNTANT.person,
        "card": "hash",
        "card_holder": None,
        "codes": (),
        "now": NOW,
    }
    return CardIssue(**{**usual, **changes})


def code(by: str, **changes: Any) -> OneTimeCode:
    until = NOW + timedelta(hours=1)
    return replace(OneTimeCode(id="00", person=ACCOUNTANT.id, expires_at=until, issued_by=by), **changes)


LONG_AGO = NOW - UNNOTICED_MAX - timedelta(seconds=1)
MINE = SYSTEM_ADMIN.id
LOST = replace(ACCOUNTANT.person, card="hash", card_blocked=True)
CARDS: dict[str, tuple[CardIssue, str | None]] = {
    "a first card": (card(), None),
    "another one printed the code": (card(codes=(code(SECURITY_ADMIN.id),)), None),
    "one's own code that nobody used in time": (card(codes=(code(MINE, expires_at=LONG_AGO),)), None),
    "one's own code, used long ago": (card(codes=(code(MINE, used_at=LONG_AGO),)), None),
    "by a reviewer": (card(who=REVIEWER), "card_role"),
    "by somebody blocked": (card(who=blocked(SYSTEM_ADMIN)), "card_role"),
    "for oneself": (card(other=SYSTEM_ADMIN.person), "own_card"),
    "for somebody blocked": (card(other=blocked(ACCOUNTANT).person), "person_blocked"),
    "somebody else's card": (card(card_holder=HEAD.person), "card_taken"),
    "the lost card again": (card(other=LOST, card_holder=LOST), "card_lost"),
    "the card they have": (card(card_holder=ACCOUNTANT.person), "card_same"),
    "one's own code, unused": (card(codes=(code(MINE),)), "card_and_code"),
    "one's own code, just used": (card(codes=(code(MINE, used_at=NOW),)), "card_and_code"),
}


@pytest.mark.parametrize(("asked", "rule"), CARDS.values(), ids=CARDS)
def test_a_card_is_handed_out_by_the_rules(asked: CardIssue, rule: str | None) -> None:
    refused = refuse_card(asked)
    assert (None if refused is None else refused.rule) == rule


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, None),
        ({"card_by": SECURITY_ADMIN.id, "card_at": NOW}, None),
        ({"card_by": MINE, "card_at": NOW}, "card_and_code"),
        ({"card_by": MINE, "card_at": LONG_AGO}, None),
        ({"card_by": MINE, "card_at": NOW, "card_blocked": True}, None),
    ],
    ids=["a card of the workbook", "another one's card", "one's own card", "long ago", "a lost one"],
)
def test_whoever_handed_out_the_card_prints_no_code(changes: dict[str, Any], rule: str | None) -> None:
    refused = refuse_code_after_card(MINE, replace(ACCOUNTANT.person, **changes), NOW)
    assert (None if refused is None else refused.rule) == rule


def test_every_kind_and_state_of_a_change_has_a_title() -> None:
    assert CHANGE_KIND_TITLES.keys() == set(ChangeKind)
    assert CHANGE_STATE_TITLES.keys() == set(ChangeState)
