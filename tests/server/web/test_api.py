"""The JSON API: the same path as the pages, for programs."""

import hashlib
from typing import Any

import pytest
from starlette.testclient import TestClient

from firmware_protocol.proofs import check_inclusion
from server.custody.facts import Cooperative
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


def program(township: Township, name: str | None = None) -> TestClient:
    """A client that is no browser: it sends JSON and no word about where it comes from."""
    return township.client(name, headers=PROGRAM)


def new_checkout(township: Township, **changes: Any) -> dict[str, Any]:
    request = {
        "items": [township.seal().id],
        "purpose": "签东坑村路灯采购合同",
        "document": "东坑村路灯采购合同",
        "copies": 4,
        "amount_cents": 24_700_000,
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
    filed = program(township, ACCOUNTANT).post("/api/v1/checkouts", json=new_checkout(township))
    assert filed.status_code == 201
    assert filed.json()["waits_for"] == [HEAD]
    checkout = filed.json()["checkout"]
    for approver, state in ((HEAD, "endorsed"), (REVIEWER, "permitted")):
        client = program(township, approver)
        assert [each["id"] for each in client.get("/api/v1/approvals").json()] == [checkout]
        decided = client.post(f"/api/v1/checkouts/{checkout}/approvals", json={"agrees": True})
        assert (decided.status_code, decided.json()["state"]) == (200, state)
    shown = program(township, ACCOUNTANT).get(f"/api/v1/checkouts/{checkout}").json()
    assert [decision["agreed"] for decision in shown["decisions"]] == [True, True]
    assert shown["permit"] == township.permit_of(checkout)
    reissued = program(township, REVIEWER).post(f"/api/v1/permits/{shown['permit']}/reissue", json={})
    assert reissued.status_code == 201
    withdrawn = program(township, ACCOUNTANT).post(f"/api/v1/checkouts/{checkout}/withdrawal", json={})
    assert withdrawn.json()["state"] == "withdrawn"


def test_a_refusal_says_which_rule_and_why(township: Township) -> None:
    township.filed()
    answer = program(township, ACCOUNTANT).post("/api/v1/checkouts", json=new_checkout(township))
    assert answer.status_code == 409
    assert answer.json()["rule"] == "item_claimed"
    assert "已经在另一份没办完的申请里。" in answer.json()["detail"]


@pytest.mark.parametrize(
    "changes",
    [{"approved": True}, {"copies": "four"}, {"amount_cents": -1}, {"items": "i-1"}],
    ids=["unknown field", "copies in words", "negative amount", "items not a list"],
)
def test_what_is_not_of_the_declared_form_is_refused(township: Township, changes: dict[str, Any]) -> None:
    answer = program(township, ACCOUNTANT).post("/api/v1/checkouts", json=new_checkout(township, **changes))
    assert answer.status_code == 422
    assert answer.json()["fields"][0]["field"].split(".")[0] == next(iter(changes))


def test_checkouts_are_listed_page_by_page(township: Township) -> None:
    ids = [township.filed()]
    for _ in range(4):
        township.decided(ids[-1], HEAD, agrees=False, reason="改天")
        ids.append(township.filed())
    client, after, seen = program(township, INSPECTOR), "", []
    while True:
        page = client.get("/api/v1/checkouts", params={"limit": 2, "after": after}).json()
        seen += [each["id"] for each in page["rows"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert sorted(seen) == sorted(ids)
    filed = client.get("/api/v1/checkouts", params={"state": "filed"}).json()["rows"]
    assert [each["id"] for each in filed] == ids[-1:]


def test_one_sees_ones_own_cooperative_alone(township: Township) -> None:
    township.filed()
    stranger = program(township, township.officer(OUTSIDE, "accountant"))
    own = township.cooperative(OUTSIDE).id
    assert stranger.get("/api/v1/checkouts").json() == {"rows": [], "next": None}
    assert [each["id"] for each in stranger.get("/api/v1/cooperatives").json()] == [own]
    other = township.cooperative().id
    for path in ("checkouts", "items", "log"):
        assert stranger.get(f"/api/v1/{path}", params={"cooperative": other}).status_code == 404, path
    assert len(stranger.get("/api/v1/items", params={"cooperative": own}).json()) == 26
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
    for query in ({"checkout": checkout}, {"place": place}):
        (opening,) = client.get("/api/v1/openings", params=query).json()
        assert (opening["id"], opening["persons"]) == (about["opening"], about["persons"])
    stranger = program(township, township.officer(OUTSIDE, "head"))
    assert stranger.get("/api/v1/openings", params={"place": place}).status_code == 404


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


def test_the_description_lists_the_api_and_nothing_else(township: Township) -> None:
    description = program(township, ACCOUNTANT).get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in description["paths"])
    assert len(description["paths"]) > 12
    refused = description["paths"]["/api/v1/checkouts"]["post"]["responses"]["409"]
    assert refused["content"]["application/json"]["schema"]["$ref"].endswith("/ProblemOut")


def test_there_are_no_other_documentation_pages(township: Township) -> None:
    client = program(township, ACCOUNTANT)
    assert {client.get(path).status_code for path in ("/docs", "/redoc", "/openapi.json")} == {404}
