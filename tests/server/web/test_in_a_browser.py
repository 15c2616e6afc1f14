"""The pages in a real Chromium: readable at both sizes, reachable, live, and single however often one taps."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from firmware_protocol.messages import Doors
from server.custody.facts import Checkout
from server.custody.states import CheckoutState
from server.usecases.count_in_for_demonstration import CountIn, count_in_for_demonstration
from tests.server.web.service import serving
from tests.server.web.test_shelves import many_contracts
from tests.server.web.township import (
    ACCOUNTANT,
    HEAD,
    INSPECTOR,
    OFFICER,
    PASSWORD,
    Township,
)

Open = Callable[..., Page]
A4 = {"width": 700, "height": 1040}
"""What is left of a sheet inside its margins, at 96 dots an inch."""
SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1280, "height": 800}}


@pytest.fixture
def address(township: Township) -> Iterator[str]:
    """Where the township's pages answer."""
    with serving(township.app) as address:
        yield address


class Visitors:
    """People with browsers."""

    def __init__(self, township: Township, address: str, open_screen: Open) -> None:
        self._township, self._address, self._open = township, address, open_screen

    def come(self, name: str | None, path: str, kind: str = "desktop", **options: Any) -> Page:
        """This person, signed in, with this page open."""
        page = self._open(kind, base_url=self._address, viewport=SIZES[kind], **options)
        if name is not None:
            cookie = {"name": "gongguan", "value": self._township.token(name), "url": self._address}
            page.context.add_cookies([cookie])  # type: ignore[list-item]
        page.goto(path)
        return page


@pytest.fixture
def visitors(township: Township, address: str, open_screen: Open) -> Visitors:
    """Whoever comes to the pages."""
    return Visitors(township, address, open_screen)


def test_twice_the_size_still_fits(township: Township, visitors: Visitors) -> None:
    township.filed()
    for name, path in ((HEAD, "/decide"), (ACCOUNTANT, "/"), (INSPECTOR, "/log")):
        page = visitors.come(name, path, "phone")
        page.set_viewport_size({"width": 320, "height": 500})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_everything_works_without_javascript(township: Township, visitors: Visitors) -> None:
    page = visitors.come(ACCOUNTANT, "/", "phone", java_script_enabled=False)
    page.get_by_role("link", name="我要用印").click()
    page.get_by_text("公章", exact=True).click()
    page.get_by_label("做什么用").fill("签东坑村路灯采购合同")
    page.get_by_label("盖在什么文件上").fill("东坑村路灯采购合同")
    page.get_by_label("盖几份").fill("4")
    page.get_by_role("button", name="送去审批").click()
    expect(page.get_by_text("已送去审批。")).to_be_visible()
    head = visitors.come(HEAD, "/decide", "phone", java_script_enabled=False)
    head.get_by_role("button", name="同意").click()
    expect(head.get_by_text("已同意，转下一步审批。")).to_be_visible()
    assert [checkout.state for checkout in township.all(Checkout)] == [CheckoutState.ENDORSED]


def test_sending_back_on_a_phone(township: Township, visitors: Visitors) -> None:
    township.filed()
    page = visitors.come(HEAD, "/decide", "phone")
    page.locator("summary", has_text="退回").click()
    expect(page.get_by_role("button", name="同意")).to_be_hidden()
    page.get_by_role("button", name="金额和合同不一致").click()
    expect(page.get_by_text("已退回补正，改好会再送来。")).to_be_visible()
    expect(page.get_by_role("heading", name="都处理完了")).to_be_visible()


def test_the_two_answers_stay_under_the_thumb(township: Township, visitors: Visitors) -> None:
    township.filed(counterparty="清溪镇恒达贸易有限公司" * 12, purpose="签东坑村路灯采购合同" * 20)
    page = visitors.come(HEAD, "/decide", "phone")
    agree, send_back = page.get_by_role("button", name="同意"), page.locator("summary", has_text="退回")
    for _ in range(2):
        one, other = agree.bounding_box(), send_back.bounding_box()
        assert one is not None
        assert other is not None
        assert one["y"] + one["height"] <= SIZES["phone"]["height"]
        assert one["x"] - (other["x"] + other["width"]) >= 48
        assert min(one["height"], other["height"]) >= 48
        page.mouse.wheel(0, 200)


def test_tapping_twice_files_once(township: Township, visitors: Visitors) -> None:
    page = visitors.come(ACCOUNTANT, f"/requests/new?items={township.seal().id}", "phone")
    page.get_by_label("做什么用").fill("签东坑村路灯采购合同")
    page.get_by_label("盖在什么文件上").fill("东坑村路灯采购合同")
    page.get_by_label("盖几份").fill("4")
    page.get_by_role("button", name="送去审批").dblclick()
    expect(page.get_by_text("已送去审批。")).to_be_visible()
    assert len(township.all(Checkout)) == 1


def test_what_was_written_outlives_the_session(township: Township, visitors: Visitors) -> None:
    page = visitors.come(ACCOUNTANT, "/requests/new", "phone", java_script_enabled=False)
    page.get_by_text("公章", exact=True).click()
    page.get_by_label("做什么用").fill("签东坑村路灯采购合同")
    page.get_by_label("盖在什么文件上").fill("东坑村路灯采购合同")
    page.get_by_label("盖几份").fill("4")
    page.context.clear_cookies()
    page.get_by_role("button", name="送去审批").click()
    expect(page.get_by_text("刚才填的内容还在")).to_be_visible()
    page.get_by_label("手机号").fill(township.person(ACCOUNTANT).phone)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="接着送出").dblclick()
    expect(page.get_by_text("已送去审批。")).to_be_visible()
    assert [each.purpose for each in township.all(Checkout)] == ["签东坑村路灯采购合同"]


def test_a_part_that_refreshes_itself_after_the_session_leads_back_to_the_page(
    township: Township, visitors: Visitors
) -> None:
    page = visitors.come(ACCOUNTANT, "/requests/new?mode=off_site", "phone")
    page.context.clear_cookies()
    page.get_by_label("做什么用").fill("到银行办开户")
    page.get_by_label("手机号").fill(township.person(ACCOUNTANT).phone)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_label("做什么用")).to_have_value("到银行办开户")
    expect(page.get_by_label("带到哪里")).to_be_visible()


def test_more_unfolds_on_a_phone_and_leads_on(visitors: Visitors) -> None:
    page = visitors.come(INSPECTOR, "/findings", "phone")
    expect(page.get_by_role("link", name="审批规定")).to_be_hidden()
    page.locator("summary", has_text="更多").click()
    page.get_by_role("navigation").get_by_role("link", name="审批规定").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("审批规定")


def test_the_panel_follows_what_is_written(visitors: Visitors) -> None:
    page = visitors.come(ACCOUNTANT, "/requests/new")
    needs = page.locator("#needs")
    expect(needs).to_contain_text("还没选要用什么")
    page.get_by_text("公章", exact=True).click()
    expect(needs).to_contain_text("理事长廖坤东审批")
    expect(needs).to_contain_text("取出后 30 分钟内归还")
    expect(page.get_by_label("带到哪里")).to_be_hidden()
    page.get_by_label("带出去盖章").check()
    expect(needs).to_contain_text("取出后 24 小时内归还")
    expect(page.get_by_label("带到哪里")).to_be_visible()


def test_the_part_about_the_vote_opens_once_it_is_needed(visitors: Visitors) -> None:
    page = visitors.come(ACCOUNTANT, "/requests/new", "phone")
    page.get_by_text("公章", exact=True).click()
    page.get_by_label("是什么事").select_option(label="出租集体资产")
    expect(page.get_by_label("期限（年）")).to_be_visible()
    expect(page.get_by_label("应到")).to_be_hidden()
    page.get_by_label("金额（元）").fill("3万")
    expect(page.locator("#needs")).to_contain_text("要先由成员大会或成员代表大会表决")
    expect(page.get_by_label("应到")).to_be_visible()


def test_a_draft_survives_until_it_is_sent(visitors: Visitors) -> None:
    page = visitors.come(ACCOUNTANT, "/requests/new", "phone")
    page.get_by_text("财务专用章", exact=True).click()
    page.get_by_label("做什么用").fill("银行对账")
    page.reload()
    expect(page.get_by_label("做什么用")).to_have_value("银行对账")
    expect(page.get_by_label("财务专用章")).to_be_checked()
    page.get_by_label("盖在什么文件上").fill("对账单")
    page.get_by_label("盖几份").fill("1")
    page.get_by_role("button", name="送去审批").click()
    expect(page.get_by_text("已送去审批。")).to_be_visible()
    page.goto("/requests/new")
    expect(page.get_by_label("做什么用")).to_have_value("")


def test_what_was_found_and_chosen_survives_a_reload(township: Township, visitors: Visitors) -> None:
    owner = many_contracts(township)
    township.writer.run_now(count_in_for_demonstration, CountIn(owner.id))
    page = visitors.come(ACCOUNTANT, "/requests/new", "phone")
    page.get_by_label("找合同、凭证").press_sequentially("HT-9999-003")
    page.get_by_text("第3号鱼塘承包合同").click()
    page.get_by_label("找合同、凭证").fill("恒达 鱼塘")
    expect(page.get_by_text("第7号鱼塘承包合同")).to_be_visible()
    page.get_by_label("做什么用").fill("核对租金")
    page.reload()
    expect(page.get_by_label("第3号鱼塘承包合同")).to_be_checked()
    expect(page.locator("#needs")).not_to_contain_text("还没选要用什么")


def test_the_map_moves_when_a_door_does(township: Township, visitors: Visitors) -> None:
    township.live.connection_changed("hall-1", township.clock.now, online=True)
    township.live.doors_reported(Doors("hall-1", township.clock.now, {"CAB-01/1": "closed"}, {"left:1": "online"}))
    page = visitors.come(OFFICER, "/cabinets")
    door = page.locator(f'a[href="/cooperatives/{township.cooperative().id}"]')
    expect(door).to_have_attribute("data-door", "closed")
    township.live.doors_reported(Doors("hall-1", township.clock.now, {"CAB-01/1": "open"}, {"left:1": "online"}))
    expect(door).to_have_attribute("data-door", "open")
    expect(door).to_contain_text("开着")


def test_a_story_grows_while_one_reads_it(township: Township, visitors: Visitors) -> None:
    checkout = township.filed()
    page = visitors.come(ACCOUNTANT, f"/checkouts/{checkout}")
    expect(page.locator(".story")).not_to_contain_text("同意了")
    township.decided(checkout, HEAD)
    expect(page.locator(".story")).to_contain_text("廖坤东 同意了，转下一步审批")


def test_the_log_goes_on_as_one_scrolls(visitors: Visitors) -> None:
    page = visitors.come(INSPECTOR, "/log")
    rows = page.locator("td.what")
    expect(rows).to_have_count(50)
    page.get_by_role("link", name="更早的记录").scroll_into_view_if_needed()
    expect(rows).to_have_count(100)


def test_the_sentence_above_the_log_changes_the_table(township: Township, visitors: Visitors) -> None:
    township.filed()
    page = visitors.come(INSPECTOR, "/log")
    page.get_by_label("什么事").select_option("request")
    expect(page.locator("td.what")).to_have_count(1)
    expect(page).to_have_url(re.compile("kind=request"))
    page.go_back()
    expect(page.locator("td.what")).to_have_count(50)


def test_the_back_button_works_after_a_mistake(visitors: Visitors) -> None:
    page = visitors.come(ACCOUNTANT, "/")
    page.get_by_role("link", name="我要用印").click()
    page.get_by_label("做什么用").fill("看看")
    page.get_by_role("button", name="送去审批").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("做什么用")).to_have_value("看看")
    page.get_by_role("link", name="‹ 返回").click()
    expect(page.get_by_role("heading", name="游少玉，您好")).to_be_visible()


def test_the_keyboard_alone_is_enough_to_decide(township: Township, visitors: Visitors) -> None:
    township.filed()
    page = visitors.come(HEAD, "/decide")
    page.keyboard.press("Tab")
    expect(page.get_by_text("跳到正文")).to_be_focused()
    page.get_by_role("button", name="同意").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("已同意，转下一步审批。")).to_be_visible()


def test_the_log_prints_as_a_table(visitors: Visitors) -> None:
    page = visitors.come(INSPECTOR, "/log")
    page.set_viewport_size(A4)  # type: ignore[arg-type]
    page.emulate_media(media="print")
    expect(page.locator(".head")).to_be_hidden()
    expect(page.locator(".sentence")).to_be_hidden()
    expect(page.get_by_text("由周建国打印")).to_be_visible()
    expect(page.locator("td.what").first).to_have_css("display", "table-cell")
    assert page.evaluate("document.documentElement.scrollWidth") <= A4["width"]
