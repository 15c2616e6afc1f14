"""What is out passes to somebody else, leaves the hall between three people, and comes back late by another's hand."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from server.operate.verify import verify
from server.store.folder import DataFolder
from tests.scenarios.accounts import agree, signed_in
from tests.scenarios.demo import Demo
from tests.scenarios.desk import Desk
from tests.scenarios.founded import Founded
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.township import Township
from tests.scenarios.waiting import until

PLACE, SEAL = "CAB-01/1", "公章"
RETURN = ["items_returned", "copies_stated", "photo_taken", "opening_finished"]
OFF_SITE = {"盖在什么文件上": "开户申请书", "盖几份": "2", "带到哪里": "清溪农商银行", "谁一起去": "孙辉"}


def test_a_seal_changes_hands_at_the_kiosk_without_a_door(demo: Demo, open_screen: Callable[..., Page]) -> None:
    cast, purpose = demo.cast, "盖山塘承包台账"
    with signed_in(demo.url, cast.head) as head:
        checkout = head.ask_for("公章", purpose)
    agree(demo.url, checkout, cast.supervisor, cast.reviewer)
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.take(SEAL, PLACE, demo.hands, cast.head, cast.officer)

    kiosk.identify_both(cast.head, cast.accountant)
    kiosk.choose("移交", SEAL)
    kiosk.shows(f"移交给{cast.accountant.name}")
    for person in (cast.head, cast.accountant):
        kiosk.main.get_by_role("button", name=person.name).tap()
    kiosk.shows("已经移交")
    assert not demo.hands.is_open(PLACE)

    accountant = Desk(open_screen("phone"), demo.url).sign_in(cast.accountant)
    expect(accountant.section("我手上的")).to_contain_text(SEAL)
    assert accountant.log_once_it_says("廖坤东 把 东坑一社 公章 移交给 游少玉", "东坑一社")
    kiosk.bring_back(SEAL, PLACE, demo.hands, cast.accountant, cast.officer, copies=1)
    expect(accountant.open("/").section("我手上的")).to_contain_text("您手上没有")


def test_what_left_the_hall_between_three_people_comes_back_late_by_anothers_hand(
    tmp_path: Path, founded: Founded, open_screen: Callable[..., Page]
) -> None:
    with Township(tmp_path, founded.copy_to(tmp_path), founded.cast, camera=True) as township:
        cast, url = township.cast, township.server.url
        phone = Desk(open_screen("phone"), url).sign_in(cast.accountant)
        phone.ask_to("带出去盖章", SEAL, purpose="到银行办开户", fields=OFF_SITE, paper="开户申请书.pdf")
        with signed_in(url, cast.accountant) as accountant:
            checkout = accountant.newest()
        agree(url, checkout, cast.head, cast.reviewer)
        until(lambda: township.agent.health["permits"] == 1, "the permit at the cabinet")
        _taken_by_three(Kiosk(open_screen("kiosk"), township.agent.kiosk_url), township)
        until(lambda: township.agent.health["unsent"] == 0, "the taking in the server's log")

        township.end()
        township.start(hours_later=30)
        kiosk = Kiosk(open_screen("kiosk", permissions=["camera"]), township.agent.kiosk_url)
        _brought_back_by_the_head(kiosk, township)
        with signed_in(url, cast.accountant) as accountant:
            until(lambda: _returning(accountant.events_of(checkout)) == RETURN, "the return in the server's log")
            assert accountant.state_of(checkout) == "returned"
        desk = Desk(open_screen("desktop"), url).sign_in(cast.inspector)
        lines = desk.log_once_it_says("廖坤东 归还 东坑一社 公章，见证 林少军（代还）", "东坑一社")
        assert "廖坤东 说实际盖了 3 份，批准 2 份" in lines
    assert verify(DataFolder(township.server.data)).wrong is None


def _returning(events: list[str]) -> list[str]:
    """What was said of the return, as far as it has arrived; a photo may come behind it."""
    begun = events.index(RETURN[0]) if RETURN[0] in events else len(events)
    return events[begun : begun + len(RETURN)]


def _taken_by_three(kiosk: Kiosk, township: Township) -> None:
    cast = township.cast
    kiosk.identify_both(cast.accountant, cast.officer)
    kiosk.choose("还差监事", SEAL)
    kiosk.shows("还差监事")
    kiosk.touch("知道了")
    kiosk.shows("请监事刷卡")
    kiosk.identify(cast.supervisor)
    kiosk.choose("领用", SEAL)
    kiosk.open(PLACE)
    kiosk.says("1 号门开着")
    kiosk.tick(SEAL)
    kiosk.finish(PLACE, township.hands, cast.accountant, cast.officer, cast.supervisor)
    kiosk.shows("已经取出")


def _brought_back_by_the_head(kiosk: Kiosk, township: Township) -> None:
    cast = township.cast
    kiosk.identify_both(cast.head, cast.officer)
    kiosk.choose("晚了", SEAL)
    kiosk.open(PLACE)
    kiosk.says("1 号门开着")
    kiosk.tick(SEAL)
    kiosk.touch("其余都在")
    kiosk.shows("请关上 1 号门")
    township.hands.close(PLACE)
    kiosk.state_copies(3)
    kiosk.take_photo()
    kiosk.says("批准 2 份，实盖 3 份，多 1 份，会记下来。")
    kiosk.confirm(cast.head, cast.officer)
    kiosk.shows("已经归还")
