"""Requests that end before anything is used: taken back, called off, never collected; and time that is extended."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from server.custody.states import SealType
from server.usecases.expire_permits import ExpirePermits, expire_permits
from tests.server.web.stories.asking import FINANCE_SEAL, SEAL, ask_for, life_of
from tests.server.web.stories.office import Office, told
from tests.server.web.test_checkouts import taken
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICE_HEAD, REVIEWER

LAMPS, ACCOUNT = "签路灯采购合同", "银行对账"
A_LONG_WEEK = timedelta(days=4)


def test_what_is_taken_back_called_off_or_never_collected_is_over_and_free_again(office: Office) -> None:
    township = office.township
    accountant = office.come(ACCOUNTANT, "/", "phone")
    ask_for(accountant, SEAL, LAMPS)
    head = office.come(HEAD, "/decide", "phone")
    _takes_back(accountant, SEAL)
    head.get_by_role("button", name="同意").click()
    expect(head.get_by_role("main")).to_contain_text("已撤回")

    approved = township.permitted(purpose=LAMPS)
    _takes_back(accountant, SEAL)
    assert life_of(accountant)[-2:] == ["开柜许可作废：申请撤回了", "游少玉 撤回了申请"]
    called_off = township.permitted(purpose=LAMPS)
    _calls_off(office.come(REVIEWER, f"/checkouts/{called_off}"))
    township.permitted(items=(township.seal(SealType.FINANCE).id,), purpose=ACCOUNT)
    township.clock.pass_by(A_LONG_WEEK)
    township.writer.run_now(expire_permits, ExpirePermits())

    accountant = office.come(ACCOUNTANT, "/", "phone")
    recent = accountant.get_by_role("region", name="最近办完的")
    expect(recent.get_by_role("link", name=FINANCE_SEAL)).to_contain_text("过期")
    expect(recent.get_by_role("link", name=SEAL)).to_have_count(3)
    ask_for(accountant, SEAL, LAMPS)
    assert township.permit_of(approved) is not None
    assert office.logged("checkout_withdrawn", "checkout_expired", "permit_") == [
        *("checkout_withdrawn", "permit_issued", "permit_revoked", "checkout_withdrawn"),
        *("permit_issued", "permit_revoked", "checkout_withdrawn", "permit_issued", "checkout_expired"),
    ]


def test_time_is_extended_once_for_a_reason_that_everybody_reads(office: Office) -> None:
    checkout = taken(office.township)
    accountant = office.come(ACCOUNTANT, "/", "phone")
    held = accountant.get_by_role("region", name="我手上的")
    expect(held).to_contain_text("还有 30 分钟")
    held.get_by_text("怎么归还").click()
    expect(held).to_contain_text("请三资办延长一次")
    office_head = office.come(OFFICE_HEAD, f"/checkouts/{checkout}")
    office_head.get_by_label("延长的原因").fill("合同方还在路上")
    reviewer = office.come(REVIEWER, f"/checkouts/{checkout}")
    reviewer.get_by_label("延长的原因").fill("对方的公章没有带来")
    reviewer.get_by_role("button", name="延长归还时限").click()
    told(reviewer, "只能延长这一次")
    expect(reviewer.get_by_role("button", name="延长归还时限")).to_have_count(0)
    expect(held).not_to_contain_text("还有 30 分钟")
    expect(held.get_by_text("请三资办延长一次")).to_be_visible()

    expect(office_head.get_by_label("延长的原因")).to_have_value("合同方还在路上")
    office_head.get_by_role("button", name="延长归还时限").click()
    expect(office_head.get_by_role("main")).to_contain_text("已经延长过一次，不能再延")
    inspector = office.come(INSPECTOR, f"/checkouts/{checkout}", "phone")
    expect(inspector.locator(".story")).to_contain_text("对方的公章没有带来")
    assert office.logged("checkout_extended", "request_refused") == ["checkout_extended", "request_refused"]


def _takes_back(accountant: Page, item: str) -> None:
    accountant.goto("/")
    accountant.get_by_role("region", name="进行中").get_by_role("link", name=item).click()
    accountant.get_by_role("button", name="撤回申请").click()
    told(accountant, "申请已撤回")


def _calls_off(reviewer: Page) -> None:
    reviewer.get_by_label("作废的原因").fill("对方公司今天不来了")
    reviewer.get_by_role("button", name="作废许可").click()
    told(reviewer, "许可已作废")
    expect(reviewer.locator(".story")).to_contain_text("对方公司今天不来了")
