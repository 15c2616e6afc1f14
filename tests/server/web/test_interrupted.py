"""A session ends while somebody is writing: they sign in again, and what they wrote is still there, done once."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote

import pytest

from server.custody.facts import Checkout
from tests.server.web.browser import Browser
from tests.server.web.test_requesting import request_form, token_on
from tests.server.web.township import ACCOUNTANT, HEAD, PASSWORD, Township


def hidden_fields(page: str) -> list[tuple[str, str]]:
    """The hidden fields of a page's form, in order."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return [(name, unescape(value)) for name, value in found if name not in {"next", "language"}]


def signed_in_again(township: Township, client: Browser, page: str, name: str = ACCOUNTANT) -> str:
    """The page after somebody has signed in on the page they were shown."""
    credentials = {"phone": township.person(name).phone, "password": PASSWORD}
    answer = client.post("/sign-in", data={**dict(hidden_fields(page)), **credentials})
    assert answer.status_code == 200
    return answer.text


def test_a_request_sent_too_late_is_filed_once_after_signing_in_again(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    form = request_form(township, once=token_on(client.get("/requests/new").text), purpose='签"路灯"合同 <四>')
    client.cookies.clear()
    late = client.post("/requests", data=form)
    assert late.status_code == 401
    assert "刚才填的内容还在" in late.text
    again = signed_in_again(township, client, late.text)
    assert "还没有办" in again
    assert township.all(Checkout) == []
    action = re.search(r'action="(/requests)"', again)
    assert action is not None
    fields = [pair for pair in hidden_fields(again) if pair[0] in form]
    answers = [client.post(action[1], data=dict(fields)) for _ in range(2)]
    assert [answer.headers["location"] for answer in answers] == ["/?told=filed"] * 2
    assert [each.purpose for each in township.all(Checkout)] == ['签"路灯"合同 <四>']


def test_a_wrong_password_in_between_loses_nothing(township: Township) -> None:
    client = township.client()
    late = client.post("/decide/k-1", data={"answer": "other", "words": "价格太低"})
    wrong = client.post("/sign-in", data={**dict(hidden_fields(late.text)), "phone": "1", "password": "wrong"})
    assert wrong.status_code == 401
    assert "手机号或密码不对。" in wrong.text
    assert ("words", "价格太低") in hidden_fields(signed_in_again(township, client, wrong.text, HEAD))


def test_the_session_really_ends_by_itself(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    township.clock.pass_by(timedelta(days=30))
    assert client.post("/requests", data=request_form(township)).status_code == 401


def test_passwords_are_never_written_into_a_page(township: Township) -> None:
    form = {"phone": "13800138000", "password": "the password", "part": "receiver"}
    answer = township.client().post("/handovers/j-1/signatures/here", data=form)
    assert answer.status_code == 303
    assert "the password" not in answer.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/x", "/\\evil.example"])
def test_what_was_written_goes_nowhere_else(township: Township, target: str) -> None:
    client = township.client()
    form = {"phone": township.person(ACCOUNTANT).phone, "password": PASSWORD, "resume": target, "fields": "a=1"}
    assert 'action="/"' in client.post("/sign-in", data=form).text


@pytest.mark.parametrize(
    ("headers", "path", "back"),
    [
        ({}, "/requests/new?mode=off_site", "/requests/new?mode=off_site"),
        ({"hx-request": "true", "hx-current-url": "http://testserver/requests/new?mode=read"}, "/requests/needs", None),
    ],
    ids=["a page with a question", "a part of a page"],
)
def test_one_comes_back_to_the_very_page(
    township: Township, headers: dict[str, str], path: str, back: str | None
) -> None:
    answer = township.client().get(path, headers=headers)
    where = answer.headers["location"] if back else answer.headers["hx-redirect"]
    assert where == "/sign-in?next=" + quote(back or "/requests/new?mode=read", safe="")
