"""Signing in by phone and password, by a one-time code, and how a session ends."""

from datetime import timedelta
from pathlib import Path

import pytest

from server.usecases.block_people import BlockPerson, block_person
from server.usecases.issue_code import CodeIssued, IssueCode, issue_code
from server.web.desk.signing_in import within
from tests.server.web.browser import Browser
from tests.server.web.township import ACCOUNTANT, HEAD, OFFICE_HEAD, PASSWORD, Township

NEW_PASSWORD, NEW_PIN = "清溪镇的路灯又亮了", "480213"


def sign_in(township: Township, client: Browser, password: str = PASSWORD, goal: str = "/") -> int:
    phone = township.person(ACCOUNTANT).phone
    response = client.post("/sign-in", data={"phone": phone, "password": password, "next": goal})
    return response.status_code


def test_the_right_password_leads_to_where_one_wanted_to_go(township: Township) -> None:
    client = township.client()
    phone = township.person(ACCOUNTANT).phone
    response = client.post("/sign-in", data={"phone": phone, "password": PASSWORD, "next": "/log?kind=door"})
    assert (response.status_code, response.headers["location"]) == (303, "/log?kind=door")
    assert client.get("/").status_code == 200


def test_a_wrong_password_says_so_and_keeps_the_number(township: Township) -> None:
    client = township.client()
    phone = township.person(ACCOUNTANT).phone
    response = client.post("/sign-in", data={"phone": phone, "password": "not the password"})
    assert response.status_code == 401
    assert "手机号或密码不对。" in response.text
    assert f'value="{phone}"' in response.text
    assert "not the password" not in response.text
    assert client.get("/").status_code == 303


def test_too_many_tries_have_to_wait(township: Township) -> None:
    client = township.client()
    statuses = [sign_in(township, client, "not the password") for _ in range(7)]
    assert statuses[0] == 401
    assert statuses[-1] == 429


def test_the_cookie_is_for_the_server_alone(township: Township) -> None:
    client = township.client()
    response = client.post("/sign-in", data={"phone": township.person(ACCOUNTANT).phone, "password": PASSWORD})
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("gongguan=")
    assert {"HttpOnly", "Path=/", "SameSite=strict"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_with_tls_the_cookie_is_bound_to_the_host(built_township: Path, tmp_path: Path) -> None:
    township = Township(built_township, tmp_path, tls=True)
    try:
        client = township.client()
        response = client.post("/sign-in", data={"phone": township.person(ACCOUNTANT).phone, "password": PASSWORD})
        cookie = response.headers["set-cookie"]
        assert cookie.startswith("__Host-gongguan=")
        assert "Secure" in cookie.split("; ")
        assert client.get("/").status_code == 200
    finally:
        township.close()


def test_a_session_ends_after_an_hour_without_use(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    township.clock.pass_by(timedelta(minutes=59))
    assert client.get("/").status_code == 200
    township.clock.pass_by(timedelta(minutes=59))
    assert client.get("/").status_code == 200
    township.clock.pass_by(timedelta(minutes=60))
    assert client.get("/").headers["location"] == "/sign-in?next=%2F"


def test_a_session_ends_after_twelve_hours_of_use(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    for _ in range(23):
        township.clock.pass_by(timedelta(minutes=30))
        assert client.get("/cabinets").status_code == 200
    township.clock.pass_by(timedelta(minutes=30))
    assert client.get("/cabinets").status_code == 303


def test_signing_out_ends_the_session_on_the_server(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    stolen = dict(client.cookies)
    assert client.post("/sign-out").headers["location"] == "/sign-in?told=signed_out"
    client.cookies.update(stolen)
    assert client.get("/").status_code == 303


def test_a_blocked_person_is_out_at_once(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    asked = BlockPerson(by=township.person(OFFICE_HEAD).id, person=township.person(ACCOUNTANT).id)
    township.writer.run_now(block_person, asked)
    assert client.get("/").status_code == 303
    assert sign_in(township, township.client()) == 409


def test_a_one_time_code_sets_password_and_pin_and_signs_in(township: Township) -> None:
    asked = IssueCode(by=township.person(OFFICE_HEAD).id, person=township.person(HEAD).id)
    issued = township.writer.run_now(issue_code, asked)
    assert isinstance(issued, CodeIssued)
    client = township.client()
    form = {"code": issued.code.lower().replace("-", " "), "password": NEW_PASSWORD, "pin": NEW_PIN}
    assert client.post("/redeem", data=form).headers["location"] == "/?told=welcome"
    assert HEAD in client.get("/?told=welcome").text
    again = township.client().post("/redeem", data=form)
    assert again.status_code == 422
    assert "开通码不对、用过了或过期了。" in again.text


def test_guessing_codes_in_one_place_keeps_nobody_elsewhere_waiting(township: Township) -> None:
    guess = {"code": "AAAA-AAAA-AAAA", "password": NEW_PASSWORD, "pin": NEW_PIN}
    guesser, honest = township.client(), township.client(host="10.0.0.9")
    answers = {guesser.post("/redeem", data=guess).status_code for _ in range(31)}
    assert answers == {422, 429}
    assert honest.post("/redeem", data=guess).status_code == 422


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"password": "short"}, "password", "登录密码要有8到64个字。"),
        ({"password": "12345678"}, "password", "这个密码太常见"),
        ({"pin": "12345"}, "pin", "开柜密码是6位数字。"),
        ({"pin": "123456"}, "pin", "这个开柜密码太好猜。"),
    ],
    ids=["short password", "common password", "short PIN", "easy PIN"],
)
def test_a_weak_secret_is_refused_at_its_field(
    township: Township, changes: dict[str, str], field: str, sentence: str
) -> None:
    form = {"code": "ABCD-EFGH-JKMN", "password": NEW_PASSWORD, "pin": NEW_PIN, **changes}
    response = township.client().post("/redeem", data=form)
    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert sentence in response.text
    assert 'value="ABCD-EFGH-JKMN"' in response.text


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/log?kind=door", "/log?kind=door"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/\r\nset-cookie: a=b", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
    ids=["a page of ours", "another host", "another address", "a backslash", "a header", "a script", "nothing"],
)
def test_the_way_on_stays_within_the_service(wanted: str, led_to: str) -> None:
    assert within(wanted) == led_to


def test_the_language_is_remembered_by_the_browser(township: Township) -> None:
    client = township.client()
    assert client.post("/language", data={"language": "en", "next": "/sign-in"}).headers["location"] == "/sign-in"
    page = client.get("/sign-in").text
    assert '<html lang="en">' in page
    assert "Phone number" in page
    assert client.post("/language", data={"language": "xx"}).status_code == 303
    assert '<html lang="en">' in client.get("/sign-in").text
