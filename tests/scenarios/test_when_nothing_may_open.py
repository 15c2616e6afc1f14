"""An election, during which nothing of a cooperative opens; and a door that a mechanical key opened all the same."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.scenarios.accounts import approved
from tests.scenarios.demo import Demo
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk

SEAL, OTHER_PLACE = "财务专用章", "CAB-02/7"


def test_during_an_election_nothing_opens_and_afterwards_it_does_again(
    demo: Demo, open_screen: Callable[..., Page]
) -> None:
    cast = demo.cast
    approved(demo.url, cast, SEAL, "付村道清扫款")
    office = Desk(open_screen("desktop"), demo.url).sign_in(cast.reviewer)
    office.open("/cooperatives").page.get_by_role("link", name="东坑村第一经济合作社").click()
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.identify_both(cast.accountant, cast.officer)
    expect(kiosk.main.get_by_role("button").filter(has_text="领用").filter(has_text=SEAL)).to_be_visible()
    _sealed(office, "封存", "换届选举")
    expect(office.main).to_contain_text("封存中")
    kiosk.choose("许可已经作废", SEAL)
    kiosk.shows("许可已经作废")
    kiosk.touch("结束")
    accountant = Desk(open_screen("phone"), demo.url).sign_in(cast.accountant).open("/requests/new")
    accountant.page.get_by_role("checkbox", name=SEAL).check()
    expect(accountant.page.locator("#needs")).to_contain_text("封存")

    _sealed(office, "启封", "选举结束")
    expect(office.main).not_to_contain_text("封存中")
    lines = office.log_once_it_says("东坑一社 启封，可以领用了", "东坑一社")
    assert any("封存了 东坑一社" in line for line in lines)


def test_a_door_opened_with_the_mechanical_key_is_explained_attested_and_approved_at_the_desk(
    demo: Demo, open_screen: Callable[..., Page]
) -> None:
    cast = demo.cast
    demo.hands.force(OTHER_PLACE)
    officer = Desk(open_screen("phone"), demo.url).sign_in(cast.officer)
    found = _finding(officer, "CAB-02 7格")
    where = found.get_attribute("href") or ""
    found.click()
    officer.page.get_by_label("为什么没有许可就开").select_option(label="用机械钥匙开")
    officer.page.get_by_label("见证人").select_option(label=f"{cast.reviewer.name}，三资办")
    officer.page.get_by_role("textbox", name="经过").fill("锁坏了，社里急着用凭证，用机械钥匙开的门，什么都没有取走。")
    officer.page.get_by_role("button", name="说明这次开柜").click()
    expect(officer.notice).to_contain_text("请见证人登录后确认")
    demo.hands.close(OTHER_PLACE)

    witness = Desk(open_screen("phone"), demo.url).sign_in(cast.reviewer).open(where)
    witness.page.get_by_role("button", name="我在场，情况属实").click()
    expect(witness.notice).to_contain_text("等三资办负责人追认")
    head = Desk(open_screen("desktop"), demo.url).sign_in(cast.office_head).open(where)
    head.page.get_by_label("定性的理由").fill("锁芯损坏，情况属实。")
    head.page.get_by_role("button", name="追认", exact=True).click()
    expect(head.notice).to_contain_text("已追认。")
    expect(officer.open(where).main).to_contain_text("用机械钥匙开")
    expect(officer.main).to_contain_text("已追认")


def _sealed(office: Desk, word: str, why: str) -> None:
    """封存 or 启封 on the cooperative's page."""
    office.page.locator("summary", has_text=word).click()
    form = office.page.locator("details[open] form")
    form.get_by_label("原因").fill(why)
    form.get_by_role("button", name=word).click()
    expect(office.notice.first).to_contain_text(f"已{word}")


def _finding(desk: Desk, place: str) -> Locator:
    """The link to the finding about this place, once there is one."""
    row = desk.open("/findings").page.locator("tr", has_text=place).get_by_role("link").first
    row.wait_for()
    return row
