"""The JSON API: the same path as the pages, for programs."""

import hashlib
from typing import Any

import pytest

from firmware_protocol.proofs import check_inclusion
from server.custody.facts import Cooperative
from tests.server.web.browser import Browser
from tests.server.web.township import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    OFFICER,
    OUTSIDE,
    PASSWORD,
    REVIEWER,
    Township,
)

PROGRAM = {"content-type": "application/json"}


def program(township: Township, name: str | None = None) -> Browser:
    """A client that is no browser: it sends JSON and no word about where it comes from."""
    return township.client(name, headers=PROGRAM)


def new_checkout(township: Township, **changes: Any) -> dict[str, Any]:
    request = {
        "items": [township.seal().id],
        "purpose": "签东坑村路灯采购合同",
        "document": "东坑村路灯采购合同",
        "copies": 4,
        "amount_cents": 247_000,
    }
    return request | changes


def test_a_program_signs_in_and_out(township: Township) -> None:
    client, accountant = program(township), township.person(ACCOUNTANT)
    answer = client.post("/api/v1/session", json={"phone": accountant.phone, "password": PASSWORD})
    assert answer.status_code == 201
    assert answer.json() == {
        "id": accountant.id,
        "name": ACCOUNTANT,
        "roles": [{"role": "accountant", "cooperative": township.cooperative().id}],
    }
    assert client.get("/api/v1/session").json()["name"] == ACCOUNTANT
    assert client.delete("/api/v1/session").status_code == 204
    assert client.get("/api/v1/session").status_code == 401


def test_a_wrong_password_is_a_problem_with_a_sentence(township: Township) -> None:
    phone = township.person(ACCOUNTANT).phone
    answer = program(township).post("/api/v1/session", json={"phone": phone, "password": "wrong"})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "detail": "手机号或密码不对。请再试一次；忘了密码请找三资办打印开通码。",
        "rule": "wrong_password",
    }


def test_the_whole_path_of_a_request(township: Township) -> None:
    filed = program(township, ACCOUNTANT).post("/api/v1/requests", json=new_checkout(township))
    assert filed.status_code == 201
    assert filed.json()["waits_for"] == [HEAD]
    checkout = filed.json()["checkout"]
    for approver, state in ((HEAD, "endorsed"), (REVIEWER, "permitted")):
        client = program(township, approver)
        [waiting] = client.get("/api/v1/approvals").json()
        assert waiting == client.get(f"/api/v1/requests/{checkout}").json()
        assert waiting["id"] == checkout
        answer = {"agrees": True, "shown": waiting["shown"]}
        decided = client.post(f"/api/v1/requests/{checkout}/approvals", json=answer)
        assert (decided.status_code, decided.json()["state"]) == (200, state)
    shown = program(township, ACCOUNTANT).get(f"/api/v1/requests/{checkout}").json()
    assert [decision["agreed"] for decision in shown["decisions"]] == [True, True]
    assert shown["permit"] == township.permit_of(checkout)
    reissued = program(township, REVIEWER).post(f"/api/v1/permits/{shown['permit']}/reissue", json={})
    assert reissued.status_code == 201
    withdrawn = program(township, ACCOUNTANT).post(f"/api/v1/requests/{checkout}/withdrawal", json={})
    assert withdrawn.json()["state"] == "withdrawn"


def test_a_refusal_says_which_rule_and_why(township: Township) -> None:
    township.filed()
    answer = program(township, ACCOUNTANT).post("/api/v1/requests", json=new_checkout(township))
    assert answer.status_code == 409
    assert answer.json()["rule"] == "item_claimed"
    assert "已经在另一份没办完的申请里。" in answer.json()["detail"]


@pytest.mark.parametrize(
    "changes",
    [{"approved": True}, {"copies": "four"}, {"amount_cents": -1}, {"items": "i-1"}],
    ids=["unknown field", "copies in words", "negative amount", "items not a list"],
)
def test_what_is_not_of_the_declared_form_is_refused(township: Township, changes: dict[str, Any]) -> None:
    answer = program(township, ACCOUNTANT).post("/api/v1/requests", json=new_checkout(township, **changes))
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"].split(".")[0] == next(iter(changes))


def test_more_than_is_taken_at_once_is_a_problem_with_a_sentence(township: Township) -> None:
    answer = program(township, ACCOUNTANT).post("/api/v1/requests", json=new_checkout(township, purpose="长" * 70_000))
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert "请分开送" in answer.json()["detail"]


def pages(client: Browser, path: str, **query: Any) -> list[dict[str, Any]]:
    """Every row of a list, two to a page."""
    rows: list[dict[str, Any]] = []
    page: dict[str, Any] = {"next": ""}
    while page["next"] is not None:
        page = client.get(f"/api/v1/{path}", params={"limit": 2, "after": page["next"], **query}).json()
        assert len(page["rows"]) <= 2
        rows += page["rows"]
    return rows


def test_requests_are_listed_page_by_page(township: Township) -> None:
    ids = [township.filed()]
    for _ in range(4):
        township.decided(ids[-1], HEAD, agrees=False, reason="改天")
        ids.append(township.filed())
    client = program(township, INSPECTOR)
    assert sorted(each["id"] for each in pages(client, "requests")) == sorted(ids)
    assert [each["id"] for each in pages(client, "requests", state="filed")] == ids[-1:]


def test_things_are_listed_page_by_page_as_far_as_one_may_see(township: Township) -> None:
    own = township.cooperative().id
    mine = pages(program(township, ACCOUNTANT), "items")
    assert sorted(each["id"] for each in mine) == sorted(item.id for item in township.all_items(own))
    first = program(township, INSPECTOR).get("/api/v1/items", params={"limit": 200}).json()
    assert (len(first["rows"]), first["next"]) == (200, first["rows"][-1]["id"])


def test_one_sees_ones_own_cooperative_alone(township: Township) -> None:
    township.filed()
    stranger = program(township, township.officer(OUTSIDE, "accountant"))
    own = township.cooperative(OUTSIDE).id
    assert stranger.get("/api/v1/requests").json() == {"rows": [], "next": None}
    assert [each["id"] for each in stranger.get("/api/v1/cooperatives").json()] == [own]
    other = township.cooperative().id
    for path in ("requests", "items", "log"):
        assert stranger.get(f"/api/v1/{path}", params={"cooperative": other}).status_code == 404, path
    assert len(stranger.get("/api/v1/items", params={"cooperative": own}).json()["rows"]) == 26
    everyone = program(township, INSPECTOR).get("/api/v1/cooperatives").json()
    assert len(everyone) == len(township.all(Cooperative))


def test_the_office_arranges_a_deposit(township: Township) -> None:
    client, cooperative = program(township, REVIEWER), township.cooperative(OUTSIDE).id
    arranged = client.post("/api/v1/deposits", json={"cooperative": cooperative})
    assert arranged.status_code == 201
    assert arranged.json()["permit"].startswith("m-")
    assert client.post("/api/v1/deposits", json={"cooperative": cooperative}).json()["rule"] == "deposit_waiting"


def test_openings_are_listed_by_place_or_checkout(township: Township) -> None:
    checkout, place = township.permitted(), township.cooperative().place
    about = {
        "opening": "o-n7wkx2q5zbthm4va",
        "action": "take",
        "permit": township.permit_of(checkout),
        "checkout": checkout,
        "compartment": place,
        "persons": [township.person(ACCOUNTANT).id, township.person(OFFICER).id],
        "attempt": 1,
    }
    township.reported("opening_intended", about)
    client = program(township, INSPECTOR)
    for reader in (client, program(township, ACCOUNTANT)):
        for query in ({}, {"checkout": checkout}, {"place": place}):
            (opening,) = pages(reader, "openings", **query)
            assert (opening["id"], opening["persons"]) == (about["opening"], about["persons"])
    stranger = program(township, township.officer(OUTSIDE, "head"))
    assert pages(stranger, "openings") == []
    assert stranger.get("/api/v1/openings", params={"place": place}).status_code == 404
    assert stranger.get("/api/v1/openings", params={"checkout": checkout}).status_code == 404


def test_what_concerns_others_is_not_there_and_the_try_is_in_the_log(township: Township) -> None:
    checkout, seal = township.filed(), township.seal().id
    head, accountant = (program(township, township.officer(OUTSIDE, role)) for role in ("head", "accountant"))
    answers = [
        head.post(f"/api/v1/requests/{checkout}/approvals", json={"agrees": True, "shown": "0" * 16}),
        accountant.post(f"/api/v1/requests/{checkout}/withdrawal"),
        accountant.post("/api/v1/requests", json=new_checkout(township, items=[seal])),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert not any("东坑" in answer.text for answer in answers)
    refused = program(township, INSPECTOR).get("/api/v1/log", params={"kind": "alarm"}).json()["rows"]
    assert [each["about"]["rule"] for each in refused] == ["applicant_role", "not_yours", "approver_role"]


def test_the_pages_say_no_more_about_others_than_the_api(township: Township) -> None:
    checkout, seal = township.filed(), township.seal().id
    head, accountant = (township.client(township.officer(OUTSIDE, role)) for role in ("head", "accountant"))
    answers = [
        head.post(f"/decide/{checkout}", data=township.answer(checkout)),
        accountant.post(f"/checkouts/{checkout}/withdraw"),
        accountant.post("/requests", data={"items": seal, "purpose": "用", "document": "信", "copies": "1"}),
        accountant.get("/requests/needs", params={"items": seal}),
        accountant.get("/requests/new", params={"items": seal}),
    ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert not any("东坑" in answer.text for answer in answers)


def test_a_program_may_send_nothing_where_nothing_is_wanted(township: Township) -> None:
    checkout = township.permitted()
    client = township.client(ACCOUNTANT, headers={})
    assert client.post(f"/api/v1/requests/{checkout}/withdrawal").json()["state"] == "withdrawn"
    form = client.post(f"/api/v1/requests/{checkout}/withdrawal", data={"x": "1"})
    assert form.status_code == 403


def test_every_entry_leads_to_its_bytes_and_its_proof(township: Township) -> None:
    township.filed()
    client = program(township, INSPECTOR)
    entry = client.get("/api/v1/log", params={"kind": "request"}).json()["rows"][0]
    assert (entry["type"], entry["body"]["purpose"]) == ("checkout_filed", "签东坑村路灯采购合同")
    signed = client.get(entry["signed"]).json()
    leaf = hashlib.sha256(b"\x00" + signed["note"].encode()).digest()
    assert signed["leaf_hash"] == leaf.hex()
    proof = client.get(entry["proof"]).json()
    path = [bytes.fromhex(each) for each in proof["path"]]
    assert check_inclusion(leaf, entry["position"], proof["size"], path, bytes.fromhex(proof["root"]))
    assert proof["checkpoint"] == client.get("/api/v1/log/checkpoint").json()["note"]


def test_an_entry_about_others_is_not_theirs_to_read(township: Township) -> None:
    client = program(township, ACCOUNTANT)
    assert client.get("/api/v1/log/0").status_code == client.get("/api/v1/log/0/proof").status_code == 404


def test_the_description_is_for_everybody_and_lists_the_api_and_nothing_else(township: Township) -> None:
    description = program(township).get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in description["paths"])
    assert len(description["paths"]) > 12
    assert "Sec-Fetch-Site" in description["info"]["description"]
    scheme = {"type": "apiKey", "in": "cookie", "name": "gongguan"}
    assert description["components"]["securitySchemes"] == {"session": scheme}


def test_every_route_is_described_with_its_problems_and_its_cookie(township: Township) -> None:
    paths = program(township).get("/api/v1/openapi.json").json()["paths"]
    for path, operations in paths.items():
        for method, operation in operations.items():
            assert {"401", "403", "404", "409", "413", "422"} <= operation["responses"].keys(), path
            problem = operation["responses"]["409"]["content"]["application/problem+json"]
            assert problem["schema"]["$ref"].endswith("/ProblemOut")
            is_public = (method, path) == ("post", "/api/v1/session")
            assert operation.get("security") == (None if is_public else [{"session": []}]), path


def test_there_are_no_other_documentation_pages(township: Township) -> None:
    client = program(township, ACCOUNTANT)
    assert {client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/v1/requests/k-%00", None, 404),
        ("GET", "/api/v1/items?cooperative=c-%00", None, 422),
        ("POST", "/api/v1/requests", b'{"items":["i-\\u0000"],"purpose":"x"}', 422),
        ("POST", "/api/v1/requests", b'{"items":["i-\\ud800"],"purpose":"x"}', 422),
        ("POST", "/api/v1/requests", b'{"items":[],"purpose":"\xff"}', 422),
        ("POST", "/api/v1/requests", b"[" * 50_000, 422),
        ("GET", "/api/v1/log?after=1.99999999999999999999", None, 200),
        ("GET", "/api/v1/log/99999999999999999999", None, 422),
    ],
    ids=["an address", "a filter", "an id", "half a character", "no text", "a deep nest", "a far page", "a far entry"],
)
def test_what_no_table_can_hold_is_refused_at_the_door(
    method: str, path: str, body: bytes | None, status: int, township: Township
) -> None:
    answer = program(township, ACCOUNTANT).request(
        method, path, content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == status, answer.text
