"""A card and a PIN: given out at the desk, known at the kiosk, lost, replaced and locked within moments."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from server.custody.roles import Role
from server.custody.roster import PersonRow
from server.demo.township import demo_roster
from server.operate.verify import verify
from server.store.folder import DataFolder
from server.township import now
from tests.device_agent.kiosk.glass import hold_card
from tests.scenarios.demo import Demo
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.waiting import until

PIN, PASSWORD, NEW_CARD = "528491", "three unrelated words", "0099887766"


def test_a_lost_card_opens_nothing_the_new_one_does_and_a_locked_pin_ends_that_too(
    demo: Demo, open_screen: Callable[..., Page]
) -> None:
    neighbour, kiosk = _neighbour(), Kiosk(open_screen("kiosk"), demo.kiosk_url)
    old_card = neighbour.card or ""
    assert _shown_to(kiosk, old_card) == "还没有设开柜密码"
    reviewer = _at_their_page(Desk(open_screen("desktop"), demo.url).sign_in(demo.cast.reviewer), neighbour)
    reviewer.page.get_by_role("button", name="打一张").click()
    own = Desk(open_screen("phone"), demo.url).open("/redeem")
    _sets_password_and_pin(own, reviewer.page.locator(".slip-code").inner_text())
    _wait_until_shown(kiosk, old_card, f"{neighbour.name}，请按密码")

    own.open("/me").page.get_by_role("button", name="挂失").click()
    expect(own.notice).to_contain_text("卡已挂失")
    _wait_until_shown(kiosk, old_card, "柜机不认这张卡")
    head = _at_their_page(Desk(open_screen("desktop"), demo.url).sign_in(demo.cast.office_head), neighbour)
    head.page.get_by_placeholder("卡号").fill(NEW_CARD)
    head.page.get_by_role("button", name="换卡").click()
    expect(head.notice).to_contain_text("门卡已发")
    _wait_until_shown(kiosk, NEW_CARD, f"{neighbour.name}，请按密码")
    assert _shown_to(kiosk, old_card) == "柜机不认这张卡"

    _at_their_page(reviewer, neighbour).page.get_by_role("button", name="锁住").click()
    expect(reviewer.notice).to_contain_text("开柜密码已锁住")
    _wait_until_shown(kiosk, NEW_CARD, "还没有设开柜密码")
    assert verify(DataFolder(demo.data)).wrong is None


def _neighbour() -> PersonRow:
    """The accountant of the second cooperative, whom no other story needs."""
    roster = demo_roster(now())
    unit = roster.cooperatives[1].name
    return next(row for row in roster.people if row.unit == unit and row.role is Role.ACCOUNTANT)


def _at_their_page(desk: Desk, person: PersonRow) -> Desk:
    desk.open(f"/people?q={person.phone}").page.get_by_role("link", name=person.name).click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text(person.name)
    return desk


def _sets_password_and_pin(own: Desk, code: str) -> None:
    own.page.get_by_label("开通码").fill(code)
    own.page.get_by_label("登录密码").fill(PASSWORD)
    own.page.get_by_label("开柜密码").fill(PIN)
    own.page.get_by_role("button", name="设好并登录").click()
    expect(own.notice).to_contain_text("密码设好了")


def _shown_to(kiosk: Kiosk, card: str) -> str:
    """What the screen says to whoever holds this card to the reader."""
    kiosk.shows("请刷卡")
    hold_card(kiosk.page, card)
    expect(kiosk.title).not_to_have_text("请刷卡")
    said = kiosk.title.inner_text()
    kiosk.touch("结束")
    return said


def _wait_until_shown(kiosk: Kiosk, card: str, title: str) -> None:
    """The agent hears of it within moments."""
    until(lambda: _shown_to(kiosk, card) == title, f"the kiosk to say {title}")
