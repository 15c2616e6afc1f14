"""Who may order a seizure, on what paper, and who may carry: the rules of filing, case by case."""

from typing import Any

import pytest

from server.custody.attachments import DocumentKind
from server.custody.people import Standing
from server.custody.policy.words import Mode
from server.custody.refusals import Refused
from server.custody.requests import refuse_request
from server.custody.roles import Role
from server.custody.states import SealType
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    HEAD,
    INSPECTOR,
    LEADER,
    OFFICE_HEAD,
    OFFICERS,
    REVIEWER,
    application,
    blocked,
    contract,
    seal,
    somebody,
)

FINANCE, LEGAL = seal(SealType.FINANCE), seal(SealType.LEGAL_REPRESENTATIVE)
ORDER: dict[str, Any] = {
    "mode": Mode.SEIZURE,
    "reader": "清溪镇纪委",
    "letter": "清纪调〔2026〕12号",
    "place": "镇纪委",
    "document": "",
    "copies": None,
    "documents": frozenset({DocumentKind.LETTER}),
}
REVIEWER_AND_HEAD_OF_OFFICE = somebody("p-he", "何慧敏", Role.REVIEWER, Role.OFFICE_HEAD)


def by(who: Standing) -> dict[str, Standing]:
    """Asked for and held by the same person."""
    return {"applicant": who, "holder": who}


ALLOWED: dict[str, dict[str, Any]] = {
    "the 镇纪委 orders the seal": {**ORDER, **by(INSPECTOR)},
    "a reviewer orders it, another reviewer decides": {**ORDER, **by(REVIEWER)},
    "the head of the office orders it, the 分管领导 decides": {**ORDER, **by(OFFICE_HEAD)},
    "the 镇纪委 orders it, a reviewer carries it": {**ORDER, **by(INSPECTOR), "holder": REVIEWER},
    "an order about what is forbidden": {**ORDER, **by(INSPECTOR), "purpose": "核查为他人担保"},
}

REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "an order without a number": ({**ORDER, **by(INSPECTOR), "letter": ""}, "no_reader"),
    "an order by nobody": ({**ORDER, **by(INSPECTOR), "reader": " "}, "no_reader"),
    "an order to carry it nowhere": ({**ORDER, **by(INSPECTOR), "place": ""}, "no_place"),
    "an order without the letter itself": ({**ORDER, **by(INSPECTOR), "documents": frozenset()}, "no_evidence"),
    "an order with any paper in the place of the letter": (
        {**ORDER, **by(INSPECTOR), "documents": frozenset(DocumentKind) - {DocumentKind.LETTER}},
        "no_evidence",
    ),
    "the cooperative's accountant orders": (ORDER, "applicant_role"),
    "the cooperative's head orders": ({**ORDER, **by(HEAD)}, "applicant_role"),
    "a 柜管员 orders: the second pair of hands": ({**ORDER, **by(CABINET_OFFICER)}, "applicant_role"),
    "the 分管领导 orders": ({**ORDER, **by(LEADER)}, "applicant_role"),
    "a blocked inspector orders": ({**ORDER, **by(blocked(INSPECTOR))}, "applicant_role"),
    "the accountant would carry what is seized": ({**ORDER, **by(INSPECTOR), "holder": ACCOUNTANT}, "holder_role"),
    "a 柜管员 would carry what is seized": ({**ORDER, **by(INSPECTOR), "holder": CABINET_OFFICER}, "holder_role"),
    "an inspector would carry what is only read": (
        {"items": (contract(),), "mode": Mode.READ, "holder": INSPECTOR},
        "holder_role",
    ),
    "the 镇纪委 asks to read": ({"items": (contract(),), "mode": Mode.READ, **by(INSPECTOR)}, "applicant_role"),
    "the only reviewer orders": (
        {**ORDER, **by(REVIEWER), "people": (*OFFICERS, REVIEWER, OFFICE_HEAD)},
        "nobody_decides",
    ),
    "the head of the office orders, nobody is above": (
        {**ORDER, **by(OFFICE_HEAD), "people": (*OFFICERS, REVIEWER, OFFICE_HEAD)},
        "nobody_decides",
    ),
    "one person would take both steps": (
        {**ORDER, **by(INSPECTOR), "people": (*OFFICERS, REVIEWER_AND_HEAD_OF_OFFICE)},
        "nobody_decides",
    ),
    "an order for the bank pair into one hand": ({**ORDER, **by(INSPECTOR), "items": (FINANCE, LEGAL)}, "bank_pair"),
}


@pytest.mark.parametrize("changes", ALLOWED.values(), ids=ALLOWED)
def test_the_township_orders(changes: dict[str, Any]) -> None:
    assert refuse_request(application(**changes)) is None


@pytest.mark.parametrize(("changes", "rule"), REFUSED.values(), ids=REFUSED)
def test_nobody_else_does_and_not_just_like_that(changes: dict[str, Any], rule: str) -> None:
    refused = refuse_request(application(**changes))
    assert isinstance(refused, Refused)
    assert refused.rule == rule
    assert refused.sentence.endswith("。")
