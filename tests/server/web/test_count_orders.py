"""清点开柜 on the page of a cooperative: ordered once, said to be waiting, taken back."""

from server.custody.facts import IssuedPermit
from server.custody.states import PermitState
from tests.server.web.township import ACCOUNTANT, OUTSIDE, REVIEWER, Township


def test_a_look_is_ordered_once_and_taken_back(township: Township) -> None:
    page = f"/cooperatives/{township.cooperative().id}"
    client = township.client(REVIEWER)
    assert client.post(f"{page}/counts", data={}).headers["location"] == f"{page}?told=count_ordered"
    assert "已安排清点开柜" in client.get(page).text
    again = client.post(f"{page}/counts", data={"purpose": "check", "reason": "核对原件"})
    assert again.status_code == 409
    assert "已经安排了一次清点开柜" in again.text
    assert client.post(f"{page}/counts/end", data={"reason": "改天再点"}).headers["location"] == f"{page}?told=revoked"
    assert [permit.state for permit in township.all(IssuedPermit)] == [PermitState.REVOKED]
    assert client.post(f"{page}/counts/end", data={"reason": "改天再点"}).status_code == 404


def test_a_destruction_says_why(township: Township) -> None:
    page = f"/cooperatives/{township.cooperative().id}"
    refused = township.client(REVIEWER).post(f"{page}/counts", data={"purpose": "destruction"})
    assert "请写明为什么开柜" in refused.text
    assert township.all(IssuedPermit) == []


def test_an_empty_compartment_is_not_looked_into(township: Township) -> None:
    page = f"/cooperatives/{township.cooperative(OUTSIDE).id}"
    refused = township.client(REVIEWER).post(f"{page}/counts", data={})
    assert "没有登记在柜的东西" in refused.text


def test_the_cooperatives_own_people_do_not_order_it(township: Township) -> None:
    page = f"/cooperatives/{township.cooperative().id}"
    client = township.client(ACCOUNTANT)
    assert "清点开柜" not in client.get(page).text
    assert client.post(f"{page}/counts", data={}).status_code == 403


def test_a_cabinet_is_cleared_from_the_map(township: Township) -> None:
    client = township.client(REVIEWER)
    assert "清空 CAB-01" in client.get("/cabinets").text
    cleared = client.post("/cabinets/CAB-01/clearing", data={"reason": "大厅进水"})
    assert cleared.headers["location"] == "/cabinets?told=clearing_ordered"
    assert {permit.place.partition("/")[0] for permit in township.all(IssuedPermit)} == {"CAB-01"}
    assert "清空 CAB-01" not in township.client(ACCOUNTANT).get("/cabinets").text
