"""One checkout's page tells its whole story, to those whom it concerns."""

from datetime import timedelta

import pytest

from server.custody.facts import Checkout, IssuedPermit
from server.custody.states import CheckoutState, PermitState
from tests.server.web.township import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    OFFICER,
    OUTSIDE,
    REVIEWER,
    Township,
)

OPENING = "o-n7wkx2q5zbthm4va"


def checkout_of(township: Township, checkout: str) -> Checkout:
    return next(each for each in township.all(Checkout) if each.id == checkout)


def taken(township: Township) -> str:
    """A checkout whose seal two people took out, at the second try."""
    checkout = township.permitted()
    persons = [township.person(ACCOUNTANT).id, township.person(OFFICER).id]
    place, permit = township.cooperative().place, checkout_of(township, checkout).permit
    door = {"opening": OPENING, "compartment": place}
    whole = {**door, "permit": permit, "checkout": checkout, "persons": persons}
    township.reported("opening_intended", {**whole, "action": "take", "attempt": 1})
    township.reported("door_jammed", {**door, "attempt": 1})
    township.reported("opening_intended", {**whole, "action": "take", "attempt": 2})
    township.reported("door_opened", door)
    township.reported("items_taken", {**whole, "items": [township.seal().id]})
    township.reported("door_closed", door)
    township.reported("opening_finished", {**whole, "outcome": "taken"})
    return checkout


def plain(page: str) -> str:
    """The page's text without its markup."""
    text, inside = [], False
    for char in page.replace("<wbr>", ""):
        inside = char == "<" or (inside and char != ">")
        if not inside and char != ">":
            text.append(char)
    return " ".join("".join(text).split())


def test_the_story_has_every_moment_with_names(township: Township) -> None:
    checkout = taken(township)
    township.clock.pass_by(timedelta(minutes=12))
    story = plain(township.client(REVIEWER).get(f"/checkouts/{checkout}").text)
    moments = (
        "游少玉 申请用 东坑一社 公章",
        "廖坤东 同意了，转下一步审批",
        "何慧敏 审批同意，各步都同意了",
        "发出开柜许可",
        "游少玉、林少军 一起到柜前取用，开锁第 1 次",
        "门没有弹开，锁可能卡住了",
        "游少玉 取出 东坑一社 公章，见证 林少军",
        "开柜结束：取出了",
        "在游少玉手上，还有 18 分钟。",
    )
    for words in moments:
        assert words in story, words
    assert "CAB-01 1格" in story


def test_what_is_held_counts_down_on_the_accountants_home(township: Township) -> None:
    taken(township)
    township.clock.pass_by(timedelta(minutes=31))
    home = plain(township.client(ACCOUNTANT).get("/").text)
    assert "我手上的" in home
    assert "已超 1 分钟" in home
    assert "点“归还”，CAB-01 1格会打开" in home


@pytest.mark.parametrize("reader", [ACCOUNTANT, HEAD, REVIEWER, INSPECTOR])
def test_those_whom_it_concerns_may_read_it(township: Township, reader: str) -> None:
    assert township.client(reader).get(f"/checkouts/{township.filed()}").status_code == 200


def test_other_cooperatives_do_not_learn_that_it_exists(township: Township) -> None:
    checkout = township.filed()
    stranger = township.client(township.officer(OUTSIDE, "head"))
    there, nowhere = stranger.get(f"/checkouts/{checkout}"), stranger.get("/checkouts/k-aaaaaaaaaaaaaaaa")
    assert there.status_code == nowhere.status_code == 404
    assert "这件事不归您看" in there.text


def test_the_applicant_takes_it_back(township: Township) -> None:
    checkout = township.permitted()
    client = township.client(ACCOUNTANT)
    assert "撤回申请" in client.get(f"/checkouts/{checkout}").text
    response = client.post(f"/checkouts/{checkout}/withdraw", data={})
    assert response.headers["location"] == f"/checkouts/{checkout}?told=withdrawn"
    assert checkout_of(township, checkout).state is CheckoutState.WITHDRAWN


def test_the_office_re_issues_in_one_tap(township: Township) -> None:
    checkout = township.permitted()
    before = checkout_of(township, checkout).permit
    client = township.client(REVIEWER)
    assert "补发许可" in client.get(f"/checkouts/{checkout}").text
    response = client.post(f"/checkouts/{checkout}/reissue", data={})
    assert response.headers["location"] == f"/checkouts/{checkout}?told=reissued"
    assert checkout_of(township, checkout).permit != before


def test_revoking_needs_a_reason(township: Township) -> None:
    checkout = township.permitted()
    client = township.client(REVIEWER)
    refused = client.post(f"/checkouts/{checkout}/revoke", data={"reason": ""})
    assert refused.status_code == 422
    assert "作废要写明原因" in refused.text
    response = client.post(f"/checkouts/{checkout}/revoke", data={"reason": "合同有争议"})
    assert response.headers["location"] == f"/checkouts/{checkout}?told=revoked"
    states = {permit.state for permit in township.all(IssuedPermit) if permit.checkout == checkout}
    assert states == {PermitState.REVOKED}


def test_only_the_office_is_offered_to_re_issue(township: Township) -> None:
    checkout = township.permitted()
    for reader in (ACCOUNTANT, HEAD, INSPECTOR):
        assert "补发许可" not in township.client(reader).get(f"/checkouts/{checkout}").text
