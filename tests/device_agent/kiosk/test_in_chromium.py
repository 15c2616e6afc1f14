"""The kiosk touched in a real Chromium, with the real agent and emulated cabinets behind it."""

import threading
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.device_agent.hall import LEDGER_SEAL, LIAO, LIN, SEAL, YOU
from tests.device_agent.kiosk.glass import touch_in_the_end
from tests.device_agent.kiosk.hands import Hands
from tests.device_agent.kiosk.stand import Stand, standing


def test_a_seal_goes_out_and_comes_back(hands: Hands, stand: Stand) -> None:
    hands.open("领用")
    hands.title("取走了哪些？")
    hands.touch("公章")
    hands.finish()
    hands.title("取出了一部分")
    hands.title("请刷卡")
    hands.open("归还")
    hands.title("放回了哪些？")
    hands.touch("公章")
    hands.finish()
    hands.title("已经归还")
    stand.stop()
    types = [entry.type for entry in stand.journal()]
    walk = ["opening_intended", "door_opened", "door_closed"]
    assert types == [
        "agent_started",
        *walk,
        "items_taken",
        "opening_finished",
        *walk,
        "items_returned",
        "opening_finished",
    ]


def test_success_is_quiet_and_gone_by_itself(hands: Hands) -> None:
    hands.open("领用")
    hands.finish()
    hands.title("没有动里面的东西")
    hands.title("请刷卡")


def test_the_same_people_may_go_on_without_their_cards(hands: Hands) -> None:
    hands.open("领用")
    hands.touch("公章")
    touch_in_the_end(hands.page, "继续办理")
    hands.finish()
    hands.title("要办哪一件？")
    expect(hands.page.locator(".offer", has_text="归还")).to_be_visible()


def test_a_jammed_door_is_tried_again_on_the_spot(hands: Hands, stand: Stand) -> None:
    stand.cabinets["left"].jam(1, 7)
    hands.open("领用")
    hands.title("7 号门没有弹开")
    stand.cabinets["left"].free(1, 7)
    hands.touch("再试一次")
    hands.title("取走了哪些？")
    assert stand.pulses() == 2


def test_a_cut_line_says_so_and_a_return_can_be_tried_when_it_is_mended(hands: Hands, stand: Stand) -> None:
    hands.open("领用")
    hands.touch("公章")
    hands.finish()
    hands.title("请刷卡")
    stand.cabinets["left"].cut()
    hands.identify(YOU, LIN)
    expect(hands.page.locator("#side")).to_contain_text("没有应答")
    hands.page.locator(".offer", has_text="归还").tap()
    hands.touch("开门")
    hands.title("7 号锁没有动作")
    stand.cabinets["left"].restore()
    expect(hands.page.locator("#side")).not_to_contain_text("没有应答")
    hands.touch("再试一次")
    hands.title("放回了哪些？")


NOTE_A_WAIT = """() => {
  window.waited = false;
  const look = () => {
    const digits = [...document.querySelectorAll("[data-digit]")];
    const says = document.getElementById("main").textContent.includes("密码不对。请等");
    waited ||= says && digits.every((key) => key.disabled);
  };
  new MutationObserver(look).observe(document.body, { attributes: true, childList: true, subtree: true });
}"""
"""Two seconds are soon over where the machine is busy."""


def test_a_wrong_pin_waits_visibly_and_then_may_be_tried_again(hands: Hands) -> None:
    hands.read_card(YOU)
    hands.page.evaluate(NOTE_A_WAIT)
    hands.press_pin("000000")
    hands.page.wait_for_function("() => waited")
    expect(hands.page.get_by_role("button", name="5", exact=True)).to_be_enabled()
    expect(hands.page.locator("#main")).to_contain_text("密码不对，请再按一次。")
    expect(hands.page.locator(".voice-line")).to_have_text("密码不对，请再按一次。")
    hands.press_pin()
    hands.title("请第二位刷卡")


def test_the_pin_shows_as_dots_only(hands: Hands) -> None:
    hands.read_card(YOU)
    hands.press_pin("246")
    expect(hands.page.locator(".dots .on")).to_have_count(3)
    hands.touch("退一位")
    expect(hands.page.locator(".dots .on")).to_have_count(2)
    hands.touch("清空")
    expect(hands.page.locator(".dots .on")).to_have_count(0)


def test_the_same_person_twice_is_told_to_fetch_somebody_else(hands: Hands) -> None:
    hands.identify(YOU)
    hands.read_card(YOU)
    hands.title("请换另一位刷卡")
    expect(hands.page.locator("#main")).to_contain_text("游少玉已经刷过卡了。")
    hands.touch("知道了")
    hands.title("请第二位刷卡")


def test_the_head_is_told_whose_matter_it_is(hands: Hands) -> None:
    hands.identify(LIAO, LIN)
    hands.page.locator(".offer", has_text="领用").tap()
    hands.title("经办人不在场")
    expect(hands.page.locator("#main")).to_contain_text("这次的经办人是游少玉")


def test_an_agent_killed_at_the_open_door_lets_the_same_people_declare(hands: Hands, stand: Stand) -> None:
    hands.open("领用")
    hands.title("取走了哪些？")
    stand.kill()
    expect(hands.page.locator("#lost")).to_be_visible()
    stand.cabinets["left"].close(1, 7)
    stand.start()
    hands = Hands(hands.page, stand)
    expect(hands.page.locator("#main")).to_contain_text("CAB-01 柜 7 号上次没有登记")
    hands.identify(YOU, LIN)
    hands.page.locator(".offer", has_text="补登记").tap()
    hands.title("上次取走了哪些？")
    hands.touch("公章")
    hands.touch("就是这 1 件")
    hands.touch(YOU.name)
    hands.touch(LIN.name)
    hands.title("取出了一部分")
    assert stand.pulses() == 1
    stand.stop()
    taken = [entry.about["items"] for entry in stand.journal() if entry.type == "items_taken"]
    assert taken == [[SEAL]]


def test_something_missing_is_said_at_the_kiosk(hands: Hands, stand: Stand) -> None:
    hands.open("领用")
    hands.touch("公章")
    hands.touch("少了东西")
    hands.title("少了哪些？")
    hands.touch("财务专用章")
    hands.touch("记下来")
    hands.title("请关上 7 号门")
    stand.stop()
    missing = [entry.about["items"] for entry in stand.journal() if entry.type == "items_missing"]
    assert missing == [[LEDGER_SEAL]]


def test_an_old_answer_that_comes_late_does_not_bring_the_old_screen_back(hands: Hands) -> None:
    """The answer to the PIN is held back until the event stream has shown the next screen."""
    arrived = threading.Event()

    def hold_back(route: Route) -> None:
        answer = route.fetch()
        hands.page.locator("h1", has_text="请第二位刷卡").wait_for()
        route.fulfill(response=answer)
        arrived.set()

    hands.page.route("**/pin", hold_back)
    hands.read_card(YOU)
    with hands.page.expect_response("**/pin"):
        hands.press_pin()
    hands.page.evaluate("() => new Promise((done) => setTimeout(done, 200))")
    assert arrived.is_set()
    hands.title("请第二位刷卡")


def test_the_demo_offers_its_cards_to_tap(open_screen: Callable[..., Page], tmp_path: Path) -> None:
    with standing(tmp_path, demo=True) as stand:
        hands = Hands(open_screen("kiosk"), stand)
        hands.page.get_by_role("region", name="演示用的卡").get_by_role("button", name=YOU.name).tap()
        hands.title("游少玉，请按密码")


def test_sixty_seconds_without_a_touch_lead_back_to_the_start_with_a_countdown(hands: Hands) -> None:
    hands.page.clock.install()
    hands.page.reload()
    hands.identify(YOU)
    hands.page.clock.fast_forward(47_000)
    notice = hands.page.get_by_role("dialog")
    expect(notice).to_contain_text("还在吗？")
    hands.touch("我还在")
    expect(notice).to_be_hidden()
    hands.title("请第二位刷卡")
