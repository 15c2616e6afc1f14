"""What is asked for that is no sealing: read in the hall, borrowed, inspected, seized; and a look inside."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.scenarios.accounts import Account, agree, signed_in
from tests.scenarios.demo import Demo
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.waiting import until
from tests.server.pictures import pdf

PLACE = "CAB-01/1"
LETTER = {"reader": "清溪镇监察办公室", "letter": "清监调〔2026〕7号", "place": "清溪镇政府"}
SEIZED = "2024年3月凭证 第1册（共1册）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One way to use things, as the form calls it: which things, the fields it asks for, a paper where it needs one."""

    name: str
    things: tuple[str, ...]
    fields: Mapping[str, str] = field(default_factory=dict)
    paper: str = ""


USES = {
    "read in the hall": Use(name="在大厅查阅", things=("东坑村商铺租赁合同", "2024年4月凭证 第1册")),
    "borrowed": Use(name="借出去", things=("东坑村保洁服务合同",), fields={"带到哪里": "清溪镇司法所"}),
    "inspected by a member": Use(
        name="成员查阅",
        things=("2024年2月凭证 第1册",),
        fields={"谁来查": "游老四", "证件": "1234"},
        paper="身份证.pdf",
    ),
}


AT_ONCE = "read in the hall"
"""Several things in one opening; the others differ in the form alone."""


def _marks(name: str) -> tuple[pytest.MarkDecorator, ...]:
    return () if name == AT_ONCE else (pytest.mark.long,)


@pytest.mark.parametrize("use", [pytest.param(use, id=name, marks=_marks(name)) for name, use in USES.items()])
def test_what_is_asked_for_on_a_phone_goes_out_through_one_opening_and_comes_back(
    use: Use, demo: Demo, open_screen: Callable[..., Page]
) -> None:
    people, first = (demo.cast.accountant, demo.cast.officer), use.things[0]
    phone = Desk(open_screen("phone"), demo.url).sign_in(demo.cast.accountant)
    phone.ask_to(use.name, *use.things, purpose="核对租金", fields=use.fields, paper=use.paper)
    with signed_in(demo.url, demo.cast.accountant) as accountant:
        checkout = accountant.newest()
    agree(demo.url, checkout, demo.cast.head, demo.cast.reviewer)
    expect(phone.section("进行中")).to_contain_text("可取用")
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.identify_both(*people)
    kiosk.go_on_afterwards()
    kiosk.move("领用", use.things, PLACE, demo.hands, *people)
    kiosk.shows("已经取出")
    expect(phone.section("我手上的")).to_contain_text(first)
    kiosk.move("归还", use.things, PLACE, demo.hands, *people)
    kiosk.shows("已经归还")
    expect(phone.section("我手上的")).to_contain_text("您手上没有")
    life = phone.life_of(first)
    ends = [each for each in life if "开柜结束" in each]
    assert ends == ["游少玉、林少军 开柜结束：取出了", "游少玉、林少军 开柜结束：归还了"]


@pytest.mark.long
def test_what_is_seized_goes_out_before_the_eyes_of_the_cooperative_and_comes_back(
    demo: Demo, open_screen: Callable[..., Page]
) -> None:
    with signed_in(demo.url, demo.cast.inspector) as inspector:
        letter = inspector.hand_in(pdf(), "公函.pdf", "letter")
        checkout = inspector.ask_for(SEIZED, "核对租金", mode="seizure", attachments=[letter], **LETTER)
    agree(demo.url, checkout, demo.cast.reviewer, demo.cast.office_head)
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    people = demo.cast.inspector, demo.cast.officer
    kiosk.identify_both(*people)
    kiosk.touch("还有人到场")
    kiosk.identify(demo.cast.head)
    kiosk.move("领用", (SEIZED,), PLACE, demo.hands, *people, demo.cast.head)
    kiosk.shows("已经取出")
    kiosk.bring_back(SEIZED, PLACE, demo.hands, *people, copies=None)
    with signed_in(demo.url, demo.cast.accountant) as accountant:
        until(lambda: accountant.state_of(checkout) == "returned", "the return in the server's log")


def test_a_compartment_is_opened_to_be_counted_and_nothing_leaves(demo: Demo, open_screen: Callable[..., Page]) -> None:
    reviewer = Desk(open_screen("desktop"), demo.url).sign_in(demo.cast.reviewer).open("/cooperatives")
    reviewer.page.get_by_role("link", name="清溪镇东坑村第一经济合作社").click()
    counting = reviewer.section("清点开柜")
    counting.locator("summary").click()
    counting.get_by_role("button", name="安排开柜").click()
    expect(reviewer.notice).to_contain_text("许可已送到柜子")
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.identify_both(demo.cast.head, demo.cast.officer)
    kiosk.choose("清点", "东坑一社")
    kiosk.open(PLACE)
    kiosk.shows("看到了哪些？")
    kiosk.tick("公章")
    kiosk.touch("点完了")
    kiosk.shows("请关上 1 号门")
    demo.hands.close(PLACE)
    kiosk.confirm(demo.cast.head, demo.cast.officer)
    kiosk.shows("已经点过")
    reviewer.log_once_it_says("廖坤东 点到 东坑一社 公章，见证 林少军", "东坑一社")


@pytest.mark.long
def test_a_cabinet_is_cleared_door_by_door_until_all_are_shut(demo: Demo, open_screen: Callable[..., Page]) -> None:
    reviewer = Desk(open_screen("desktop"), demo.url).sign_in(demo.cast.reviewer).open("/cabinets")
    clearing = reviewer.section("应急清柜")
    clearing.locator("summary", has_text="CAB-02").click()
    clearing.get_by_label("原因").locator("visible=true").fill("大厅进水")
    clearing.get_by_role("button", name="许可 CAB-02 全部开门").click()
    expect(reviewer.notice).to_contain_text("许可已送到柜子")
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.identify_both(demo.cast.officer, demo.cast.second_officer)
    all_doors = kiosk.main.get_by_role("button", name=re.compile(r"依次开 (\d+) 个门"))
    count = int(re.findall(r"\d+", all_doors.inner_text())[0])
    all_doors.click()
    kiosk.touch("开门")
    kiosk.shows("请把门都关好")
    opened = [place for place in (f"CAB-02/{door}" for door in range(1, 25)) if demo.hands.is_open(place)]
    assert len(opened) == count > 10
    for place in opened:
        demo.hands.close(place)
    kiosk.shows("请刷卡")
    with signed_in(demo.url, demo.cast.reviewer) as office:
        until(lambda: len(_entries(office, "door_closed")) >= count, "every door shut in the server's log")
        assert {each["about"]["compartment"] for each in _entries(office, "door_opened")} >= set(opened)


def _entries(office: Account, kind: str) -> list[dict[str, Any]]:
    rows = office.get("/log", limit=200)["rows"]
    return [each for each in rows if each["type"] == kind]
