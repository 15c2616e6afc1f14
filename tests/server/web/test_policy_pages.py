"""审批规定, 代审批, 节假日: the pages on which what a request needs is read and changed."""

import re
from typing import Any

from server.custody.delegations import Delegation
from server.custody.facts import Checkout
from server.custody.holidays import Holidays
from server.custody.policy.default import DEFAULT
from server.custody.policy.versions import PolicyState, PolicyVersion
from server.custody.policy.words import Matter
from server.custody.states import CheckoutState, Step
from server.store import find
from server.store.fact_rows import FactRows
from server.usecases.chase_requests import ChaseRequests, chase_requests
from server.web.desk.policy_form import PolicyForm, form_of
from tests.server.web.township import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    OFFICE_HEAD,
    REVIEWER,
    SUPERVISOR,
    Township,
)


def proposal(**changes: Any) -> dict[str, Any]:
    return {**form_of(DEFAULT).model_dump(exclude={"once"}), "note": "镇党委会议定的", **changes}


def text_of(page: str) -> str:
    return re.sub(r"\s+", "", re.sub("<[^>]+>", "", page))


def digest_on(page: str) -> str:
    found = re.search(r'name="digest" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_everybody_reads_what_is_in_force(township: Township) -> None:
    page = text_of(township.client(ACCOUNTANT).get("/policy").text)
    for words in (
        "第1版，现行",
        "100,000.00",
        "理事长→三资办→分管领导",
        "为他人债务担保不能用印",
        "2/3以上",
        "有金额就算",
    ):
        assert words in page, words
    assert "上级调取：印章三资办→三资办负责人调取函或介绍信（申请时上传）、查阅人的身份证件—" in page
    assert "理事会表决过的，材料会议记录（参会人签名）（申请时上传）成员" in page
    assert "提出修改" not in page
    assert "0.01" not in page


def test_the_form_says_the_policy_in_force_and_nothing_is_lost_on_the_way(township: Township) -> None:
    page = township.client(OFFICE_HEAD).get("/policy/propose").text
    assert 'name="t4" value="100000"' in page
    assert form_of(DEFAULT).amended(DEFAULT) == DEFAULT
    other = PolicyForm(**proposal(t4="80000", village_from="t3", off_site_hours="12", office_minutes="60"))
    assert form_of(other.amended(DEFAULT)).model_dump(exclude={"once"}) == {
        **proposal(t4="80000", village_from="t3", off_site_hours="12", office_minutes="60"),
        "note": "",
    }


def test_a_change_is_proposed_read_and_confirmed_by_two_people(township: Township) -> None:
    office, inspector = township.client(OFFICE_HEAD), township.client(INSPECTOR)
    answer = office.post("/policy/propose", data=proposal(t4="80000", village_from="t4"))
    assert answer.headers["location"] == "/policy/2?told=policy_proposed"
    page = inspector.get("/policy/2").text
    said = text_of(page)
    assert "大额或长期从多少元起：100,000.00；谁审批：理事长→三资办→分管领导" in said
    assert "从多少元起：80,000.00；谁审批：理事长→村级审核→三资办→分管领导" in said
    assert "看过，确认生效" not in text_of(office.get("/policy/2").text)
    form = {"answer": "adopt", "digest": digest_on(page)}
    assert inspector.post("/policy/2", data=form).headers["location"] == "/policy?told=policy_adopted"
    with township.database.reading() as reader:
        assert find.policy_in_force(FactRows(reader)).id == "2"
    assert inspector.post("/policy/2", data=form).status_code == 409


def test_an_inspector_declines_with_a_reason(township: Township) -> None:
    township.client(OFFICE_HEAD).post("/policy/propose", data=proposal(t4="80000"))
    inspector = township.client(INSPECTOR)
    form = {"answer": "decline", "digest": digest_on(inspector.get("/policy/2").text)}
    assert inspector.post("/policy/2", data=form).status_code == 422
    answer = inspector.post("/policy/2", data={**form, "reason": "先征求各社意见"})
    assert answer.headers["location"] == "/policy?told=policy_declined"
    states = {each.id: each.state for each in township.all(PolicyVersion)}
    assert states == {"1": PolicyState.IN_FORCE, "2": PolicyState.DECLINED}


def test_a_proposal_that_cannot_be_is_answered_at_its_place(township: Township) -> None:
    office = township.client(OFFICE_HEAD)
    assert "金额写数字就好" in office.post("/policy/propose", data=proposal(t4="很多")).text
    assert "金额档没有从小到大" in office.post("/policy/propose", data=proposal(t4="1")).text
    assert "请写明为什么修改" in office.post("/policy/propose", data=proposal(t4="80000", note=" ")).text
    assert "和现行规定没有不同" in office.post("/policy/propose", data=proposal()).text
    assert township.client(ACCOUNTANT).get("/policy/9").status_code == 404
    assert len(township.all(PolicyVersion)) == 1


def test_the_head_lets_the_supervisor_decide_and_comes_back(township: Township) -> None:
    head = township.client(HEAD)
    page = head.get("/away").text
    seat = re.search(r'<option value="([^"]+)">孙辉，代东坑一社理事长审批', page)
    assert seat is not None
    days = {"seat": seat[1], "first_day": "2026-11-23", "last_day": "2026-11-24"}
    assert head.post("/away", data=days).headers["location"] == "/away?told=delegated"
    checkout = township.filed()
    supervisor = township.client(SUPERVISOR)
    assert f"/decide/{checkout}" in supervisor.get("/decide").text
    supervisor.post(f"/decide/{checkout}", data=township.answer(checkout))
    story = text_of(township.client(ACCOUNTANT).get(f"/checkouts/{checkout}").text)
    assert "孙辉（代廖坤东）同意了" in story
    (given,) = township.all(Delegation)
    assert head.post(f"/away/{given.id}/end").headers["location"] == "/away?told=delegation_ended"
    assert "已结束" in head.get("/away").text


def test_a_delegation_that_cannot_be_is_said(township: Township) -> None:
    head = township.client(HEAD)
    seat = f"head/{township.cooperative().id}/{township.person(ACCOUNTANT).id}"
    days = {"first_day": "2026-11-23", "last_day": "2026-11-24"}
    assert "不能代您审批" in head.post("/away", data={**days, "seat": seat}).text
    assert "日期写成" in head.post("/away", data={"seat": seat, "first_day": "明天", "last_day": ""}).text
    assert head.post("/away", data={**days, "seat": "king//x"}).status_code == 404


def test_holidays_are_kept_day_by_day(township: Township) -> None:
    office = township.client(OFFICE_HEAD)
    form = {"holidays": "2026-10-01\n2026年10月2日\n", "exchanged": "2026-10-10"}
    assert office.post("/holidays", data=form).headers["location"] == "/holidays?told=holidays_set"
    (calendar,) = township.all(Holidays)
    assert (calendar.holidays, calendar.exchanged) == (("2026-10-01", "2026-10-02"), ("2026-10-10",))
    assert "2026-10-02" in office.get("/holidays").text
    wrong = office.post("/holidays", data={"holidays": "国庆节"})
    assert (wrong.status_code, "这一行不是日期：国庆节" in wrong.text) == (422, True)


def test_a_request_sent_back_is_corrected_on_the_same_form_and_sent_again(township: Township) -> None:
    checkout = township.filed()
    township.client(HEAD).post(f"/decide/{checkout}", data=township.answer(checkout, "amount", "少一个零"))
    accountant = township.client(ACCOUNTANT)
    home = text_of(accountant.get("/").text)
    assert "廖坤东退回请您补正（金额和合同不一致：少一个零）" in home
    page = accountant.get(f"/requests/{checkout}/correct").text
    assert 'name="amount" value="2470.00"' in page
    form = {
        "cooperative": township.cooperative().id,
        "corrects": checkout,
        "items": [township.seal().id],
        "matter": "purchase",
        "purpose": "签东坑村路灯采购合同",
        "document": "东坑村路灯采购合同",
        "copies": "4",
        "counterparty": "清溪镇恒达贸易有限公司",
        "amount": "4700",
    }
    assert accountant.post("/requests", data=form).headers["location"] == "/?told=corrected"
    (found,) = township.all(Checkout)
    assert (found.state, found.revision, found.amount_cents) == (CheckoutState.FILED, 2, 470_000)
    assert "第2次送来" in text_of(township.client(HEAD).get("/decide").text)
    assert accountant.get(f"/requests/{checkout}/correct").status_code == 404


def test_a_late_approval_is_said_to_everybody_who_looks(township: Township) -> None:
    checkout = township.filed()
    township.clock.now = township.clock.now.replace(hour=17)
    township.writer.run_now(chase_requests, ChaseRequests())
    story = text_of(township.client(REVIEWER).get(f"/checkouts/{checkout}").text)
    assert "超时了：应在11月23日周一16:00前办" in story
    assert "理事长的审批超过了时限" in story
    office = text_of(township.client(OFFICE_HEAD).get("/decide").text)
    assert "审批超时的1件" in office
    assert f"在{HEAD}那里，超时了" in office


def test_the_panel_says_everything_a_major_matter_still_needs(township: Township) -> None:
    asked = {"items": township.seal().id, "matter": Matter.LEASE, "amount": "3万", "counterparty": "李四", "term": "25"}
    panel = text_of(township.client(ACCOUNTANT).get("/requests/needs", params=asked).text)
    for words in (
        "期限不能超过20年",
        "要先由成员大会或成员代表大会表决",
        "交易编号",
        "监事孙辉也要一起到场",
        "会议记录",
    ):
        assert words in panel, words


def test_a_village_that_is_asked_reads_and_decides_its_own_cooperatives_requests(township: Township) -> None:
    here, elsewhere = township.client("詹国锦"), township.client("范观")
    office, inspector = township.client(OFFICE_HEAD), township.client(INSPECTOR)
    office.post("/policy/propose", data=proposal(village_from="t0"))
    inspector.post("/policy/2", data={"answer": "adopt", "digest": digest_on(inspector.get("/policy/2").text)})
    checkout = township.filed()
    township.decided(checkout, HEAD)
    assert f"/decide/{checkout}" in here.get("/decide").text
    assert f"/decide/{checkout}" not in elsewhere.get("/decide").text
    assert (here.get(f"/checkouts/{checkout}").status_code, elsewhere.get(f"/checkouts/{checkout}").status_code) == (
        200,
        404,
    )
    assert elsewhere.post(f"/decide/{checkout}", data=township.answer(checkout)).status_code == 404
    agreed = here.post(f"/decide/{checkout}", data=township.answer(checkout))
    assert agreed.headers["location"] == "/decide?told=approved"
    (found,) = township.all(Checkout)
    assert [each.step for each in found.decisions] == [Step.HEAD, Step.VILLAGE]
