"""柜机: a machine enrols on pages that two people look at, and a revoked one says so on the map."""

from html import unescape
from pathlib import Path

import pytest

from firmware_protocol.enrolments import comparison_code
from server.custody.administration.changes import Change
from server.custody.enrolments import Enrolment, EnrolmentState
from server.custody.facts import Agent
from tests.server.web.enrolling import FORM, SECURITY, SYSTEM, presented, token_shown
from tests.server.web.test_administration import text_of
from tests.server.web.township import REVIEWER, Township

WRONG: dict[str, tuple[dict[str, str], int, str]] = {
    "a name that is none": ({"agent": "Hall 1"}, 422, "柜机的名字用小写字母"),
    "no cabinet": ({"cabinets": ""}, 404, "没有登记过共管柜"),
    "a port that is none": ({"broker_port": "0"}, 422, "端口是1到65535的整数"),
    "another agent's cabinet": ({"cabinets": "CAB-02"}, 409, "已经接在另一台柜机上"),
}


def test_two_people_see_the_code_the_machine_shows_and_it_becomes_an_agent(township: Township, tmp_path: Path) -> None:
    terms, keys = presented(township, tmp_path)
    code = comparison_code(keys.presentation(""), terms)
    where, form = f"/admin/agents/{terms.enrolment}", {"seen": code}
    for name in (SYSTEM, SECURITY):
        assert text_of(code) in text_of(township.client(name).get(where).text)
    assert "六组都一样，登记这台柜机" not in township.client(SECURITY).get(where).text
    answer = township.client(SYSTEM).post(f"{where}/compared", data=form)
    assert answer.headers["location"] == f"{where}?told=enrolment_compared"
    (change,) = township.all(Change)
    listed = township.client(SECURITY).get("/admin/changes").text
    assert ("确认，马上生效" in listed, f'href="{where}">打开核对' in listed) == (False, True)
    assert "打开核对" not in township.client(SYSTEM).get("/admin/changes").text
    seen = text_of(township.client(SECURITY).get(where).text)
    assert [words for words in ("等第二个人核对", "许可要在台账里", "https://gongguan.lan") if words not in seen] == []
    assert "六组都一样，登记这台柜机" in township.client(SECURITY).get(where).text
    unseen = township.client(SECURITY).post(f"/admin/changes/{change.id}", data={"answer": "confirm"})
    assert (unseen.status_code, "与柜机的屏幕核对过六组对照码" in unseen.text) == (409, True)
    township.client(SECURITY).post(f"/admin/changes/{change.id}", data={"answer": "confirm", **form})
    assert township.only(Agent, id="hall-1").epoch == 2
    assert (
        terms.verifier(keys.signer.verifier.public_bytes).fingerprint
        in township.client(SYSTEM).get("/admin/agents").text
    )


def test_the_token_is_shown_once_and_cached_nowhere(township: Township) -> None:
    page = township.client(SYSTEM).post("/admin/agents", data=FORM)
    token = token_shown(page.text)
    assert page.headers["cache-control"] == "no-store"
    assert f"--server https://gongguan.lan --out hall-1.bundle.json {token}" in unescape(page.text)
    (enrolment,) = township.all(Enrolment)
    for where in ("/admin/agents", f"/admin/agents/{enrolment.id}", "/log", "/admin/history"):
        assert token not in township.client(SYSTEM).get(where).text
    cancelled = township.client(SYSTEM).post(f"/admin/agents/{enrolment.id}/cancelled")
    assert cancelled.headers["location"].endswith("told=enrolment_cancelled")
    assert township.only(Enrolment).state is EnrolmentState.CLOSED


def test_a_token_that_is_loaded_anew_is_not_replaced_by_another(township: Township) -> None:
    client = township.client(SYSTEM)
    form = {**FORM, "once": "as it stood in the page"}
    assert client.post("/admin/agents", data=form).status_code == 200
    again = client.post("/admin/agents", data=form)
    (enrolment,) = township.all(Enrolment)
    assert (again.status_code, again.headers["location"]) == (303, f"/admin/agents/{enrolment.id}?told=shown_once")
    assert "重新打开没有做出新的" in client.get(again.headers["location"]).text
    assert client.post("/admin/agents", data={**FORM, "once": "of a new page"}).status_code == 200


@pytest.mark.parametrize(("changes", "status", "words"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_at_its_field(
    township: Township, changes: dict[str, str], status: int, words: str
) -> None:
    answer = township.client(SYSTEM).post("/admin/agents", data={**FORM, **changes})
    assert (answer.status_code, words in text_of(answer.text)) == (status, True), answer.text
    assert township.all(Enrolment) == []


def test_the_map_says_that_an_agent_is_out_of_service_until_another_administrator_lets_it_go_on(
    township: Township,
) -> None:
    township.client(SYSTEM).post("/cabinets/agents/hall-1/revocation", data={"reason": "存储卡丢了"})
    assert "柜机hall-1已停用，这里不能领用和存入" in text_of(township.client(REVIEWER).get("/cabinets").text)
    assert "已停用，等确认" in township.client(SECURITY).get("/admin/agents").text
    assert "存储卡丢了" in township.client(SECURITY).get("/admin/changes").text
    (change,) = township.all(Change)
    own = township.client(SYSTEM).post(f"/admin/changes/{change.id}", data={"answer": "confirm"})
    assert own.status_code == 409
    declined = {"answer": "decline", "reason": "卡找到了"}
    township.client(SECURITY).post(f"/admin/changes/{change.id}", data=declined)
    assert "已停用，这里" not in text_of(township.client(REVIEWER).get("/cabinets").text)
