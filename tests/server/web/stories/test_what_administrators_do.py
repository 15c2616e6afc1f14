"""The administrators' day: a calendar, a setting loosened by two, a roster that renews a contract; and it is found."""

import io
from datetime import date, timedelta
from importlib.resources import files

import openpyxl
import pytest
from playwright.sync_api import expect

from server.custody.facts import Item
from server.custody.terms import contract_end
from tests.server.web.stories.administering import SECURITY, SYSTEM
from tests.server.web.stories.office import Office, file_of, told
from tests.server.web.test_notices import tell
from tests.server.web.test_searching import make_findable
from tests.server.web.township import OFFICE_HEAD, REVIEWER

AUDIT = "江玉兰"
LESSEE = "清溪镇水口村第六经济合作社"
CONTRACT, NUMBER = "水口村办公设备采购合同", "44200306-HT-2024-CG-0001"
RENEWED = date(2030, 2, 28)


def test_a_setting_is_loosened_by_two_and_a_holiday_is_nobodys_working_day(office: Office) -> None:
    head = office.come(OFFICE_HEAD, "/holidays")
    head.get_by_label("放假的日子").fill("2026-11-24\n2027年1月1日")
    head.get_by_role("button", name="存好").click()
    told(head, "节假日存好了。")
    expect(head.get_by_label("放假的日子")).to_have_value("2026-11-24\n2027-01-01")
    system = office.come(SYSTEM, "/admin/settings")
    setting = system.get_by_role("region", name="不操作自动退出")
    setting.get_by_label("改成").fill("120")
    setting.get_by_label("为什么").fill("窗口办事要时间")
    setting.get_by_role("button", name="修改").click()
    told(system, "已提出，另一位管理员确认以后生效。")
    expect(setting).to_contain_text("60 分钟")
    security = office.come(SECURITY, "/admin/changes", "phone")
    security.get_by_role("button", name="确认，马上生效").click()
    told(security, "已确认，现在就生效。")
    system.reload()
    expect(setting.get_by_role("heading")).to_contain_text("120 分钟")
    audit = office.come(AUDIT, "/admin/history")
    expect(audit.locator("#history")).to_contain_text("不操作自动退出")
    expect(audit.locator("#history")).to_contain_text(f"{SECURITY} 确认")
    assert office.logged("holidays_", "change_", "setting_") == ["holidays_set", "change_proposed", "change_confirmed"]


@pytest.mark.long
def test_a_contract_that_ends_is_heard_of_renewed_by_the_next_roster_and_found(office: Office) -> None:
    township = office.township
    contract = township.only(Item, name=CONTRACT, cooperative=township.cooperative(LESSEE).id)
    township.clock.pass_by(timedelta(days=14))
    tell(township)
    accountant = office.come(township.officer(LESSEE, "accountant"), "/notices", "phone")
    accountant.get_by_role("link", name="期满").click()
    accountant.wait_for_url(f"**/items/{contract.id}")
    for fact in (NUMBER, "清溪镇金源贸易有限公司", "100,000.00元", "这份合同2027年2月28日到期"):
        expect(accountant.get_by_role("main")).to_contain_text(fact)
    _roster_is_updated(office)
    accountant.reload()
    expect(accountant.get_by_role("main")).to_contain_text("欠缴12,000.00元。请催收")
    expect(accountant.locator("#moments")).to_contain_text("的登记信息变了")
    assert contract_end(township.only(Item, id=contract.id)) == RENEWED
    make_findable(township)
    reviewer = office.come(REVIEWER, "/")
    reviewer.get_by_role("searchbox").first.fill("办公设备 44200306")
    reviewer.keyboard.press("Enter")
    reviewer.locator("#found").get_by_role("link", name=CONTRACT).click()
    reviewer.wait_for_url(f"**/items/{contract.id}")


def _roster_is_updated(office: Office) -> None:
    system = office.come(SYSTEM, "/admin/roster")
    system.locator("input[type=file]").set_input_files([file_of("名册.xlsx", _renewed())])
    system.get_by_role("button", name="看看会改什么").click()
    expect(system.get_by_role("region", name="会新增和更改的")).to_contain_text(CONTRACT)
    system.get_by_label("为什么更新").fill("合同续签")
    system.get_by_role("button", name="送安全管理员确认").click()
    told(system, "已提出，另一位管理员确认以后生效。")
    security = office.come(SECURITY, "/admin/changes")
    security.get_by_role("link", name="名册").first.click()
    security.get_by_role("button", name="看过，确认写入").click()
    told(security, "名册已更新，几秒钟内每台柜子都知道。")


def _renewed() -> bytes:
    """The township's workbook in which the contract runs three years longer, and money is owed under it."""
    book = openpyxl.load_workbook(io.BytesIO(files("server.demo").joinpath("township_roster.xlsx").read_bytes()))
    sheet = book["合同"]
    owed = sheet.max_column + 1
    sheet.cell(2, owed).value = "欠缴金额(元)"
    row = next(number for number in range(3, sheet.max_row + 1) if sheet.cell(number, 2).value == NUMBER)
    term = next(number for number in range(1, owed) if sheet.cell(2, number).value == "期限(年)")
    sheet.cell(row, term).value = 6
    sheet.cell(row, owed).value = 12_000
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
