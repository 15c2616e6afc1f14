"""The pages of a handover: from the draft to the third signature, and how far the township has come."""

import pytest

from server.custody.facts import Cooperative, IssuedPermit, Item
from server.custody.handovers.facts import Handover, HandoverSignature
from server.custody.handovers.states import HandoverKind, HandoverState, SignedBy
from server.custody.replay import World
from server.custody.states import ItemState, PermitState
from server.usecases.open_handover import HandoverStands, OpenHandover, open_handover
from server.web.views.completion import township_progress
from server.web.views.reading import Reading
from tests.server.web.handovers import content, count, counted, drafted, handover_of, lines_of, signs
from tests.server.web.test_checkouts import plain
from tests.server.web.township import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    MONDAY,
    OFFICER,
    OUTSIDE,
    PASSWORD,
    REVIEWER,
    Township,
)


@pytest.fixture(name="drafted")
def _drafted(township: Township) -> str:
    """The address of 水口八社's first handover, as a draft."""
    return drafted(township)


def test_a_handover_from_the_draft_to_the_third_signature(township: Township, drafted: str) -> None:
    officer = counted(township, drafted)
    head = township.client(township.officer(OUTSIDE, "head"))
    shown = content(head, drafted)
    assert "我签移交人" in head.get(drafted).text
    assert signs(head, drafted, "hands_over", shown) == 303
    phone = township.person(INSPECTOR).phone
    here = {"part": "watches", "content": shown, "phone": phone, "password": PASSWORD}
    assert officer.post(f"{drafted}/signatures/here", data=here).status_code == 303
    last = officer.post(f"{drafted}/signatures", data={"part": "receives", "content": shown})
    assert last.headers["location"] == f"{drafted}?told=handover_done"
    assert handover_of(township, drafted).state is HandoverState.DONE
    things = township.all_items(township.cooperative(OUTSIDE).id)
    assert {item.state for item in things} == {ItemState.IN_CABINET}
    how = {each.part: each.signed_by for each in township.all(HandoverSignature)}
    assert how == {
        "hands_over": SignedBy.SESSION,
        "receives": SignedBy.SESSION,
        "watches": SignedBy.PASSWORD,
    }


def test_counting_goes_on_at_the_next_line(township: Township, drafted: str) -> None:
    township.client(REVIEWER).post(f"{drafted}/begin")
    officer = township.client(OFFICER)
    first, second, *_ = lines_of(township, drafted)
    assert count(officer, drafted, first) == f"{drafted}#line-2"
    assert count(officer, drafted, second) == f"{drafted}#line-3"
    assert "已点 2 件" in officer.get(drafted).text


def test_a_line_that_differs_asks_for_a_word_and_then_for_a_resolution(township: Township, drafted: str) -> None:
    township.client(REVIEWER).post(f"{drafted}/begin")
    officer, seal = township.client(OFFICER), lines_of(township, drafted)[0]
    assert "要写一句差在哪里" in count(officer, drafted, seal, "not_found")
    count(officer, drafted, seal, "not_found", "在农商银行")
    page = plain(officer.get(drafted).text)
    assert "这一处差异怎么处理？" in page
    assert "1 处差异没处理" in page
    settled = {"resolution": "accepted_missing", "note": "已报失"}
    assert officer.post(f"{drafted}/lines/{seal.item}/settle", data=settled).status_code == 303
    assert "按缺失移交：已报失" in plain(officer.get(drafted).text)


def test_a_correction_reaches_the_register(township: Township, drafted: str) -> None:
    township.client(REVIEWER).post(f"{drafted}/begin")
    officer, seal = township.client(OFFICER), lines_of(township, drafted)[0]
    count(officer, drafted, seal, "different", "材质登错了")
    corrected = {
        "resolution": "corrected",
        "note": "名册录入有误",
        "name": seal.name,
        "columns": ["材质"],
        "values": ["铜"],
    }
    assert officer.post(f"{drafted}/lines/{seal.item}/settle", data=corrected).status_code == 303
    item = next(each for each in township.all(Item) if each.id == seal.item)
    assert item.details["材质"] == "铜"


def test_a_thing_nobody_had_in_the_book_joins_the_list(township: Township, drafted: str) -> None:
    township.client(REVIEWER).post(f"{drafted}/begin")
    officer = township.client(OFFICER)
    found = {"kind": "contract", "name": "鱼塘发包合同", "number": "HT-0", "reason": "社长家中找到"}
    assert officer.post(f"{drafted}/surprises", data=found).status_code == 303
    page = plain(officer.get(drafted).text)
    assert "鱼塘发包合同" in page
    assert "账外：社长家中找到" in page
    assert officer.post(f"{drafted}/surprises", data=found).status_code == 409


def test_a_wrong_password_on_the_tablet_signs_nothing(township: Township, drafted: str) -> None:
    officer = counted(township, drafted)
    phone = township.person(INSPECTOR).phone
    here = {"part": "watches", "content": content(officer, drafted), "phone": phone, "password": "not this one"}
    response = officer.post(f"{drafted}/signatures/here", data=here)
    assert (response.status_code, "手机号或密码不对" in response.text) == (401, True)
    assert township.all(HandoverSignature) == []


def test_who_signs_a_list_that_was_changed_meanwhile_reads_it_again(township: Township, drafted: str) -> None:
    officer = counted(township, drafted)
    shown = content(officer, drafted)
    assert signs(officer, drafted, "receives", shown) == 303
    count(officer, drafted, lines_of(township, drafted)[0], "different", "印面缺角")
    settled = {"resolution": "explained", "note": "不影响使用"}
    officer.post(f"{drafted}/lines/{lines_of(township, drafted)[0].item}/settle", data=settled)
    assert "清单改过，要重新签" in officer.get(drafted).text
    response = officer.post(f"{drafted}/signatures", data={"part": "receives", "content": shown})
    assert (response.status_code, "请重新看过再签" in response.text) == (409, True)


def test_what_a_cabinet_reports_is_on_the_list_at_once(township: Township) -> None:
    cooperative = township.cooperative()
    asked = OpenHandover(by=township.person(REVIEWER).id, cooperative=cooperative.id, kind=HandoverKind.INVENTORY)
    stands = township.writer.run_now(open_handover, asked)
    assert isinstance(stands, HandoverStands), stands
    checkout = township.permitted()
    persons = [township.person(ACCOUNTANT).id, township.person(OFFICER).id]
    about = {
        "opening": "o-n7wkx2q5zbthm4va",
        "compartment": cooperative.place,
        "checkout": checkout,
        "persons": persons,
    }
    moved = {**about, "permit": township.permit_of(checkout), "items": [township.seal().id]}
    for event in ("items_taken", "items_returned"):
        township.reported(event, moved)
    page = plain(township.client(OFFICER).get(f"/handovers/{stands.handover}").text)
    assert f"{ACCOUNTANT} 在柜前放入" in page


def test_the_dashboard_says_what_is_missing_where(township: Township, drafted: str) -> None:
    inspector = township.client(INSPECTOR)
    page = plain(inspector.get("/handovers").text)
    assert "36 / 37 个社办结" in page
    assert "等三资办核对" in page
    assert page.count("演示数据") == 36
    counted(township, drafted)
    assert "等移交人、接收人、监交人签字" in plain(inspector.get("/handovers").text)


def test_a_cooperative_that_has_not_begun_says_what_it_has_on_record(township: Township) -> None:
    page = plain(township.client(INSPECTOR).get("/handovers").text)
    assert "未开始 1" in page
    assert "登记了印章 2、合同 2、财务凭证 22，都没点" in page


def test_a_township_without_cooperatives_is_told_as_such(township: Township) -> None:
    language = township.app.state.house.languages["zh"]
    empty = township_progress((), Reading(World(), MONDAY, language))
    assert (empty.done, empty.total, empty.villages) == (0, 0, ())
    assert {figure.width for figure in empty.figures} == {0}


def test_the_office_opens_a_handover_from_the_cooperatives_page(township: Township) -> None:
    client, cooperative = township.client(REVIEWER), township.cooperative().id
    page = client.get(f"/cooperatives/{cooperative}").text
    assert "年度盘点" in page
    assert "换届启封" not in page
    response = client.post(f"/cooperatives/{cooperative}/handovers", data={"kind": "inventory"})
    assert response.headers["location"].startswith("/handovers/h-")
    assert client.post(f"/cooperatives/{cooperative}/handovers", data={"kind": "inventory"}).status_code == 409
    assert client.post(f"/cooperatives/{cooperative}/handovers", data={"kind": "gift"}).status_code == 404


def test_a_freeze_is_told_where_it_is_felt(township: Township) -> None:
    checkout = township.permitted()
    client, cooperative = township.client(REVIEWER), township.cooperative().id
    done = client.post(f"/cooperatives/{cooperative}/freeze", data={"reason": "换届选举"})
    assert done.headers["location"] == f"/cooperatives/{cooperative}?told=frozen"
    assert next(p for p in township.all(IssuedPermit) if p.checkout == checkout).state is PermitState.REVOKED
    assert "封存中" in township.client(HEAD).get(f"/cooperatives/{cooperative}").text
    assert "封存中" in township.client(INSPECTOR).get("/handovers").text
    assert "换届启封" in client.get(f"/cooperatives/{cooperative}").text
    undone = client.post(f"/cooperatives/{cooperative}/unfreeze", data={"reason": "选举取消"})
    assert undone.status_code == 303
    assert next(c for c in township.all(Cooperative) if c.id == cooperative).frozen_at is None


def test_a_handover_is_shown_to_its_cooperative_and_to_the_office_alone(township: Township, drafted: str) -> None:
    assert township.client(ACCOUNTANT).get(drafted).status_code == 404
    assert township.client(township.officer(OUTSIDE, "accountant")).get(drafted).status_code == 200
    assert township.client(township.officer(OUTSIDE, "accountant")).get("/handovers").status_code == 403


def test_a_demonstrations_handover_says_that_nobody_signed(township: Township) -> None:
    done = next(each for each in township.all(Handover) if each.is_demonstration)
    page = plain(township.client(INSPECTOR).get(f"/handovers/{done.id}").text)
    assert "没有人真的清点和签字" in page
    assert "我签" not in page
