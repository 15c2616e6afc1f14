"""A jammed lock, a door broken open, and things counted in for the first time."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.fixtures.poppler import PdfText
from tests.scenarios.accounts import approved, signed_in
from tests.scenarios.demo import Demo
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.waiting import until

SEAL = "财务专用章"
TRIES = [
    "游少玉、林少军 一起到柜前取用，开锁第 1 次",
    "门没有弹开，锁可能卡住了",
    "游少玉、林少军 一起到柜前取用，开锁第 2 次",
]


def test_a_jammed_lock_is_tried_again_on_the_spot(demo: Demo, open_screen: Callable[..., Page]) -> None:
    place, cast = "CAB-01/1", demo.cast
    checkout = approved(demo.url, cast, "财务专用章", "付路灯采购款")
    demo.hands.jam(place)
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.identify_both(cast.accountant, cast.officer)
    kiosk.choose("领用", SEAL)
    kiosk.open(place)
    kiosk.shows("1 号门没有弹开")
    assert not demo.hands.is_open(place)

    demo.hands.free(place)
    kiosk.touch("再试一次")
    kiosk.says("1 号门开着")
    kiosk.tick(SEAL)
    kiosk.finish(place, demo.hands, cast.accountant, cast.officer)
    kiosk.shows("已经取出")
    reviewer = Desk(open_screen("desktop"), demo.url).sign_in(cast.reviewer)
    lines = reviewer.log_once_it_says(TRIES[-1], "东坑一社")
    assert [line for line in lines if line in TRIES] == TRIES
    kiosk.bring_back(SEAL, place, demo.hands, cast.accountant, cast.officer)
    with signed_in(demo.url, cast.accountant) as accountant:
        until(lambda: accountant.state_of(checkout) == "returned", "the seal in the server's books")


def test_a_door_broken_open_is_an_alarm_in_the_log_and_open_on_the_map(
    demo: Demo, open_screen: Callable[..., Page]
) -> None:
    place = "CAB-02/5"
    inspector = Desk(open_screen("desktop"), demo.url).sign_in(demo.cast.inspector).open("/cabinets")
    inspector.door_is(place, "closed")
    demo.hands.force(place)
    inspector.door_is(place, "open")
    alarm = inspector.open("/log").page.locator("tr.alarm", has_text="没有许可，门被打开了").first
    expect(alarm).to_be_visible()
    expect(alarm).to_contain_text("CAB-02 5格")

    demo.hands.close(place)
    inspector.open("/cabinets").door_is(place, "closed")


def test_the_last_cooperatives_things_are_counted_in_by_two_people_and_signed_for_by_three(
    demo: Demo, open_screen: Callable[..., Page], pdf_text: PdfText
) -> None:
    place, cast = "CAB-02/13", demo.cast
    desk = Desk(open_screen("desktop"), demo.url).sign_in(cast.reviewer).open("/cabinets")
    expect(desk.door(place).locator(".thing.is-registered")).not_to_have_count(0)
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.identify_both(cast.last_accountant, cast.officer)
    kiosk.choose("存入", "塘尾九社")
    kiosk.open(place)
    kiosk.shows("放进了哪些？")
    everything = kiosk.main.locator("[aria-pressed]").all_inner_texts()
    kiosk.tick(*everything)
    kiosk.finish(place, demo.hands, cast.last_accountant, cast.officer)
    kiosk.shows("已经存入")
    expect(desk.door(place).locator(".thing.is-registered")).to_have_count(0)
    lines = desk.log_once_it_says("邱明 存入", "塘尾九社")
    assert [line for line in lines if line.endswith(f"等 {len(everything)} 件，见证 林少军")]
    progress = desk.open("/handovers").page.locator("#progress")
    expect(progress).to_contain_text("等移交人、接收人、监交人签字")
    where = progress.get_by_role("link", name="塘尾村第九经济合作社").get_attribute("href") or ""
    for player, part in ((cast.last_head, "移交人"), (cast.officer, "接收人"), (cast.inspector, "监交人")):
        signer = Desk(open_screen("phone"), demo.url).sign_in(player).open(where)
        signer.page.get_by_role("button", name=f"我签{part}").click()
        expect(signer.page.locator(".seat", has_text=part).get_by_text("已签")).to_be_visible()
    expect(progress).to_contain_text("37 / 37 个社办结")
    with desk.open(where).page.expect_download() as download:
        desk.page.get_by_role("button", name="印章交接清单 PDF", exact=True).click()
    printed = pdf_text(Path(download.value.path()).read_bytes())
    for signed in (cast.last_head.name, cast.officer.name, cast.inspector.name, "第 1 页"):
        assert signed in printed, signed
