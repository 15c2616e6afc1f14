"""上级调取 at the desk and over the API: who finds the form, what it asks, and that it is nobody else's."""

import re

import pytest

from server.custody.facts import Checkout
from server.custody.policy.words import Mode
from server.custody.roles import Role
from server.custody.states import CheckoutState
from tests.server.pictures import pdf
from tests.server.web.test_documents import sent
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICE_HEAD, OTHER_REVIEWER, REVIEWER, Township


def order(township: Township, by: str, **changes: object) -> dict[str, object]:
    """What the form sends."""
    cooperative = township.cooperative().id
    filled = {
        "cooperative": cooperative,
        "items": [township.seal().id],
        "mode": "seizure",
        "purpose": "核查2024年的租金收入",
        "reader": "清溪镇纪委",
        "letter": "清纪调〔2026〕12号",
        "place": "镇纪委",
        "attachments": [sent(township, pdf(), by=by, name="调取函.pdf", is_a="letter")["id"]],
    }
    return {**filled, **changes}


def modes_on(page: str) -> list[str]:
    return re.findall(r'name="mode" value="(\w+)"', page)


@pytest.mark.parametrize("by", [INSPECTOR, REVIEWER, OFFICE_HEAD], ids=["镇纪委", "reviewer", "head of the office"])
def test_the_township_finds_the_form_on_the_cooperatives_page_and_asks_for_nothing_else(
    township: Township, by: str
) -> None:
    client, cooperative = township.client(by), township.cooperative().id
    here = f"/requests/new?cooperative={cooperative}"
    assert f'href="{here}"' in client.get(f"/cooperatives/{cooperative}").text
    page = client.get(here).text
    assert modes_on(page) == ["seizure"]
    for words in ("哪个单位调取", "公函文号", "调取什么", f"{by}（"):
        assert words in page
    assert client.get("/requests/new").headers["location"] == "/cooperatives"


@pytest.mark.parametrize("by", [ACCOUNTANT, HEAD])
def test_the_cooperatives_own_people_are_not_offered_it(township: Township, by: str) -> None:
    client = township.client(by)
    page = client.get("/requests/new").text
    assert "seizure" not in modes_on(page)
    assert "申请调取" not in client.get(f"/cooperatives/{township.cooperative().id}").text


def test_it_is_filed_decided_by_two_others_and_told_as_what_it_is(township: Township) -> None:
    inspector = township.client(INSPECTOR)
    filed = inspector.post("/requests", data=order(township, INSPECTOR))
    (checkout,) = township.all(Checkout)
    assert filed.headers["location"] == f"/checkouts/{checkout.id}?told=filed"
    assert (checkout.mode, checkout.holder) == (Mode.SEIZURE, township.person(INSPECTOR).id)
    assert f"/decide/{checkout.id}" not in township.client(HEAD).get("/decide").text
    for who in (REVIEWER, OFFICE_HEAD):
        township.client(who).post(f"/decide/{checkout.id}", data=township.answer(checkout.id))
    (checkout,) = township.all(Checkout)
    assert checkout.state is CheckoutState.PERMITTED
    story = inspector.get(f"/checkouts/{checkout.id}").text.replace("<wbr>", "")
    for words in ("上级调取", "清溪镇纪委，清纪调〔2026〕12号", "周建国"):
        assert words in story
    assert inspector.post(f"/checkouts/{checkout.id}/withdraw").headers["location"].endswith("told=withdrawn")


def test_a_mistake_comes_back_at_its_place_on_the_form_of_an_order(township: Township) -> None:
    answer = township.client(INSPECTOR).post("/requests", data=order(township, INSPECTOR, letter="", attachments=[]))
    assert answer.status_code == 409
    assert "上级调取要写明是哪个单位、公函的文号" in answer.text
    assert modes_on(answer.text) == ["seizure"]


def test_a_program_files_it_for_any_cooperative_and_nobody_else_may(township: Township) -> None:
    def asked(by: str) -> dict[str, object]:
        return {name: value for name, value in order(township, by).items() if name != "cooperative"}

    refused = township.client(ACCOUNTANT).post("/api/v1/requests", json=asked(ACCOUNTANT))
    assert (refused.status_code, refused.json()["rule"]) == (409, "applicant_role")
    leader = township.only_holder(Role.TOWNSHIP_LEADER)
    assert township.client(leader).post("/api/v1/requests", json=asked(REVIEWER)).status_code == 403
    filed = township.client(REVIEWER).post("/api/v1/requests", json=asked(REVIEWER))
    assert filed.json()["waits_for"] == [OTHER_REVIEWER]


def test_the_panel_says_whom_it_asks_and_that_the_head_is_only_told(township: Township) -> None:
    asked = {"items": township.seal().id, "mode": "seizure", "cooperative": township.cooperative().id}
    panel = township.client(INSPECTOR).get("/requests/needs", params=asked).text
    for words in (
        "三资办审核员何慧敏、谢文彬审批",
        "三资办负责人赵文斌审批",
        "告知理事长，不用他同意",
        "周建国和一位柜管员",
    ):
        assert words in panel
    assert "理事长廖坤东审批" not in panel
