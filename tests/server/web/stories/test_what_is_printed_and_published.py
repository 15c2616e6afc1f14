"""One click from each list to its paper; the figures in pictures; and a stranger who objects to what was published."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from server.custody.objections import Objection
from tests.fixtures.poppler import PdfText
from tests.server.web.stories.office import Office, cells_of, printed, told
from tests.server.web.test_papers import used
from tests.server.web.test_public_pages import CODE
from tests.server.web.township import ACCOUNTANT, OFFICE_HEAD, OFFICER, REVIEWER

PURPOSE, CONTRACT, VOLUME = "签东坑村路灯采购合同", "东坑村路灯采购合同", "2024年3月凭证"
MONTH = f"/public/{CODE}/2026-11"
ANSWER = "查过了，合同是9月定的，已补充说明。"


def test_each_list_is_one_click_from_its_paper(office: Office, pdf_text: PdfText) -> None:
    checkout, cooperative = used(office.township), f"/cooperatives/{office.township.cooperative().id}"
    lists = {
        "/log": {"用印登记表": PURPOSE, "共管柜开启记录": OFFICER, "会计档案借阅（查阅）登记表": "档案"},
        cooperative: {"印章交接清单": CONTRACT, "盘点表": VOLUME},
        f"{cooperative}/things?kind=contract": {"合同档案目录": CONTRACT},
        f"/checkouts/{checkout}": {"用印审批表": PURPOSE},
        "/disclosures": {"东坑一社 2026-11 公开表": PURPOSE},
    }
    reviewer = office.come(REVIEWER, "/log")
    for path, papers in lists.items():
        reviewer.goto(path)
        for paper, says in papers.items():
            _says_so_as_workbook_and_as_pdf(reviewer, paper, says, pdf_text)
    assert office.logged("export_") == ["export_made"] * 16


def test_a_stranger_reads_what_was_stamped_objects_and_reads_the_answer(office: Office) -> None:
    used(office.township)
    stranger = office.come(None, "/public", "phone")
    expect(stranger.get_by_role("main")).to_contain_text("从申请到批准，一半以上不超过")
    stranger.get_by_role("link", name="东坑一社").click()
    table = stranger.get_by_role("region", name="每一次用印")
    expect(table).to_contain_text(PURPOSE)
    expect(table).to_contain_text(ACCOUNTANT)
    stranger.get_by_label("哪里不对").fill("路灯合同为什么没有开会？")
    stranger.get_by_role("button", name="提出异议").click()
    told(stranger, "收到了。请记下这个网址，5 天内在这里看答复。")
    office.township.clock.pass_by(timedelta(days=1))
    reviewer = office.come(REVIEWER, "/disclosures")
    reviewer.get_by_label("答复（会公开）").fill(ANSWER)
    reviewer.get_by_role("button", name="答复").click()
    told(reviewer, "已经答复，公开页上能看到。")
    stranger.reload()
    expect(stranger.get_by_role("region", name="三资办的答复")).to_contain_text(ANSWER)
    stranger.goto(MONTH)
    answered = stranger.get_by_role("region", name="异议")
    expect(answered).to_contain_text(ANSWER)
    expect(answered).to_contain_text("收到 1 件，答复 1 件")
    expect(answered).not_to_contain_text("没有开会")
    assert [each.answer for each in office.township.all(Objection)] == [ANSWER]
    assert office.logged("objection_") == ["objection_raised", "objection_answered"]


def test_the_heads_pictures_say_how_often_how_long_and_how_late(office: Office) -> None:
    for _ in range(2):
        used(office.township)
    head = office.come(OFFICE_HEAD, "/")
    head.get_by_role("link", name="统计").first.click()
    drawn = head.locator("figure")
    expect(drawn.first).to_be_visible()
    for figure in drawn.all():
        expect(figure.locator("svg").first).to_be_visible()
    uses = head.locator("figure", has_text="各社用了多少次")
    uses.locator("summary").click()
    expect(uses.get_by_role("row", name="东坑一社")).to_contain_text("2")
    expect(head.locator(".big-figures")).to_contain_text("2")


def _says_so_as_workbook_and_as_pdf(page: Page, paper: str, says: str, pdf_text: PdfText) -> None:
    of_a_month = paper.endswith("公开表")
    cells = [str(cell) for row in cells_of(printed(page, f"{paper} Excel")) for cell in row]
    text = "".join(pdf_text(printed(page, f"打印 {paper}" if of_a_month else f"{paper} PDF")).split())
    assert any(says in cell for cell in cells), paper
    assert says in text, paper
    assert "第1页" in text, paper
