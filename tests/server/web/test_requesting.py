"""我要用印: a request is filed on one page, which says what it will need and where something is amiss."""

import re
from typing import Any

import pytest

from server.custody.facts import Checkout
from server.custody.policy.words import Mode
from server.custody.states import ItemKind, SealType
from server.web.api.inputs import NewCheckout
from server.web.desk.request_form import RequestForm
from tests.server.pictures import pdf
from tests.server.web.test_documents import sent
from tests.server.web.township import ACCOUNTANT, HEAD, OUTSIDE, WITH_BANK_PAIR, Township

Form = dict[str, Any]
TEXTS = ("purpose", "document", "counterparty", "place", "transaction", "companion", "reader", "letter")


def request_form(township: Township, **changes: Any) -> Form:
    form = {
        "cooperative": township.cooperative().id,
        "items": [township.seal().id],
        "mode": "on_site",
        "matter": "purchase",
        "purpose": "签东坑村路灯采购合同",
        "document": "东坑村路灯采购合同",
        "copies": "4份",
        "counterparty": "清溪镇恒达贸易有限公司",
        "amount": "2470元",
    }
    return form | changes


def test_a_request_is_filed_as_written_and_waits_for_the_head(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    response = client.post("/requests", data=request_form(township))
    assert response.headers["location"] == "/?told=filed"
    (checkout,) = township.all(Checkout)
    assert (checkout.copies, checkout.amount_cents, checkout.off_site) == (4, 247_000, False)
    home = client.get("/?told=filed").text
    assert "已送去审批。" in home
    assert "东坑一社 公章" in re.sub("<wbr>", "", home)
    assert f"在{HEAD}那里，刚才送到，11月23日 周一 16:00 前办。" in home


@pytest.mark.parametrize(
    ("changes", "status", "field", "sentence"),
    [
        ({"items": []}, 422, "items", "还没有选择要用的东西。"),
        ({"purpose": " "}, 422, "purpose", "还没有写用途。"),
        ({"document": ""}, 422, "document", "用印要写明盖在什么文件上、盖几份"),
        ({"copies": "几份"}, 422, "copies", "份数写整数，例如 4。"),
        ({"amount": "二十万"}, 422, "amount", "金额写数字就好，例如 247000 或 24.7万。"),
        ({"mode": "off_site", "place": ""}, 422, "place", "外带要写明带到哪里。"),
    ],
    ids=["nothing chosen", "no purpose", "no document", "copies in words", "amount in words", "off site to nowhere"],
)
def test_a_mistake_is_said_at_its_field_and_nothing_typed_is_lost(
    township: Township, changes: Form, status: int, field: str, sentence: str
) -> None:
    form = request_form(township, **changes)
    response = township.client(ACCOUNTANT).post("/requests", data=form)
    assert response.status_code == status
    error = re.search(rf'id="{field}-error".*?</span></span>', response.text)
    assert error is not None
    assert sentence in error[0]
    for name in ("purpose", "document", "copies", "counterparty", "amount"):
        assert f'name="{name}" value="{form[name]}"' in response.text
    assert township.all(Checkout) == []


def test_what_is_out_already_is_refused_in_words(township: Township) -> None:
    township.filed()
    response = township.client(ACCOUNTANT).post("/requests", data=request_form(township))
    assert response.status_code == 409
    assert "已经在另一份没办完的申请里。" in response.text


def token_on(page: str) -> str:
    token = re.search(r'name="once" value="([^"]+)"', page)
    assert token is not None
    return token[1]


def test_a_second_tap_files_nothing_twice(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    form = request_form(township, once=token_on(client.get("/requests/new").text))
    answers = [client.post("/requests", data=form) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == ["/?told=filed"] * 2
    assert len(township.all(Checkout)) == 1


def test_every_form_has_a_token_of_its_own(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    tokens = {token_on(client.get("/requests/new").text) for _ in range(3)}
    assert len(tokens) == 3
    assert all(re.fullmatch(r"[\w-]{16}", token) for token in tokens)


def test_what_was_sent_back_says_why_above_the_form(township: Township) -> None:
    checkout = township.filed()
    township.client(HEAD).post(f"/decide/{checkout}", data=township.answer(checkout, "other", "少写了一份"))
    page = township.client(ACCOUNTANT).get(f"/requests/{checkout}/correct").text
    assert "补正申请" in page
    assert "廖坤东退回请您补正（其他：少写了一份）" in page
    assert 'value="签东坑村路灯采购合同"' in page


def test_what_came_in_longer_than_the_form_takes_can_still_be_read_and_corrected(township: Township) -> None:
    checkout = township.filed(purpose="签东坑村路灯采购合同。" * 40)
    township.client(HEAD).post(f"/decide/{checkout}", data=township.answer(checkout, "other", "写短些"))
    shown = township.client(ACCOUNTANT).get(f"/requests/{checkout}/correct")
    assert shown.status_code == 200
    assert "签东坑村路灯采购合同。" * 40 in shown.text


@pytest.mark.parametrize("field", TEXTS)
def test_the_form_takes_as_much_text_as_the_api(field: str) -> None:
    desk, api = (takes.model_fields[field].metadata for takes in (RequestForm, NewCheckout))
    assert desk == api


def test_the_panel_says_who_decides_who_comes_and_until_when(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    assert "先选要用的东西" in client.get("/requests/needs").text
    panel = client.get("/requests/needs", params={"items": township.seal().id}).text
    for words in ("理事长廖坤东审批", "三资办审核员", "一位柜管员一起开柜", "CAB-01 1格", "取出后 30 分钟内归还"):
        assert words in panel, words
    assert "11月24日 周二 23:59" in panel
    assert "这样办不成" not in panel


def test_the_panel_warns_while_the_form_is_written(township: Township) -> None:
    pair = (SealType.FINANCE, SealType.LEGAL_REPRESENTATIVE)
    both = [township.seal(kind, WITH_BANK_PAIR).id for kind in pair]
    client = township.client(township.officer(WITH_BANK_PAIR, "accountant"))
    panel = client.get("/requests/needs", params={"items": both}).text
    assert "这样办不成" in panel
    assert "不能由" in panel


def test_the_panel_says_the_supervisor_where_the_head_applies(township: Township) -> None:
    panel = township.client(HEAD).get("/requests/needs", params={"items": township.seal().id}).text
    assert "监事孙辉审批" in panel


def test_what_is_not_in_the_cabinet_cannot_be_chosen(township: Township) -> None:
    page = township.client(township.officer(OUTSIDE, "accountant")).get("/requests/new").text
    assert "已登记未入柜" in page
    boxes = re.findall(r'<input type="checkbox"[^>]*>', page)
    assert boxes
    assert all("disabled" in box for box in boxes)


def test_nobody_files_for_another_cooperative(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    other = township.cooperative(OUTSIDE).id
    assert client.get("/requests/new", params={"cooperative": other}).status_code == 404
    stolen = request_form(township, items=[township.seal(of=OUTSIDE).id])
    assert client.post("/requests", data=stolen).status_code in {403, 404, 409, 422}
    assert township.all(Checkout) == []


def test_an_unknown_field_is_refused(township: Township) -> None:
    response = township.client(ACCOUNTANT).post("/requests", data=request_form(township, approved="yes"))
    assert response.status_code == 422
    assert "送来的内容不对" in response.text


def test_the_form_offers_whom_this_cooperative_has_dealt_with_and_where_it_went(township: Township) -> None:
    township.filed(counterparty="清溪镇恒达贸易有限公司", mode=Mode.OFF_SITE, place="清溪农商银行")
    page = township.client(ACCOUNTANT).get("/requests/new").text
    offered = dict(re.findall(r'<datalist id="(\w+)-earlier">(.*?)</datalist>', page))
    contracts = [each for each in township.all_items(township.cooperative().id) if each.kind is ItemKind.CONTRACT]
    parties = {each.details["对方当事人"] for each in contracts}
    assert re.findall('value="(.*?)"', offered["place"]) == ["清溪农商银行"]
    assert set(re.findall('value="(.*?)"', offered["counterparty"])) == {"清溪镇恒达贸易有限公司", *parties}


def test_the_form_has_one_place_for_each_paper_and_each_document_comes_back_to_its_own(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    kinds = ["document", "minutes", "party_discussion", "other"]
    assert re.findall(r'data-kind="(\w+)"', client.get("/requests/new").text) == kinds
    paper = sent(township, pdf(), name="会议记录.pdf", is_a="minutes")["id"]
    page = client.post("/requests", data=request_form(township, attachments=[paper], purpose=" ")).text
    minutes = page[page.index('data-kind="minutes"') : page.index('data-kind="party_discussion"')]
    assert paper in minutes
    assert page.count(paper) == minutes.count(paper)


def test_the_panel_says_that_the_paper_to_be_sealed_is_not_there_to_be_read(township: Township) -> None:
    client = township.client(ACCOUNTANT)

    def panel(*attachments: str, **changes: Any) -> str:
        return client.get("/requests/needs", params=request_form(township, attachments=attachments, **changes)).text

    unread = "“要盖章的文件”还没有附上"
    assert unread in panel()
    assert unread in panel(sent(township, pdf())["id"])
    assert unread not in panel(sent(township, pdf(), is_a="document")["id"])
    assert unread not in panel(mode="read")
