"""A new cabinet and a new cooperative without any workbook: registered by hand, and its first thing counted in."""

from playwright.sync_api import Page, expect

from server.custody.facts import Cabinet, Item
from tests.server.web.stories.administering import SYSTEM, mandate_put_on_record
from tests.server.web.stories.office import Office, a_seal_beyond_the_list, told, unfold
from tests.server.web.township import OFFICER, REVIEWER

NAME, SHORT = "清溪镇东坑村第十九经济合作社", "东坑十九社"
NEW_SEAL = f"{NAME}公章"
CABINET = {"柜号": "CAB-03", "格口数": "16", "放在哪里": "镇便民服务中心一楼", "锁控板型号": "通用8A锁控板"}
COOPERATIVE = {"全称": NAME, "编号": "44200199", "村": "东坑村", "格口号": "5", "成员人数": "88"}


def test_a_cooperative_gets_a_compartment_of_a_new_cabinet_a_mandate_and_its_first_seal(office: Office) -> None:
    system = office.come(SYSTEM, "/admin/cabinets")
    system.get_by_role("link", name="添加共管柜").click()
    _typed(system, CABINET)
    expect(system.get_by_role("heading", name="CAB-03", level=1)).to_be_visible()
    system.goto("/admin/cooperatives")
    system.get_by_role("link", name="添加合作社").click()
    system.get_by_label("共管柜").select_option(label="CAB-03")
    _typed(system, COOPERATIVE)
    cooperative = office.township.cooperative(NAME)
    assert (cooperative.place, office.township.only(Cabinet, id="CAB-03").compartments) == ("CAB-03/5", 16)

    where = f"/cooperatives/{cooperative.id}"
    reviewer = office.come(REVIEWER, where)
    _first_list(reviewer)
    expect(reviewer.get_by_role("main")).to_contain_text(f"{SHORT}还没有登记委托保管授权")
    mandate_put_on_record(office, system, cooperative, "2026-11-20", "2030-11-19")
    reviewer.goto(where)
    _first_list(reviewer)
    reviewer.get_by_role("button", name="清单核对过了，开始清点").click()
    told(reviewer, "开始清点。")
    officer = office.come(OFFICER, reviewer.url.partition("?")[0], "phone")
    a_seal_beyond_the_list(officer, NEW_SEAL, "随合作社成立刻制")
    reviewer.goto(where)
    expect(reviewer.get_by_role("main")).to_contain_text(NEW_SEAL.removeprefix(NAME))
    [item] = office.township.where(Item, cooperative=cooperative.id)
    assert item.name == NEW_SEAL
    registered = ["cabinet_registered", "cooperative_registered", "mandate_recorded", "item_registered"]
    assert office.logged(*registered) == registered


def _typed(page: Page, fields: dict[str, str]) -> None:
    for label, words in fields.items():
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name="登记", exact=True).click()
    told(page, "已登记，记进了台账。")


def _first_list(reviewer: Page) -> None:
    opening = unfold(reviewer, "发起交接")
    opening.get_by_label("首次进柜").check()
    opening.get_by_role("button", name="拟清单").click()
