"""总览: the township at one glance, for those who oversee it, with each figure's list one tap away."""

import re
from datetime import timedelta

from server.custody.roles import Role
from server.usecases.chase_requests import ChaseRequests, chase_requests
from tests.server.web.township import ACCOUNTANT, INSPECTOR, OFFICER, REVIEWER, WITH_BANK_PAIR, Township


def figures(township: Township, name: str = INSPECTOR) -> dict[str, int]:
    """Each figure by its label."""
    page = township.client(name).get("/overview").text
    found = re.findall(r"<li[^>]*>(?:<a[^>]*>|<div>)<b>(\d+)</b><span>(?:<span[^>]*>)?([^<]+)<", page)
    return {label: int(figure) for figure, label in found}


def out(township: Township) -> None:
    """东坑一社's seal is out, for half an hour."""
    checkout = township.permitted()
    about = {
        "opening": "o-1",
        "compartment": township.cooperative().place,
        "permit": township.permit_of(checkout),
        "checkout": checkout,
        "persons": [township.person(name).id for name in (ACCOUNTANT, OFFICER)],
    }
    township.reported("opening_intended", {**about, "action": "take", "attempt": 1})
    township.reported("items_taken", {**about, "items": [township.seal().id]})


def test_a_quiet_township_shows_nothing_to_do(township: Township) -> None:
    seen = figures(township)
    assert (seen["逾期未还"], seen["取出在外"], seen["审批超时"], seen["没有发出的通知"]) == (0, 0, 0, 0)
    assert seen.keys() == {
        "逾期未还",
        "取出在外",
        "审批超时",
        "没有办结的预警",
        "首次进柜没有办完的社",
        "没有发出的通知",
    }


def test_what_is_out_late_and_slow_is_counted_and_named(township: Township) -> None:
    out(township)
    other = township.cooperative(WITH_BANK_PAIR)
    asking = township.officer(WITH_BANK_PAIR, "accountant")
    township.filed(asking, items=(township.seal(of=WITH_BANK_PAIR).id,))
    assert figures(township)["取出在外"] == 1
    township.clock.pass_by(timedelta(days=1))
    township.writer.run_now(chase_requests, ChaseRequests())
    seen = figures(township)
    assert (seen["逾期未还"], seen["取出在外"], seen["审批超时"]) == (1, 1, 1)
    page = township.client(INSPECTOR).get("/overview").text
    assert f"在{ACCOUNTANT}手上" in page
    assert other.short_name in page
    assert "待理事长审批" in page


def test_the_office_and_the_inspectors_begin_there_and_an_accountant_does_not(township: Township) -> None:
    begins = {name: township.client(name).get("/").headers.get("location") for name in (REVIEWER, INSPECTOR, OFFICER)}
    assert set(begins.values()) == {"/overview"}
    assert township.client(ACCOUNTANT).get("/").status_code == 200
    assert township.client(ACCOUNTANT).get("/overview").status_code == 403
    assert township.client(township.only_holder(Role.SYSTEM_ADMIN)).get("/overview").status_code == 403
