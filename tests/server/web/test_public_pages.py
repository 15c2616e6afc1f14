"""What villagers read without signing in, what they may object to, and what stays hidden from everybody."""

import re
from datetime import timedelta
from typing import Any

import pytest

from server.custody.objections import Objection
from server.operate.verify import verify_database
from tests.server.web.test_papers import asked, last_entry, rows_of, used
from tests.server.web.township import ACCOUNTANT, INSPECTOR, KEYS, OFFICE_HEAD, OUTSIDE, REVIEWER, Township

CODE = "44200101"
MONTH = f"/public/{CODE}/2026-11"


def plain(page: str) -> str:
    """The text of a page without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<wbr>|<[^>]+>", " ", page.replace("<wbr>", "")))


def objects(township: Township, **changes: Any) -> Any:
    form = {"text": "公章用了两次，只公开了一次", "phone": "13800138000", **changes}
    return township.client().post(f"{MONTH}/objections", data=form)


def test_a_month_is_read_without_signing_in(township: Township) -> None:
    used(township)
    page = plain(township.client().get(MONTH).text)
    for said in (
        "2026年11月用印情况公开",
        "公章 用了 1 次",
        "签东坑村路灯采购合同",
        "清溪镇恒达贸易有限公司",
        ACCOUNTANT,
    ):
        assert said in page, said


def test_villagers_and_their_numbers_are_masked_and_their_certificates_only_counted(township: Township) -> None:
    used(township, purpose="与张三签土地承包合同，电话13800138000", document="土地承包合同", counterparty="张三")
    used(township, purpose="给李四开低保证明", document="低保证明", counterparty="李四")
    page = plain(township.client().get(MONTH).text)
    assert "与张*签土地承包合同，电话****" in page
    assert "个人证明 1 次" in page
    for hidden in ("张三", "李四", "低保", "13800138000"):
        assert hidden not in page, hidden
    assert township.person(ACCOUNTANT).phone not in page


def test_the_address_without_a_month_leads_to_the_present_one(township: Township) -> None:
    assert township.client().get(f"/public/{CODE}").headers["location"] == MONTH


@pytest.mark.parametrize(
    "path", [f"/public/{CODE}/2026-12", f"/public/{CODE}/2026-1", "/public/0/2026-11", "/public/0"]
)
def test_what_was_not_published_is_not_there(township: Township, path: str) -> None:
    assert township.client().get(path).status_code == 404


def test_a_month_without_use_says_so(township: Township) -> None:
    page = plain(township.client().get(f"/public/{CODE}/2026-10").text)
    assert "没有用印。" in page
    assert "到今天为止" not in page


def test_an_objection_is_taken_in_and_answered_for_everybody_to_read(township: Township) -> None:
    receipt = objects(township).headers["location"]
    here = receipt.partition("?")[0]
    assert "还没有答复，最晚 11月28日" in plain(township.client().get(here).text)
    assert "公章用了两次" not in township.client().get(MONTH).text
    (objection,) = township.all(Objection)
    assert "公章用了两次" in township.client(INSPECTOR).get("/disclosures").text
    township.clock.pass_by(timedelta(days=1))
    answer = {"text": "查过了，第二次是补盖，已补公开。"}
    answered = township.client(REVIEWER).post(f"/disclosures/objections/{objection.id}/answer", data=answer)
    assert answered.headers["location"] == "/disclosures?told=answered"
    for path in (here, MONTH):
        assert "已补公开" in township.client().get(path).text
    assert "收到 1 件，答复 1 件" in plain(township.client().get(MONTH).text)
    assert last_entry(township).type == "objection_answered"
    with township.database.reading() as reader:
        assert verify_database(reader, KEYS).wrong is None


def test_the_office_sees_at_its_tab_that_an_objection_waits(township: Township) -> None:
    objects(township)
    tab = '公开<span class="count">1<span'
    assert tab in township.client(REVIEWER).get("/log").text
    assert tab not in township.client(INSPECTOR).get("/log").text


def test_the_log_knows_that_somebody_objected_and_its_bytes_do_not_say_what(township: Township) -> None:
    objects(township)
    entry = last_entry(township)
    assert (entry.type, entry.cooperative) == ("objection_raised", township.cooperative().id)
    assert set(entry.about) == {"objection", "cooperative", "month"}
    assert entry.body == {"text": "公章用了两次，只公开了一次", "phone": "13800138000"}


def test_an_objection_that_says_nothing_comes_back_with_what_was_typed(township: Township) -> None:
    answer = objects(township, text="  ", phone="13800138000")
    assert answer.status_code == 422
    assert "还没有写哪里不对" in answer.text
    assert 'value="13800138000"' in answer.text
    assert township.all(Objection) == []


def test_whoever_floods_has_to_wait(township: Township) -> None:
    statuses = [objects(township, text=f"第{number}件").status_code for number in range(13)]
    assert statuses[:10] == [303] * 10
    assert statuses[-1] == 429
    township.clock.pass_by(timedelta(hours=2))
    assert objects(township).status_code == 303


def test_what_somebody_typed_is_never_markup(township: Township) -> None:
    here = objects(township, text="<script>alert(1)</script>").headers["location"]
    for page in (township.client().get(here).text, township.client(OFFICE_HEAD).get("/disclosures").text):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_an_objection_that_waits_too_long_is_marked(township: Township) -> None:
    objects(township)
    assert "已过 5 天" not in township.client(REVIEWER).get("/disclosures").text
    township.clock.pass_by(timedelta(days=6))
    assert "已过 5 天" in township.client(REVIEWER).get("/disclosures").text


def test_people_of_another_cooperative_do_not_read_the_objection(township: Township) -> None:
    objects(township)
    stranger = township.client(township.officer(OUTSIDE, "accountant"))
    assert "公章用了两次" not in stranger.get("/disclosures").text


def test_the_poster_says_what_the_page_says(township: Township) -> None:
    used(township)
    used(township, purpose="给李四开低保证明", document="低保证明", counterparty="李四")
    month = {"cooperative": township.cooperative().id, "month": "2026-11"}
    answer = asked(township.client(REVIEWER), "disclosure.xlsx", **month)
    (row,) = rows_of(answer)
    assert row[2:6] == ["公章", "签东坑村路灯采购合同（采购）", "东坑村路灯采购合同", "清溪镇恒达贸易有限公司"]
    assert asked(township.client(REVIEWER), "disclosure.pdf", **month).content.startswith(b"%PDF")


@pytest.mark.parametrize("month", ["2026-12", "", "2026"])
def test_there_is_no_poster_of_a_month_that_was_not(township: Township, month: str) -> None:
    fields = {"cooperative": township.cooperative().id, "month": month}
    assert asked(township.client(REVIEWER), "disclosure.pdf", **fields).status_code == 404
