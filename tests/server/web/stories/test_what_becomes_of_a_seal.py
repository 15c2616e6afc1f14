"""What becomes of a seal: missed at the inventory, lost, voided and followed by another; found; stopped, destroyed."""

from playwright.sync_api import Locator, Page, expect

from server.custody.facts import Item
from server.custody.states import ItemState, SealLife, SealType
from tests.server.pictures import jpeg
from tests.server.web.handovers import lines_of
from tests.server.web.stories.office import (
    Office,
    a_seal_beyond_the_list,
    cells_of,
    counted_in_the_store,
    file_of,
    printed,
    told,
    unfold,
)
from tests.server.web.township import (
    ACCOUNTANT,
    INSPECTOR,
    OFFICE_HEAD,
    OFFICER,
    REVIEWER,
    SUPERVISOR,
)

NEW_SEAL = "清溪镇东坑村第一经济合作社公章（2026）"


def test_a_seal_that_the_inventory_misses_is_lost_and_voided_and_another_takes_its_place(office: Office) -> None:
    seal = office.township.seal()
    reviewer = office.come(REVIEWER, f"/cooperatives/{seal.cooperative}")
    officer, where = _inventory_begun(office, reviewer)
    _counted_without(office, officer, where, seal)
    watcher = office.come(SUPERVISOR, where, "phone")
    for page, part in ((officer, "盘点人"), (watcher, "监盘人")):
        page.get_by_role("button", name=f"我签{part}").click()
        expect(page.locator(".seat", has_text=part).get_by_text("已签")).to_be_visible()
    told(watcher, "签齐了，这次交接办结。")
    rows = cells_of(printed(reviewer, "盘点表 Excel"))
    assert [row[6:9] for row in rows if seal.name in row] == [[1, 0, -1]], "book, found, difference"
    assert [row[6:9] for row in rows if NEW_SEAL in row] == [[0, 1, 1]]

    accountant = office.come(ACCOUNTANT, f"/items/{seal.id}", "phone")
    _takes_a_step(accountant, "报失", "盘点时不在格里，10月17日还用过")
    reviewer.goto(f"/items/{seal.id}")
    _takes_a_step(reviewer, "声明作废", "登报声明，《羊城晚报》11月25日", "声明.jpg")
    reviewer.get_by_label("哪一枚").select_option(label=NEW_SEAL)
    reviewer.get_by_role("button", name="登记").click()
    told(reviewer, "已登记。")
    _is_told_on_one_page(reviewer)
    accountant.goto("/requests/new")
    expect(accountant.get_by_role("checkbox", name="公章（2026）")).to_be_visible()
    assert office.township.only(Item, id=seal.id).state is ItemState.MISSING
    assert office.logged("seal_") == ["seal_lost", "seal_voided", "seal_succeeded"]


def test_a_stopped_seal_is_surrendered_and_destroyed_before_two_witnesses_and_pictured(office: Office) -> None:
    seal = office.township.seal(SealType.FINANCE)
    reviewer = office.come(REVIEWER, f"/items/{seal.id}")
    _takes_a_step(reviewer, "停用", "印面磨损，已另刻")
    accountant = office.come(ACCOUNTANT, "/requests/new", "phone")
    expect(accountant.get_by_role("checkbox", name="财务专用章")).to_be_disabled()
    _takes_a_step(reviewer, "缴回封存", "章已在柜内")
    destroying = unfold(reviewer, "销毁")
    for number, name in ((1, INSPECTOR), (2, OFFICE_HEAD)):
        destroying.get_by_label(f"监销人 {number}").select_option(label=name)
    _says_why(destroying, "销毁", "缴销证明 2026-3")
    expect(reviewer.get_by_role("main")).to_contain_text("销毁印章要附照片")
    destroying = unfold(reviewer, "销毁")
    _hands_in(destroying, "销毁前后.jpg")
    destroying.get_by_role("button", name="销毁", exact=True).click()
    told(reviewer, "已登记。")
    expect(reviewer.get_by_role("link", name="销毁前后.jpg")).to_be_visible()
    expect(reviewer.locator("#moments")).to_contain_text(f"{INSPECTOR}、{OFFICE_HEAD}")
    assert office.township.only(Item, id=seal.id).life is SealLife.DESTROYED
    assert office.logged("seal_") == ["seal_stopped", "seal_surrendered", "seal_destroyed"]


def test_a_frozen_seal_rests_until_it_is_unfrozen_and_a_found_one_until_it_lies_in_the_cabinet(office: Office) -> None:
    seal = office.township.seal()
    reviewer = office.come(REVIEWER, f"/items/{seal.id}")
    accountant = office.come(ACCOUNTANT, f"/items/{seal.id}", "phone")
    for step, why in (("冻结", "银行来电说印鉴对不上"), ("解冻", "当面核对过印模")):
        _takes_a_step(reviewer, step, why)
        unfold(reviewer, "解冻" if step == "冻结" else "冻结")
        accountant.goto("/requests/new")
        choice = expect(accountant.get_by_role("checkbox", name="公章"))
        choice.to_be_disabled() if step == "冻结" else choice.to_be_enabled()
    accountant.goto(f"/items/{seal.id}")
    _takes_a_step(accountant, "报失", "早上不在包里")
    reviewer.reload()
    _takes_a_step(reviewer, "找回", "在农商银行柜台找到，章完好")
    _takes_a_step(reviewer, "解冻", "当面核对过印模")
    unfold(reviewer, "冻结")
    accountant.goto("/requests/new")
    expect(accountant.get_by_role("checkbox", name="公章 橡胶，圆形 42mm 待查找")).to_be_disabled()
    assert office.logged("seal_") == ["seal_frozen", "seal_unfrozen", "seal_lost", "seal_found", "seal_unfrozen"]


def _inventory_begun(office: Office, reviewer: Page) -> tuple[Page, str]:
    """The office opens 盘点 on the cooperative's page; answers the officer's phone at the list, and where it is."""
    opening = unfold(reviewer, "发起交接")
    opening.get_by_label("年度盘点").check()
    opening.get_by_role("button", name="拟清单").click()
    reviewer.get_by_role("button", name="清单核对过了，开始清点").click()
    told(reviewer, "开始清点。")
    where = reviewer.url.partition("?")[0]
    return office.come(OFFICER, where, "phone"), where


def _counted_without(office: Office, officer: Page, where: str, seal: Item) -> None:
    """All but the seal are there, and one is there that is on no list; the difference is settled."""
    counted_in_the_store(office.township, where, but=seal.id)
    missed = next(line for line in lines_of(office.township, where) if line.item == seal.id)
    row = officer.locator(f"#line-{missed.number}")
    differs = unfold(row, "有出入")
    differs.get_by_label("差在哪里").fill("不在格里，没有人说得清")
    differs.get_by_role("button", name="未见").click()
    settling = unfold(row, "这一处差异怎么处理")
    settling.get_by_role("textbox", name="说明").fill("去向不明，已报告三资办")
    settling.get_by_role("button", name="记下处理").click()
    told(officer, "差异已处理。")
    a_seal_beyond_the_list(officer, NEW_SEAL, "10月新刻，还没有登记")


def _takes_a_step(page: Page, step: str, why: str, document: str = "") -> None:
    fold = unfold(page, step)
    if document:
        _hands_in(fold, document)
    _says_why(fold, step, why)
    told(page, "已登记。")


def _says_why(fold: Locator, step: str, why: str) -> None:
    fold.get_by_label("依据").fill(why)
    fold.get_by_role("button", name=step, exact=True).click()


def _hands_in(fold: Locator, name: str) -> None:
    fold.locator("input[type=file]").set_input_files([file_of(name, jpeg())])
    expect(fold.get_by_role("link", name=name)).to_be_visible()


def _is_told_on_one_page(page: Page) -> None:
    """Registered, counted in, missed, lost, voided, followed: its whole history."""
    story = page.locator("#moments")
    for moment in ("不在格里", "遗失", "登报声明", "接任"):
        expect(story).to_contain_text(moment)
    expect(page.get_by_role("region", name="交接和盘点")).to_contain_text("年度盘点")
