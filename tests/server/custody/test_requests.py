"""What may be asked for, one reason after another."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from firmware_protocol.times import CHINA
from server.custody.refusals import Refused
from server.custody.requests import due_at, refuse_request, refuse_withdrawal
from server.custody.states import CheckoutState, ItemState, SealType
from tests.server.cast import (
    ACCOUNTANT,
    DONGKENG_1,
    DONGKENG_2,
    HEAD,
    NEIGHBOUR,
    NOW,
    REVIEWER,
    SUPERVISOR,
    application,
    blocked,
    checkout,
    contract,
    seal,
)

FINANCE, LEGAL = seal(SealType.FINANCE), seal(SealType.LEGAL_REPRESENTATIVE)

ALLOWED: dict[str, dict[str, Any]] = {
    "the accountant asks for the official seal": {},
    "the head asks, the supervisor decides": {"applicant": HEAD, "holder": HEAD},
    "the accountant asks, the head holds": {"holder": HEAD},
    "a contract is read, nothing is sealed": {"items": (contract(),), "document": "", "copies": None},
    "off site to the bank": {"off_site": True, "place": "清溪农商银行"},
    "one of the bank pair alone": {"items": (FINANCE,)},
    "the mandate's last day": {"cooperative": replace(DONGKENG_1, expires_on=NOW.date())},
    "the pair is the holder's but other things are asked for": {"holder_seals": (FINANCE, LEGAL)},
}

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing asked for": ({"items": ()}, "no_items"),
    "a neighbour's seal too": ({"items": (seal(), seal(id="i-2", cooperative=DONGKENG_2.id))}, "one_cooperative"),
    "a neighbour applies": ({"applicant": NEIGHBOUR}, "applicant_role"),
    "the supervisor applies": ({"applicant": SUPERVISOR}, "applicant_role"),
    "the office applies": ({"applicant": REVIEWER}, "applicant_role"),
    "a blocked accountant applies": ({"applicant": blocked(ACCOUNTANT)}, "applicant_role"),
    "the supervisor would hold it": ({"holder": SUPERVISOR}, "holder_role"),
    "a blocked head would hold it": ({"holder": blocked(HEAD)}, "holder_role"),
    "no mandate": ({"cooperative": replace(DONGKENG_1, expires_on=None)}, "no_mandate"),
    "frozen": ({"cooperative": replace(DONGKENG_1, frozen_at=NOW)}, "frozen"),
    "left": ({"cooperative": replace(DONGKENG_1, revoked_on=NOW.date())}, "mandate_revoked"),
    "mandate over": ({"cooperative": replace(DONGKENG_1, expires_on=date(2026, 11, 22))}, "mandate_expired"),
    "never put in": ({"items": (seal(state=ItemState.REGISTERED),)}, "not_in_cabinet"),
    "already out": ({"items": (seal(state=ItemState.OUT),)}, "not_in_cabinet"),
    "missing": ({"items": (seal(state=ItemState.MISSING),)}, "not_in_cabinet"),
    "in another open request": ({"items": (seal(checkout="k-9"),)}, "item_claimed"),
    "the bank pair in one request": ({"items": (FINANCE, LEGAL)}, "bank_pair"),
    "the bank pair over two requests": ({"items": (LEGAL,), "holder_seals": (FINANCE,)}, "bank_pair"),
    "nobody could decide": ({"officers": (ACCOUNTANT,)}, "nobody_decides"),
    "only a blocked head": ({"officers": (ACCOUNTANT, blocked(HEAD))}, "nobody_decides"),
    "no purpose": ({"purpose": "  "}, "no_purpose"),
    "an unnamed paper": ({"document": ""}, "no_document"),
    "no number of copies": ({"copies": None}, "no_document"),
    "no copies": ({"copies": 0}, "no_document"),
    "off site to nowhere": ({"off_site": True}, "no_place"),
}


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=ALLOWED.keys())
def test_a_proper_request_is_filed(changes: dict[str, Any]) -> None:
    assert refuse_request(application(**changes)) is None


@pytest.mark.parametrize(("changes", "rule"), REFUSED.values(), ids=REFUSED.keys())
def test_an_improper_request_is_refused_with_its_reason(changes: dict[str, Any], rule: str) -> None:
    refused = refuse_request(application(**changes))
    assert isinstance(refused, Refused)
    assert refused.rule == rule


def test_a_refusal_names_whom_to_ask_instead() -> None:
    refused = refuse_request(application(applicant=NEIGHBOUR))
    assert refused is not None
    assert refused.sentence == "您不是东坑一社的报账员或理事长，不能替它申请。需要时请联系报账员游少玉。"


def test_what_is_used_on_site_is_due_in_half_an_hour_and_what_leaves_the_hall_in_a_day() -> None:
    assert due_at(NOW, off_site=False) - NOW == timedelta(minutes=30)
    assert due_at(NOW, off_site=True) - NOW == timedelta(hours=24)


@pytest.mark.parametrize("state", list(CheckoutState))
def test_a_request_is_taken_back_only_until_something_was_taken(state: CheckoutState) -> None:
    refused = refuse_withdrawal(ACCOUNTANT, checkout(state))
    may_be = state in (CheckoutState.FILED, CheckoutState.ENDORSED, CheckoutState.PERMITTED)
    assert (refused is None) == may_be


def test_nobody_takes_back_what_others_asked_for() -> None:
    refused = refuse_withdrawal(HEAD, checkout())
    assert refused is not None
    assert refused.rule == "not_yours"


def test_a_mandate_ends_with_its_last_day_in_china() -> None:
    last_minute = datetime(2030, 9, 21, 23, 59, tzinfo=CHINA)
    assert refuse_request(application(now=last_minute)) is None
    over = refuse_request(application(now=last_minute + timedelta(minutes=1)))
    assert over is not None
    assert over.rule == "mandate_expired"
