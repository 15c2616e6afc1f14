"""The whole story, from the request on a phone to the proof that nobody changed the log."""

import re
import signal
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.fixtures.processes import accepts_connections
from tests.scenarios.demo import Demo, verify
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.waiting import until

PLACE = "CAB-01/1"
SEAL = "公章"
PURPOSE = "签路灯采购合同"
LIFE = (
    "游少玉 申请用 东坑一社 公章 签路灯采购合同",
    "廖坤东 同意了，转下一步审批",
    "何慧敏 审批同意，各步都同意了",
    "发出开柜许可",
    "开柜许可已送到柜机 hall-1",
    "游少玉、林少军 一起到柜前取用，开锁第 1 次",
    "门打开了",
    "门关好了",
    "游少玉 取出 东坑一社 公章，见证 林少军",
    "游少玉、林少军 开柜结束：取出了",
    "游少玉、林少军 一起到柜前归还，开锁第 1 次",
    "门打开了",
    "门关好了",
    "游少玉 归还 东坑一社 公章，见证 林少军",
    "游少玉 说实际盖了 2 份，批准 2 份",
    "游少玉、林少军 开柜结束：归还了",
)
CODED = re.compile(r"[a-z]+_[a-z]+|\b[a-z]-[a-z2-7]{16}")
"""A name of an event type, or an id: nothing for people to read."""


def test_a_seal_is_asked_for_approved_taken_used_and_brought_back(
    tmp_path: Path, open_screen: Callable[..., Page]
) -> None:
    with Demo(tmp_path / "data") as demo:
        cast = demo.cast
        accountant = Desk(open_screen("phone"), demo.url).sign_in(cast.accountant)
        head = Desk(open_screen("phone"), demo.url).sign_in(cast.head)
        reviewer = Desk(open_screen("desktop"), demo.url).sign_in(cast.reviewer)
        kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)

        _ask_and_approve(accountant, head, reviewer)
        _take(kiosk, demo)
        expect(accountant.section("我手上的")).to_contain_text("公章")
        expect(reviewer.open("/cabinets").door(PLACE).locator(".thing.is-out")).to_have_count(1)

        kiosk.bring_back(SEAL, PLACE, demo.hands, cast.accountant, cast.officer)
        expect(accountant.section("我手上的")).to_contain_text("您手上没有")
        expect(reviewer.door(PLACE).locator(".thing.is-out")).to_have_count(0)
        lines = reviewer.log_once_it_says(LIFE[-1], "东坑一社")
        told = [line for line in lines if "预警" not in line]  # an evening's run is told as out of hours
        assert told[-len(LIFE) :] == list(LIFE)
        assert not [line for line in lines if CODED.search(line)]
        _end(demo)
    verdict = verify(demo.data)
    assert verdict.returncode == 0, verdict.stdout


def _ask_and_approve(accountant: Desk, head: Desk, reviewer: Desk) -> None:
    """The request goes from hand to hand; the accountant's open page follows by itself."""
    accountant.ask_for("公章", purpose=PURPOSE)
    expect(accountant.section("进行中")).to_contain_text("待理事长审批")
    head.agree_to(PURPOSE)
    expect(accountant.section("进行中")).to_contain_text("待三资办审核")
    reviewer.agree_to(PURPOSE)
    expect(accountant.section("进行中")).to_contain_text("可取用")


def _take(kiosk: Kiosk, demo: Demo) -> None:
    """Two people at the cabinet: one card at the reader, one of the demo's."""
    kiosk.read_card(demo.cast.accountant)
    kiosk.shows("游少玉，请按密码")
    kiosk.press_pin(demo.cast.accountant.pin)
    kiosk.shows("请第二位刷卡")
    kiosk.identify(demo.cast.officer)
    kiosk.choose("领用", SEAL)
    kiosk.open(PLACE)
    until(lambda: demo.hands.is_open(PLACE), "the door to spring open")
    kiosk.says("1 号门开着")
    kiosk.tick(SEAL)
    kiosk.finish(PLACE, demo.hands, demo.cast.accountant, demo.cast.officer)
    kiosk.shows("已经取出")


def _end(demo: Demo) -> None:
    """Ctrl-C ends everything, the agent too."""
    kiosk_port = int(demo.kiosk_url.rpartition(":")[2])
    assert demo.end(signal.SIGINT) == 0, demo.printed
    assert not accepts_connections(kiosk_port)
