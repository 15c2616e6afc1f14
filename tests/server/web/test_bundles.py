"""A change of custodian for a whole cabinet on its own page."""

from server.custody.handovers.facts import Handover
from server.custody.handovers.states import HandoverState
from tests.server.web.township import ACCOUNTANT, INSPECTOR, OFFICER, REVIEWER, Township

OTHER_OFFICER = "罗秀英"


def bundle_opened(township: Township, cabinet: str = "CAB-02") -> str:
    """The address of a change from 林少军 to 罗秀英."""
    form = {
        "cabinet": cabinet,
        "outgoing": township.person(OFFICER).id,
        "incoming": township.person(OTHER_OFFICER).id,
        "reason": "林少军调到农办",
    }
    response = township.client(REVIEWER).post("/handovers/bundles", data=form)
    assert response.status_code == 303, response.text
    return response.headers["location"].partition("?")[0]


def test_a_whole_cabinet_is_drafted_and_begun_on_one_page(township: Township) -> None:
    page, client = bundle_opened(township), township.client(REVIEWER)
    lists = [each for each in township.all(Handover) if each.bundle]
    assert len(lists) == 12
    assert "12 份清单都核对过了，开始清点" in client.get(page).text
    assert client.post(f"{page}/begin").headers["location"] == f"{page}?told=counting"
    assert {each.state for each in township.all(Handover) if each.bundle} == {HandoverState.COUNTING}
    assert "林少军移交给罗秀英" in township.client(INSPECTOR).get("/handovers").text


def test_nothing_is_signed_before_it_was_counted(township: Township) -> None:
    page = bundle_opened(township)
    officer = township.client(OFFICER)
    assert "作为移交人签" not in officer.get(page).text
    handover = next(each.id for each in township.all(Handover) if each.bundle)
    form = {"part": "hands_over", "contents": [f"{handover}:{'0' * 64}"]}
    refused = officer.post(f"{page}/signatures", data=form)
    assert refused.status_code == 409
    assert "点完才能签字" in refused.text


def test_who_is_left_out_is_said(township: Township) -> None:
    assert "不在这次里面的社：水口八社" in township.client(REVIEWER).get(bundle_opened(township)).text


def test_nobody_else_opens_or_reads_it(township: Township) -> None:
    page = bundle_opened(township)
    assert township.client(ACCOUNTANT).get(page).status_code == 403
    assert township.client(OFFICER).post("/handovers/bundles", data={}).status_code == 403
    assert township.client(REVIEWER).get("/handovers/bundles/none").status_code == 404
