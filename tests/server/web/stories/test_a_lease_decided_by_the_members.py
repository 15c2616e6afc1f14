"""出租: what it needs is said while the form is written, the vote is computed, and three people decide on it."""

from playwright.sync_api import Page, expect

from server.custody.facts import Checkout
from tests.server.pictures import pdf
from tests.server.web.stories.asking import SEAL, agree_to, life_of, under_way
from tests.server.web.stories.office import Office, file_of, told
from tests.server.web.test_a_major_matter import LEADER
from tests.server.web.township import ACCOUNTANT, HEAD, REVIEWER

LETTING, MINUTES = "出租旧小学校舍", "会议记录.pdf"
PAPERS = {"document": "租赁合同.pdf", "minutes": MINUTES, "party_discussion": "党支部会议.pdf"}
MEETING = {
    "哪天通知的": "2026-11-01",
    "哪天开的": "2026-11-11",
    "应到": "113",
    "实到": "80",
    "同意": "75",
    "交易平台的编号": "QX-2026-0018",
}


def test_the_form_says_what_is_missing_computes_the_vote_and_three_decide_on_fixed_documents(office: Office) -> None:
    accountant = office.come(ACCOUNTANT, "/requests/new", "phone")
    needs = accountant.locator("#needs")
    _writes(accountant)
    accountant.get_by_label("是什么事").select_option(label="为他人债务担保")
    expect(needs).to_contain_text("《农村集体经济组织法》第三十五条、第五十八条禁止")
    accountant.get_by_label("是什么事").select_option(label="出租集体资产")
    expect(needs).to_contain_text("要写明对方是谁、金额多少")
    _tells_of_the_deal_and_the_meeting(accountant)
    expect(needs).to_contain_text("至少要 76 人同意")
    accountant.get_by_label("同意", exact=True).fill("76")
    expect(needs).not_to_contain_text("至少要 76 人同意")
    for kind, name in PAPERS.items():
        chooser = accountant.locator(f"[data-kind={kind}]")
        chooser.locator("input[type=file]").set_input_files([file_of(name, pdf())])
        expect(chooser.get_by_role("link", name=name)).to_be_visible()
    accountant.get_by_role("button", name="送去审批").click()
    told(accountant, "已送去审批")

    head = office.come(HEAD, "/decide", "phone")
    expect(head.get_by_role("article")).to_contain_text("应到 113 人，实到 80 人，同意 76 人")
    expect(head.get_by_role("article").get_by_role("link", name=MINUTES)).to_be_visible()
    agree_to(head, LETTING)
    for person in (REVIEWER, LEADER):
        agree_to(office.come(person, "/decide", "phone"), LETTING)
    under_way(accountant, "可取用")
    accountant.get_by_role("region", name="进行中").get_by_role("link", name=SEAL).click()
    assert f"{LEADER} 审批同意，各步都同意了" in life_of(accountant)
    [decided] = office.township.all(Checkout)
    assert len(decided.decisions) == 3
    assert office.logged("checkout_", "documents_")[:2] == ["checkout_filed", "documents_filed"]


def _writes(accountant: Page) -> None:
    accountant.get_by_role("checkbox", name=SEAL).check()
    for label, words in {"做什么用": LETTING, "盖在什么文件上": "租赁合同", "盖几份": "4"}.items():
        accountant.get_by_label(label).fill(words)


def _tells_of_the_deal_and_the_meeting(accountant: Page) -> None:
    """The part about the vote has opened by itself."""
    for label, words in {"对方": "恒达公司", "金额（元）": "12万", "期限（年）": "4"}.items():
        accountant.get_by_label(label).fill(words)
    expect(accountant.locator("#needs")).to_contain_text("要先由成员大会或成员代表大会表决")
    accountant.get_by_label("什么会").select_option(label="成员大会")
    for label, words in MEETING.items():
        accountant.get_by_label(label, exact=True).fill(words)
