"""上级调取: the 三资办 or the 镇纪委 orders it, two others agree, the head is told, and no rule takes it for a use."""

from itertools import count
from typing import Any

import pytest

from firmware_protocol import permits
from server.custody.attachments import DocumentKind, Inspected, MediaType
from server.custody.facts import Checkout, IssuedPermit
from server.custody.notices.notice import Topic
from server.custody.policy.words import Mode
from server.custody.refusals import Refused
from server.custody.states import CheckoutState
from server.usecases.attach_document import AttachDocument, attach_document
from server.usecases.decide_checkout import Decided
from server.usecases.file_checkout import Filed
from server.usecases.withdraw_role import WithdrawRole, withdraw_role
from tests.server.town import KEYS, Town, granted, refusal
from tests.server.usecases.test_findings import watches
from tests.server.usecases.test_telling_people import tell, told

INSPECTOR, REVIEWER, OTHER_REVIEWER, OFFICE_HEAD, LEADER = "周建国", "何慧敏", "谢文彬", "赵文斌", "苏志伟"
LETTER = DocumentKind.LETTER
_numbers = count(1)


def letter(town: Town, by: str) -> str:
    """The letter as its bearer hands it in."""
    file = Inspected(sha256=f"{next(_numbers):064x}", size_bytes=90_000, media_type=MediaType.PDF)
    cooperative = town.cooperative("东坑一社")
    asked = AttachDocument(by=town.person(by).id, cooperative=cooperative, name="调取函.pdf", file=file, kind=LETTER)
    return granted(town.do(attach_document, asked)).id


def orders(town: Town, by: str) -> Filed | Refused:
    """Somebody orders 东坑一社's seal."""
    order: dict[str, Any] = {
        "mode": Mode.SEIZURE,
        "purpose": "核查违规担保",
        "reader": "清溪镇纪委",
        "letter": "清纪调〔2026〕12号",
        "place": "镇纪委",
        "document": "",
        "copies": None,
    }
    papers = (letter(town, by),)
    return town.asks(by, town.item("东坑一社"), **order, attachments=papers)


def ordered(town: Town) -> Decided:
    """Ordered, and agreed to by the office."""
    checkout = granted(orders(town, INSPECTOR)).checkout
    granted(town.decides(REVIEWER, checkout))
    return granted(town.decides(OFFICE_HEAD, checkout))


WHO_AGREES = {
    "the 镇纪委 orders: a reviewer, then the head of the office": (INSPECTOR, (REVIEWER, OFFICE_HEAD)),
    "a reviewer orders: the other one, then the head of the office": (REVIEWER, (OTHER_REVIEWER, OFFICE_HEAD)),
    "the head of the office orders: a reviewer, then the 分管领导": (OFFICE_HEAD, (REVIEWER, LEADER)),
}


@pytest.mark.parametrize(("by", "approvers"), WHO_AGREES.values(), ids=WHO_AGREES)
def test_two_others_of_the_township_agree_and_nobody_of_the_cooperative_is_asked(
    town: Town, by: str, approvers: tuple[str, str]
) -> None:
    checkout = granted(orders(town, by)).checkout
    for name in (by, "廖坤东", "孙辉"):
        assert refusal(town.decides(name, checkout)) in {"own_request", "approver_role"}
    answers = [granted(town.decides(name, checkout)) for name in approvers]
    assert [each.state for each in answers] == [CheckoutState.ENDORSED, CheckoutState.PERMITTED]
    assert town.get(Checkout, checkout).approvers == tuple(town.person(name).id for name in approvers)


def test_the_cooperatives_own_people_cannot_order_in_an_authoritys_name(town: Town) -> None:
    assert refusal(orders(town, "游少玉")) == "applicant_role"


def test_the_permit_names_who_carries_and_their_colleagues_may_bring_it_back(town: Town) -> None:
    decided = ordered(town)
    assert decided.permit is not None
    issued = town.get(IssuedPermit, decided.permit)
    permit = permits.parse(issued.document.encode(), [KEYS.permit.verifier])
    assert permit.holder.person == town.person(INSPECTOR).id
    assert permit.return_grant is not None
    assert permit.return_grant.roles == ("accountant", "head", "reviewer", "office_head", "inspector")


def test_the_head_is_told_once_it_is_approved_and_the_carrier_that_it_can_be_taken(town: Town) -> None:
    checkout = granted(orders(town, INSPECTOR)).checkout
    assert told(town, Topic.APPROVAL, tell(town)) == {REVIEWER, OTHER_REVIEWER}
    granted(town.decides(REVIEWER, checkout))
    granted(town.decides(OFFICE_HEAD, checkout))
    found = tell(town)
    assert told(town, Topic.SEIZURE, found) == {"廖坤东"}
    assert told(town, Topic.PERMITTED, found) == {INSPECTOR}


def test_it_goes_out_and_comes_back_again_and_again_and_no_rule_raises_a_finding(town: Town) -> None:
    hall = town.hall
    assert hall is not None
    for people in ((INSPECTOR, "林少军"), (INSPECTOR, "林少军", "廖坤东"), (INSPECTOR, "林少军")):
        decided = ordered(town)
        for way in ("take", "return"):
            hall.opens(way, decided, town.item("东坑一社"), people=people)
            town.passes(minutes=10)
        hall.sends()
        assert watches(town).findings == ()
        assert town.get(Checkout, decided.checkout).state is CheckoutState.RETURNED


def test_what_waits_for_an_inspector_who_is_one_no_more_is_over(town: Town) -> None:
    decided, inspector = ordered(town), town.person(INSPECTOR)
    (grant,) = inspector.grants
    asked = WithdrawRole(
        by=town.person(OFFICE_HEAD).id, person=inspector.id, role=grant.role, cooperative=grant.cooperative
    )
    granted(town.do(withdraw_role, asked))
    assert town.get(Checkout, decided.checkout).state is CheckoutState.WITHDRAWN
