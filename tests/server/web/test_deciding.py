"""待审批: everything on one page, one tap, and the next one."""

import re

import pytest

from server.custody.facts import Checkout
from server.custody.policy.words import Mode
from server.custody.states import CheckoutState, ItemKind, SealType
from server.store.lists import to_decide
from tests.server.pictures import pdf
from tests.server.web.test_documents import sent
from tests.server.web.test_requesting import request_form
from tests.server.web.township import ACCOUNTANT, HEAD, OTHER_REVIEWER, REVIEWER, SUPERVISOR, Township

GONE = "您点的那份申请现在不用您审批：可能已经有人办了，也可能撤回了。"


def state(township: Township, checkout: str) -> CheckoutState:
    return next(each.state for each in township.all(Checkout) if each.id == checkout)


def without_breaks(page: str) -> str:
    return page.replace("<wbr>", "")


def test_the_head_sees_all_that_the_decision_needs(township: Township) -> None:
    township.filed()
    page = without_breaks(township.client(HEAD).get("/decide").text)
    for words in (
        *("待您审批 1 件", "东坑一社 公章", "签东坑村路灯采购合同", "东坑村路灯采购合同，4 份"),
        *("清溪镇恒达贸易有限公司", "2,470.00 元", "在大厅盖章，取出后 30 分钟内归还", "游少玉（报账员）"),
    ):
        assert words in page, words


def test_one_tap_agrees_and_leads_to_the_next(township: Township) -> None:
    first = township.filed()
    second = township.filed(items=(township.seal(SealType.FINANCE).id,), purpose="银行对账")
    client = township.client(HEAD)
    assert "银行对账" in client.get("/decide").text
    response = client.post(f"/decide/{second}", data=township.answer(second))
    assert response.headers["location"] == "/decide?told=approved"
    assert state(township, second) is CheckoutState.ENDORSED
    page = client.get("/decide?told=approved").text
    assert "已同意，转下一步审批。" in page
    assert f'action="/decide/{first}"' in page


def test_the_second_yes_says_that_it_can_be_taken(township: Township) -> None:
    checkout = township.filed()
    township.decided(checkout, HEAD)
    response = township.client(REVIEWER).post(f"/decide/{checkout}", data=township.answer(checkout))
    assert response.headers["location"] == "/decide?told=permitted"
    assert state(township, checkout) is CheckoutState.PERMITTED


def test_refusing_needs_a_reason_and_says_it_to_the_applicant(township: Township) -> None:
    checkout = township.filed()
    client = township.client(HEAD)
    response = client.post(f"/decide/{checkout}", data=township.answer(checkout, "refuse", "  "))
    assert response.status_code == 422
    assert "退回要写明原因" in response.text
    assert re.search(r"<details open>", response.text)
    form = township.answer(checkout, "refuse", "价格太低，不办。")
    assert client.post(f"/decide/{checkout}", data=form).headers["location"] == "/decide?told=refused"
    assert state(township, checkout) is CheckoutState.REFUSED
    story = township.client(ACCOUNTANT).get(f"/checkouts/{checkout}").text
    assert "没有同意：价格太低，不办" in story


def test_a_second_tap_decides_nothing_twice(township: Township) -> None:
    checkout = township.filed()
    client = township.client(HEAD)
    once = re.search(r'name="once" value="([^"]+)"', client.get("/decide").text)
    assert once is not None
    form = township.answer(checkout) | {"once": once[1]}
    locations = [client.post(f"/decide/{checkout}", data=form).headers["location"] for _ in range(2)]
    assert locations == ["/decide?told=approved"] * 2


def test_what_somebody_else_decided_meanwhile_is_said(township: Township) -> None:
    checkout = township.filed()
    township.decided(checkout, HEAD)
    response = township.client(HEAD).post(f"/decide/{checkout}", data=township.answer(checkout))
    assert response.status_code == 409
    assert "您已经审批过这份申请" in response.text


def test_whoever_asks_for_one_that_is_decided_is_told_before_the_next_one_is_shown(township: Township) -> None:
    waiting, decided = township.filed(), township.filed(items=(township.seal(SealType.FINANCE).id,), purpose="银行对账")
    client = township.client(HEAD)
    assert GONE not in client.get("/decide").text
    assert GONE not in client.get(f"/decide?checkout={decided}").text
    township.decided(decided, HEAD)
    page = client.get(f"/decide?checkout={decided}").text
    assert page.index(f"{GONE}下面是另一份，请看清再办。") < page.index(f'action="/decide/{waiting}"')
    township.decided(waiting, HEAD)
    page = client.get(f"/decide?checkout={waiting}").text
    assert GONE in page
    assert "下面是另一份" not in page


def test_the_supervisor_decides_where_the_head_applies(township: Township) -> None:
    checkout = township.filed(by=HEAD)
    assert f"/decide/{checkout}" not in township.client(HEAD).get("/decide").text
    assert f"/decide/{checkout}" in township.client(SUPERVISOR).get("/decide").text


def test_after_the_last_one_it_says_so_and_what_happened_lately(township: Township) -> None:
    checkout = township.filed()
    township.decided(checkout, HEAD)
    page = without_breaks(township.client(HEAD).get("/decide").text)
    assert "都处理完了" in page
    assert "东坑一社 公章" in page
    assert "待三资办审核" in page


def test_an_old_document_is_no_seal_and_names_itself(township: Township) -> None:
    cooperative = township.cooperative().id
    contract = next(i for i in township.all_items(cooperative) if i.kind is ItemKind.CONTRACT)
    township.filed(items=(contract.id,), mode=Mode.READ, document="", copies=None, purpose="核对租金")
    assert contract.name in without_breaks(township.client(HEAD).get("/decide").text)


def shown_on(page: str) -> str:
    found = re.search(r'name="shown" value="([0-9a-f]{16})"', page)
    assert found is not None
    return found[1]


def test_an_answer_counts_for_what_was_shown_and_nothing_that_came_later(township: Township) -> None:
    checkout, client = township.filed(), township.client(HEAD)
    shown = shown_on(client.get("/decide").text)
    later = sent(township, pdf(), name="补充协议.pdf")["id"]
    added = township.client(ACCOUNTANT).post(f"/checkouts/{checkout}/documents", data={"attachments": [later]})
    assert added.status_code == 303
    refused = client.post(f"/decide/{checkout}", data={"answer": "approve", "shown": shown})
    assert refused.status_code == 409
    assert "这份申请改过内容或添了材料" in refused.text
    assert "补充协议.pdf" in without_breaks(refused.text)
    again = {"answer": "approve", "shown": shown_on(refused.text)}
    assert client.post(f"/decide/{checkout}", data=again).headers["location"] == "/decide?told=approved"


@pytest.mark.parametrize("answer", ["approve", "refuse", "amount"])
def test_an_answer_that_does_not_say_to_what_decides_nothing(township: Township, answer: str) -> None:
    checkout, client = township.filed(), township.client(HEAD)
    refused = client.post(f"/decide/{checkout}", data={"answer": answer, "words": "价格太低"})
    assert refused.status_code == 422
    assert "没有说明看的是哪一稿，没有算数" in refused.text
    assert shown_on(refused.text)
    assert state(township, checkout) is CheckoutState.FILED


def test_the_queue_says_how_many_more_there_are_than_it_lists(
    township: Township, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(to_decide, "LIMIT_MAX", 1)
    kinds = (SealType.OFFICIAL, SealType.FINANCE)
    older, _ = [township.filed(items=(township.seal(kind).id,), purpose=f"第{kind}件") for kind in kinds]
    client = township.client(HEAD)
    page = client.get("/decide").text
    assert "待您审批 2 件" in page
    assert "还有更早的 1 件没有列出来" in page
    assert len(client.get("/api/v1/approvals").json()) == 1
    asked_for = client.get(f"/decide?checkout={older}").text
    assert (f'action="/decide/{older}"' in asked_for, GONE in asked_for) == (True, False)
    answered = client.post(f"/decide/{older}", data={"answer": "refuse", "shown": shown_on(asked_for)})
    assert f'action="/decide/{older}"' in answered.text


def test_a_program_answers_to_what_it_has_read_and_nothing_that_came_later(township: Township) -> None:
    checkout, head = township.filed(), township.client(HEAD)
    here = f"/api/v1/requests/{checkout}"
    read = head.get(here).json()["shown"]
    later = sent(township, pdf())["id"]
    assert township.client(ACCOUNTANT).post(f"{here}/attachments", json={"attachments": [later]}).status_code == 200
    assert head.post(f"{here}/approvals", json={"agrees": True}).status_code == 422
    assert head.post(f"{here}/approvals", json={"agrees": True, "shown": ""}).status_code == 422
    refused = head.post(f"{here}/approvals", json={"agrees": True, "shown": read})
    assert (refused.status_code, refused.json()["rule"]) == (409, "request_changed")
    [listed] = head.get("/api/v1/requests").json()["rows"]
    agreed = head.post(f"{here}/approvals", json={"agrees": True, "shown": listed["shown"]})
    assert agreed.json()["state"] == "endorsed"


def test_what_was_corrected_meanwhile_is_looked_at_again(township: Township) -> None:
    checkout = township.filed()
    township.decided(checkout, HEAD)
    stale = shown_on(township.client(REVIEWER).get("/decide").text)
    township.client(OTHER_REVIEWER).post(f"/decide/{checkout}", data=township.answer(checkout, "other", "金额不对"))
    form = request_form(township, corrects=checkout, amount="1元")
    assert township.client(ACCOUNTANT).post("/requests", data=form).headers["location"] == "/?told=corrected"
    township.decided(checkout, HEAD)
    response = township.client(REVIEWER).post(f"/decide/{checkout}", data={"answer": "approve", "shown": stale})
    assert response.status_code == 409
    assert state(township, checkout) is CheckoutState.ENDORSED


def test_what_cannot_be_read_is_a_bad_mark_until_it_is_handed_in(township: Township) -> None:
    checkout, head = township.filed(), township.client(HEAD)
    unread = "没有附上“要盖章的文件”，看不到内容"
    assert unread in head.get("/decide").text
    other = sent(township, pdf(), name="报价单.pdf")["id"]
    paper = sent(township, pdf(), name="合同.pdf", is_a="document")["id"]
    accountant = township.client(ACCOUNTANT)
    accountant.post(f"/checkouts/{checkout}/documents", data={"attachments": [other]})
    assert unread in head.get("/decide").text
    assert 'data-kind="document"' in accountant.get(f"/checkouts/{checkout}").text
    accountant.post(f"/checkouts/{checkout}/documents", data={"attachments": [paper]})
    assert unread not in head.get("/decide").text


def test_nothing_is_missing_where_nothing_is_sealed(township: Township) -> None:
    cooperative = township.cooperative().id
    contract = next(i for i in township.all_items(cooperative) if i.kind is ItemKind.CONTRACT)
    township.filed(items=(contract.id,), mode=Mode.READ, document="", copies=None, purpose="核对租金")
    assert "没有附上" not in township.client(HEAD).get("/decide").text
