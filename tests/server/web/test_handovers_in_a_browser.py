"""A first handover on a tablet, a phone and a desk: counted, settled, signed by three, and the township is complete."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from server.custody.handovers.facts import Handover
from server.custody.handovers.states import Found, HandoverState
from server.usecases.count_handover import CountLine, count_line
from tests.server.web.handovers import drafted, lines_of
from tests.server.web.service import serving
from tests.server.web.test_in_a_browser import Visitors
from tests.server.web.township import INSPECTOR, OFFICER, OUTSIDE, PASSWORD, REVIEWER, Township


def test_a_cooperative_comes_into_the_cabinet(township: Township, open_screen: Callable[..., Page]) -> None:
    where = drafted(township)
    with serving(township.app) as address:
        visitors = Visitors(township, address, open_screen)
        watching = visitors.come(INSPECTOR, "/handovers")
        expect(watching.locator("#progress")).to_contain_text("等三资办核对")
        _begin(visitors.come(REVIEWER, where))
        tablet = visitors.come(OFFICER, where, "phone")
        _count(township, tablet, where)
        expect(watching.locator("#progress")).to_contain_text("等移交人、接收人、监交人签字")
        _sign_by_oneself(visitors.come(township.officer(OUTSIDE, "head"), where, "phone"), "移交人")
        _sign_here(tablet, "监交人", township.person(INSPECTOR).phone)
        _sign_by_oneself(tablet, "接收人")
        expect(tablet.get_by_text("签齐了，这次交接办结。")).to_be_visible()
        expect(watching.locator("#progress")).to_contain_text("37 / 37 个社办结")
    assert {each.state for each in township.all(Handover)} == {HandoverState.DONE}


def _begin(page: Page) -> None:
    page.get_by_role("button", name="清单核对过了，开始清点").click()
    expect(page.get_by_text("已点 0 件")).to_be_visible()


def _count(township: Township, tablet: Page, where: str) -> None:
    """Two lines by hand, one of which differs; the others went the same way."""
    first, second, *others = lines_of(township, where)
    officer = township.person(OFFICER).id
    for line in others:
        asked = CountLine(by=officer, handover=line.handover, item=line.item, found=Found.AS_LISTED)
        township.writer.run_now(count_line, asked)
    expect(tablet.get_by_text(f"已点 {len(others)} 件")).to_be_visible()
    tablet.locator(f"#line-{first.number}").get_by_role("button", name="相符").click()
    expect(tablet.get_by_text(f"已点 {len(others) + 1} 件")).to_be_visible()
    row = tablet.locator(f"#line-{second.number}")
    _unfold(row, "有出入")
    row.get_by_label("差在哪里").fill("社长说在农商银行")
    row.get_by_role("button", name="未见").click()
    _unfold(row, "这一处差异怎么处理")
    row.get_by_label("按缺失移交").check()
    row.get_by_role("textbox", name="说明").fill("限下周一补交")
    row.get_by_role("button", name="记下处理").click()
    expect(tablet.get_by_text("差异已处理。")).to_be_visible()


def _unfold(part: Locator, words: str) -> None:
    """Unfold it; the news may just then have drawn the list anew, and one taps again."""
    folded = part.locator("details:not([open]) > summary", has_text=words)
    folded.wait_for()
    while folded.is_visible():
        folded.click()


def _sign_by_oneself(page: Page, title: str) -> None:
    page.get_by_role("button", name=f"我签{title}").click()
    expect(page.locator(".seat", has_text=title).get_by_text("已签")).to_be_visible()


def _sign_here(tablet: Page, title: str, phone: str) -> None:
    seat = tablet.locator(".seat", has_text=title)
    _unfold(seat, "在这台设备上签")
    seat.get_by_label("签字人的手机号").fill(phone)
    seat.get_by_label("签字人的登录密码").fill(PASSWORD)
    seat.get_by_role("button", name=f"签{title}").click()
    expect(seat.get_by_text("已签")).to_be_visible()
