"""合作社和格口、共管柜和柜机: registered, put right and retired on pages."""

import re
import tomllib
from html import unescape

from server.custody.facts import Cabinet, Cooperative
from tests.server.web.township import INSPECTOR, Township

SYSTEM = "叶海燕"
CABINET = {
    "cabinet": "cab-03",
    "place": "镇便民服务中心一楼",
    "compartments": "16",
    "board": "通用8A锁控板",
    "port": "/dev/ttyUSB1",
    "baud": "9600",
    "board_addresses": "1",
    "lock_feedback": "锁闭短接",
}
COOPERATIVE = {
    "code": "44200199",
    "name": "清溪镇东坑村第十九经济合作社",
    "village": "东坑村",
    "cabinet": "CAB-03",
    "number": "5",
    "members": "88",
}


def text_of(page: str) -> str:
    return re.sub(r"\s+", "", unescape(re.sub("<[^>]+>", "", page)))


def test_a_cabinet_is_added_and_its_page_says_what_the_agent_must_be_told(township: Township) -> None:
    system = township.client(SYSTEM)
    answer = system.post("/admin/cabinets/new", data=CABINET)
    assert answer.headers["location"] == "/admin/cabinets/CAB-03?told=place_saved"
    page = system.get("/admin/cabinets/CAB-03").text
    drafted = re.search(r'<pre class="wiring"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert drafted is not None
    wiring = tomllib.loads(unescape(drafted[1]))
    assert wiring["cabinet"][0]["id"] == "CAB-03"
    assert wiring["bus"][0]["port"] == "/dev/ttyUSB1"
    assert "还没有柜机" in page
    assert "CAB-03" in system.get("/admin/cabinets").text
    assert system.get("/admin/cabinets/CAB-99").status_code == 404


def test_a_cooperative_moves_into_it_and_its_compartment_is_not_retired(township: Township) -> None:
    system = township.client(SYSTEM)
    system.post("/admin/cabinets/new", data=CABINET)
    answer = system.post("/admin/cooperatives/new", data=COOPERATIVE)
    assert answer.headers["location"] == "/admin/cooperatives?told=place_saved"
    known = township.cooperative(COOPERATIVE["name"])
    assert known.place == "CAB-03/5"
    assert 'value="清溪镇东坑村第十九经济合作社"' in system.get(f"/admin/cooperatives/{known.id}").text
    moved = system.post(f"/admin/cooperatives/{known.id}", data={**COOPERATIVE, "number": "6"})
    assert moved.status_code == 303
    refused = system.post("/admin/cabinets/CAB-03/retire", data={"number": "6"})
    assert (refused.status_code, "还是东坑十九社的格口" in refused.text) == (409, True)
    assert system.post("/admin/cabinets/CAB-03/retire", data={"number": "5"}).status_code == 303
    assert next(each for each in township.all(Cabinet) if each.id == "CAB-03").out_of_service == (5,)
    listed = text_of(township.client(INSPECTOR).get("/admin/cooperatives").text)
    assert "清溪镇东坑村第十九经济合作社CAB-036格" in listed.replace("CAB-03/6", "CAB-036格")


def test_what_is_wrong_is_said_at_its_field(township: Township) -> None:
    system = township.client(SYSTEM)
    for changes, words in (
        ({"cabinet": "柜一"}, "柜号用字母"),
        ({"cabinet": "CAB-01"}, "已经有 CAB-01 了"),
        ({"place": ""}, "请写共管柜放在哪里"),
        ({"compartments": "许多"}, "请写一个整数"),
        ({"compartments": "999"}, "格口数可以是"),
        ({"board_addresses": "一"}, "板地址写成"),
    ):
        answer = system.post("/admin/cabinets/new", data={**CABINET, **changes})
        assert (answer.status_code in (409, 422), words in answer.text) == (True, True), words
    taken = {**COOPERATIVE, "cabinet": "CAB-01", "number": "1"}
    for changes, words in (
        ({}, "一个格口只归一个社"),
        ({"number": "99"}, "没有这个格口"),
        ({"number": "x"}, "请写一个整数"),
        ({"credit_code": "123"}, "有 18 位"),
        ({"name": ""}, "请写合作社全称"),
    ):
        answer = system.post("/admin/cooperatives/new", data={**taken, **changes})
        assert (answer.status_code in (409, 422), words in answer.text) == (True, True), words
    assert system.get("/admin/cooperatives/c-x").status_code == 404


def test_a_cooperative_whose_things_are_inside_is_renamed_but_not_moved(township: Township) -> None:
    system, known = township.client(SYSTEM), township.cooperative()
    form = {
        "code": known.code,
        "name": f"{known.name}（新）",
        "village": known.village,
        "cabinet": known.cabinet,
        "number": str(known.compartment),
    }
    assert system.post(f"/admin/cooperatives/{known.id}", data=form).status_code == 303
    assert f"{known.name}（新）" in {each.name for each in township.all(Cooperative)}
    system.post("/admin/cabinets/new", data=CABINET)
    refused = system.post(f"/admin/cooperatives/{known.id}", data={**form, "cabinet": "CAB-03", "number": "1"})
    assert (refused.status_code, "退出共管的交接" in refused.text) == (409, True)
