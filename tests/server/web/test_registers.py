"""The cabinets, the cooperatives and the people, each as its reader needs them."""

import re
from datetime import timedelta

import pytest

from firmware_protocol.messages import Doors, Hello
from server.custody.facts import Deposit
from server.custody.roles import Role
from server.custody.states import DepositState
from server.store.lists import entries
from server.usecases.journal_breaks import CompareHello, compare_hello
from tests.server.web.test_checkouts import plain
from tests.server.web.township import ACCOUNTANT, HEAD, OFFICE_HEAD, OFFICER, OUTSIDE, REVIEWER, Township


def door(page: str, number: int, cabinet: str = "CAB-01") -> str:
    """The markup of one door of the map."""
    section = page[page.index(f'aria-labelledby="{cabinet}"') :]
    return section.split('class="door-number"')[number].split("</li>")[0]


def state_of(page: str, number: int) -> str:
    section = page[page.index('aria-labelledby="CAB-01"') :]
    return str(re.findall(r'data-door="(\w+)"', section)[number - 1])


def test_the_map_shows_doors_as_they_stand(township: Township) -> None:
    township.live.connection_changed("hall-1", township.clock.now, online=True)
    doors = {f"CAB-01/{n}": {1: "open", 7: "jammed"}.get(n, "closed") for n in range(1, 25)}
    township.live.doors_reported(Doors("hall-1", township.clock.now, doors, {"left:1": "online"}))
    page = township.client(OFFICER).get("/cabinets").text
    assert [state_of(page, n) for n in (1, 2, 7)] == ["open", "closed", "jammed"]
    assert "开着" in door(page, 1)
    assert "没打开" in door(page, 7)
    assert "柜机 hall-1 在线，从 11月23日 周一 09:30 起" in page
    assert "1 块锁控板都正常" in page
    assert "柜机 hall-2 还没有连上过" in page


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        pytest.param(
            {"left:1": {"timeouts": 12}}, "线路 left 的 1 号板 1 小时内有 12 次没有回答：请检查接线", id="wiring"
        ),
        pytest.param({"left": {"bad_checks": 5}}, "线路 left 1 小时内有 5 条报文校验不对", id="bad checks"),
        pytest.param({"left": {"reconnects": 2}}, "线路 left 1 小时内断开过 2 次：请检查 USB 线和插口", id="adapter"),
        pytest.param({"left:1": {"disbelieved": 1}}, "收到 1 条冒充的报文", id="somebody else speaks"),
        pytest.param({"left:1": {"timeouts": 9, "retries": 9, "unlocks": 40}}, None, id="an ordinary hour"),
        pytest.param({"left": {"bad_checks": 4, "reconnects": 1, "frames": 9000}}, None, id="a little noise"),
    ],
)
def test_the_map_says_which_line_needs_a_technician(
    township: Township, lines: dict[str, dict[str, int]], told: str | None
) -> None:
    township.live.connection_changed("hall-1", township.clock.now, online=True)
    township.live.doors_reported(Doors("hall-1", township.clock.now, {}, {"left:1": "online"}, lines))
    page = township.client(OFFICER).get("/cabinets").text
    assert ("1 小时内" in page) is (told is not None)
    assert told is None or told in page


def test_the_map_has_the_figures_of_every_line(township: Township) -> None:
    township.live.connection_changed("hall-1", township.clock.now, online=True)
    lines = {"left:1": {"frames": 9000, "timeouts": 3, "retries": 3, "bad_checks": 0}, "left": {}}
    township.live.doors_reported(Doors("hall-1", township.clock.now, {}, {"left:1": "online"}, lines))
    page = township.client(OFFICER).get("/cabinets").text
    assert "<li>线路 left 的 1 号板：报文 9000，没有回答 3，重问 3</li>" in page
    assert "线路 left：" not in page


def test_the_office_is_told_of_a_journal_that_was_put_back_and_everybody_sees_it_on_the_map(township: Township) -> None:
    township.reported("agent_started", {"boot": 1})
    hello = Hello("hall-1", 1, 1, 0, 0, 0, 0, (), township.clock.now, "nonce")
    township.writer.run_now(compare_hello, CompareHello(hello))
    for reader, path in ((REVIEWER, "/decide"), (OFFICE_HEAD, "/log")):
        assert "柜机 hall-1 的记录进不了台账：柜机的日志比服务器收到过的还旧" in township.client(reader).get(path).text
    assert "柜机 hall-1 的记录进不了台账" not in township.client(ACCOUNTANT).get("/").text
    assert "柜机的日志比服务器收到过的还旧" in township.client(ACCOUNTANT).get("/cabinets").text


def test_a_door_shows_what_is_out_first(township: Township) -> None:
    checkout = township.permitted()
    place, persons = township.cooperative().place, [township.person(ACCOUNTANT).id, township.person(OFFICER).id]
    about = {"opening": "o-n7wkx2q5zbthm4va", "compartment": place, "checkout": checkout, "persons": persons}
    township.reported("items_taken", {**about, "permit": township.permit_of(checkout), "items": [township.seal().id]})
    first = door(township.client(OFFICER).get("/cabinets").text, 1)
    assert "东坑一社" in first
    assert first.count("is-out") == 1
    assert "印章 已取出 1" in first


def test_an_administrator_puts_an_agent_out_of_service(township: Township) -> None:
    administrator = township.client(township.only_holder(Role.SECURITY_ADMIN))
    assert "/cabinets/agents/hall-1/revocation" not in township.client(REVIEWER).get("/cabinets").text
    assert "/cabinets/agents/hall-1/revocation" in administrator.get("/cabinets").text
    answer = administrator.post("/cabinets/agents/hall-1/revocation")
    assert (answer.status_code, answer.headers["location"]) == (303, "/cabinets?told=agent_revoked")
    map_of_it = township.client(REVIEWER).get("/cabinets").text
    assert ("柜机 hall-1 在线" in map_of_it, "柜机 hall-1 已停用" in map_of_it) == (False, True)
    again = administrator.post("/cabinets/agents/hall-1/revocation")
    assert (again.status_code, "已经停用" in again.text) == (409, True)


def test_a_compartment_leads_to_its_cooperative(township: Township) -> None:
    page = township.client(REVIEWER).get("/cabinets").text
    assert f'href="/cooperatives/{township.cooperative().id}"' in page


def test_the_cooperatives_of_every_village(township: Township) -> None:
    page = plain(township.client(REVIEWER).get("/cooperatives").text)
    assert "37 个组级经济合作社" in page
    assert "东坑村 11 个社" in page
    assert "已到期" in page


def test_somebody_of_one_cooperative_goes_straight_there(township: Township) -> None:
    response = township.client(ACCOUNTANT).get("/cooperatives")
    assert response.headers["location"] == f"/cooperatives/{township.cooperative().id}"


def test_a_cooperative_shows_its_things_its_people_and_its_mandate(township: Township) -> None:
    page = plain(township.client(HEAD).get(f"/cooperatives/{township.cooperative().id}").text)
    for words in ("CAB-01 1格", "公章", "财务专用章", "东坑村路灯采购合同", "理事长廖坤东", "2030年9月21日"):
        assert words in page, words
    assert "安排入柜" not in page


def test_the_reviewer_arranges_a_deposit_once(township: Township) -> None:
    client, cooperative = township.client(REVIEWER), township.cooperative(OUTSIDE).id
    page = client.get(f"/cooperatives/{cooperative}").text
    assert "件登记了还没入柜" in page
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    for _tap in range(2):
        response = client.post(f"/cooperatives/{cooperative}/deposits", data={"once": once[1]})
        assert response.headers["location"] == f"/cooperatives/{cooperative}?told=arranged"
    (deposit,) = township.all(Deposit)
    assert deposit.state is DepositState.ARRANGED
    assert "已安排入柜，11月24日 周二 23:59 前" in client.get(f"/cooperatives/{cooperative}").text
    assert client.post(f"/cooperatives/{cooperative}/deposits/reissue", data={}).status_code == 303
    assert deposit.permit != township.all(Deposit)[0].permit
    refused = client.post(f"/cooperatives/{cooperative}/deposits", data={})
    assert refused.status_code == 409
    assert "已经有一次安排好的入柜还没办" in refused.text


@pytest.mark.parametrize(
    ("typed", "found", "missing"),
    [("廖坤东", "廖坤东", "何慧敏"), ("三资办", "何慧敏", "廖坤东"), ("13526018159", "林少军", "何慧敏")],
    ids=["by name", "by unit", "by phone"],
)
def test_people_are_found(township: Township, typed: str, found: str, missing: str) -> None:
    page = township.client(OFFICER).get("/people", params={"q": typed}).text
    people = page[page.index('id="people"') :]
    assert found in people
    assert missing not in people


def test_nobody_found_says_so(township: Township) -> None:
    assert "没有找到这个人。" in township.client(OFFICER).get("/people", params={"q": "孙悟空"}).text


def test_a_code_is_shown_once_to_be_printed(township: Township) -> None:
    client, head = township.client(REVIEWER), township.person(HEAD).id
    page = client.post(f"/people/{head}/code", data={})
    assert page.status_code == 200
    assert re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", page.text)
    assert "http://testserver/redeem" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert not re.search(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", client.get(f"/people/{head}").text)


def log_length(township: Township) -> int:
    with township.database.reading() as reader:
        return entries.log_size(reader)


def test_a_code_that_is_loaded_anew_leaves_the_printed_one_good(township: Township) -> None:
    client, head = township.client(REVIEWER), township.person(HEAD).id
    form = {"once": "as it stood in the page"}
    assert client.post(f"/people/{head}/code", data=form).status_code == 200
    issued = log_length(township)
    again = client.post(f"/people/{head}/code", data=form)
    assert again.headers["location"] == f"/people/{head}?told=shown_once"
    assert log_length(township) == issued


def test_a_lost_card_and_a_person_are_blocked_at_once(township: Township) -> None:
    client, head = township.client(OFFICE_HEAD), township.person(HEAD).id
    signed_in = township.client(HEAD)
    assert client.post(f"/people/{head}/block-card", data={}).headers["location"] == f"/people/{head}?told=card_blocked"
    assert "已挂失" in client.get(f"/people/{head}").text
    assert client.post(f"/people/{head}/block", data={}).headers["location"] == f"/people/{head}?told=blocked"
    assert signed_in.get("/").status_code == 303
    page = client.get(f"/people/{head}").text
    assert "已停用" in page
    assert client.post(f"/people/{head}/unblock", data={}).headers["location"] == f"/people/{head}?told=unblocked"
    assert "恢复此人" not in client.get(f"/people/{head}").text


def test_nobody_blocks_themselves(township: Township) -> None:
    client, oneself = township.client(OFFICE_HEAD), township.person(OFFICE_HEAD).id
    assert "停用此人" not in client.get(f"/people/{oneself}").text
    refused = client.post(f"/people/{oneself}/block", data={})
    assert refused.status_code == 409
    assert "不能停用自己。" in refused.text


def test_an_expired_mandate_is_marked(township: Township) -> None:
    township.clock.pass_by(timedelta(days=365 * 4 + 1))
    page = township.client(REVIEWER).get("/cooperatives").text
    assert page.count("已到期") > 2


def test_everybody_blocks_their_own_lost_card(township: Township) -> None:
    client = township.client(ACCOUNTANT)
    page = plain(client.get("/me").text)
    assert "东坑一社报账员" in page
    assert "门卡在用" in page
    assert "停用此人" not in page
    assert client.post("/me/block-card", data={}).headers["location"] == "/me?told=card_blocked"
    assert "门卡已挂失" in plain(client.get("/me?told=card_blocked").text)
    refused = client.post("/me/block-card", data={})
    assert refused.status_code == 409
    assert "没有在用的门卡" in refused.text
