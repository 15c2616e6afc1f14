"""Two administrators at two machines: one proposes an officer and gives a card, the other confirms on a phone."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from server.custody.roles import Role
from server.store.lists.registers import standings
from tests.server.web.service import serving
from tests.server.web.test_in_a_browser import Visitors
from tests.server.web.township import Township


def test_a_new_officer_begins(township: Township, open_screen: Callable[..., Page]) -> None:
    with serving(township.app) as address:
        visitors = Visitors(township, address, open_screen)
        desk = visitors.come("叶海燕", "/people/new")
        desk.get_by_label("姓名").fill("曾小兰")
        desk.get_by_label("手机号").fill("13912345678")
        desk.get_by_label("单位").fill("三资办")
        desk.get_by_role("button", name="登记").click()
        desk.get_by_role("link", name="授予职务").click()
        desk.get_by_label("职务").select_option(label="三资办柜管员")
        desk.get_by_label("到哪天").fill("2029-11-22")
        desk.get_by_role("button", name="送安全管理员确认").click()
        expect(desk.get_by_text("等另一位管理员确认", exact=True)).to_be_visible()
        desk.get_by_placeholder("卡号").fill("0987654321")
        desk.get_by_role("button", name="发卡").click()
        expect(desk.get_by_text("门卡已发")).to_be_visible()
        phone = visitors.come("潘振东", "/admin/changes", "phone")
        phone.get_by_role("button", name="确认，马上生效").click()
        expect(phone.get_by_text("已确认，现在就生效。")).to_be_visible()
    with township.database.reading() as reader:
        (officer,) = (who for who in standings(reader) if who.name == "曾小兰")
    assert officer.roles == {Role.CABINET_OFFICER}
    assert officer.person.card is not None
