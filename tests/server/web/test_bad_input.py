"""What people do by mistake, and some on purpose: each is answered by a plain sentence, and nothing is done twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import httpx
import pytest

from server.custody.facts import Checkout
from server.custody.states import CheckoutState, SealType
from tests.fixtures.patience import PATIENCE_S
from tests.server.web.service import serving
from tests.server.web.test_papers import asked, rows_of, used
from tests.server.web.test_requesting import request_form, token_on
from tests.server.web.township import ACCOUNTANT, FROM_OUR_PAGES, HEAD, OTHER_REVIEWER, REVIEWER, Township

FORMULA = '=HYPERLINK("http://evil.example","点这里")'
HUGE = "很长的用途" * 12_000


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"counterparty": "清溪镇恒达贸易有限公司ЕА"}, 422, "“Е”是外文字母"),
        ({"counterparty": "长" * 201}, 422, "送来的内容不对"),
        ({"purpose": HUGE}, 413, "送来的内容太大"),
        ({"mode": "by_force"}, 422, "送来的内容不对"),
        ({"items": ["i-aaaaaaaaaaaaaaaa"]}, 404, "没有找到"),
        ({"copies": "9" * 16}, 422, "份数写整数"),
        ({"amount": "1e400"}, 422, "金额写数字就好"),
        ({"purpose": " \u200b"}, 422, "还没有写用途"),
        ({"purpose": "领补贴\0"}, 422, "送来的内容不对"),
    ],
    ids=[
        "a look-alike",
        "too long",
        "huge",
        "an unknown use",
        "a thing that is not",
        "too many",
        "no sum",
        "nothing to be seen",
        "what no database keeps",
    ],
)
def test_a_form_that_is_not_right_is_said_so(
    township: Township, changes: dict[str, object], status: int, sentence: str
) -> None:
    answer = township.client(ACCOUNTANT).post("/requests", data=request_form(township, **changes))
    assert answer.status_code == status
    assert sentence in answer.text
    assert township.all(Checkout) == []


def test_a_formula_stays_the_text_it_is_on_the_page_and_in_the_register(township: Township) -> None:
    checkout = used(township, purpose=FORMULA, counterparty="@SUM(1+1)")
    page = township.client(ACCOUNTANT).get(f"/checkouts/{checkout}").text
    assert "=HYPERLINK(&#34;http://evil.example&#34;" in page.replace("<wbr>", "")
    (row,) = rows_of(asked(township.client(REVIEWER), "seal_register.xlsx"))
    assert {FORMULA, "@SUM(1+1)"} <= set(row)


def test_five_taps_at_once_file_one_request(township: Township) -> None:
    form = request_form(township, once=token_on(township.client(ACCOUNTANT).get("/requests/new").text))
    with serving(township.app) as address, visitor(township, address, ACCOUNTANT) as browser:
        answers = at_once(*[lambda: browser.post("/requests", data=form)] * 5)
    assert [answer.headers["location"] for answer in answers] == ["/?told=filed"] * 5
    assert len(township.all(Checkout)) == 1


def test_the_browsers_back_key_does_not_file_it_again(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    form = request_form(township, once=token_on(client.get("/requests/new").text))
    client.post("/requests", data=form)
    again = client.post("/requests", data=form)
    assert again.headers["location"] == "/?told=filed"
    assert [each.purpose for each in township.all(Checkout)] == [form["purpose"]]


def test_what_was_gone_back_to_and_edited_is_a_request_of_its_own(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    form = request_form(township, once=token_on(client.get("/requests/new").text))
    client.post("/requests", data=form)
    refused = client.post("/requests", data=form | {"purpose": "别的事"})
    assert refused.status_code == 409
    assert "已经在另一份没办完的申请里。" in refused.text
    other = form | {"items": [township.seal(SealType.FINANCE).id], "purpose": "银行对账"}
    assert client.post("/requests", data=other).headers["location"] == "/?told=filed"
    assert {each.purpose for each in township.all(Checkout)} == {form["purpose"], "银行对账"}


def test_of_two_people_who_decide_at_once_one_has_decided_and_the_other_is_told(township: Township) -> None:
    checkout = township.filed()
    township.decided(checkout, HEAD)
    with (
        serving(township.app) as address,
        visitor(township, address, REVIEWER) as one,
        visitor(township, address, OTHER_REVIEWER) as other,
    ):
        agree = township.answer(checkout)
        answers = at_once(*(partial(each.post, f"/decide/{checkout}", data=agree) for each in (one, other)))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert "不用再审批。请刷新页面看最新情况。" in next(each.text for each in answers if each.status_code == 409)
    (now,) = township.all(Checkout)
    assert (now.state, len(now.decisions)) == (CheckoutState.PERMITTED, 2)


def visitor(township: Township, address: str, name: str) -> httpx.Client:
    """A browser of this person's."""
    return httpx.Client(
        base_url=address, headers=FROM_OUR_PAGES, cookies={"gongguan": township.token(name)}, timeout=PATIENCE_S
    )


def at_once(*deeds: Callable[[], httpx.Response]) -> list[httpx.Response]:
    """What each of them is answered, all begun at the same moment."""
    gate = threading.Barrier(len(deeds))

    def act(deed: Callable[[], httpx.Response]) -> httpx.Response:
        gate.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(act, deeds))
