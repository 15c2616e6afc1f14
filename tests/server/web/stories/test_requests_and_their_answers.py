"""What becomes of a request among people: corrected, refused, decided by whoever stands in, answered late."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from server.usecases.chase_requests import ChaseRequests, chase_requests
from tests.server.web.stories.asking import FINANCE_SEAL, SEAL, agree_to, ask_for, life_of, under_way
from tests.server.web.stories.office import Office, told, unfold
from tests.server.web.test_notices import tell
from tests.server.web.test_papers import used
from tests.server.web.township import ACCOUNTANT, HEAD, REVIEWER, SUPERVISOR

LAMPS, ACCOUNT = "签路灯采购合同", "银行对账"


def test_one_is_sent_back_corrected_and_agreed_to_and_another_is_refused(office: Office) -> None:
    accountant = office.come(ACCOUNTANT, "/", "phone")
    ask_for(accountant, SEAL, LAMPS)
    head = office.come(HEAD, "/decide", "phone")
    back = unfold(head, "退回")
    back.get_by_label("补充一句").fill("合同是四份")
    back.get_by_role("button", name="文件或份数不对").click()
    told(head, "已退回补正")
    _corrected(accountant)
    agree_to(head, "4 份")
    reviewer = office.come(REVIEWER, "/overview", "phone")
    agree_to(reviewer, LAMPS)
    under_way(accountant, "可取用")

    ask_for(accountant, FINANCE_SEAL, ACCOUNT)
    agree_to(head, ACCOUNT)
    _refused(reviewer)
    accountant.get_by_role("region", name="最近办完的").get_by_role("link", name=FINANCE_SEAL).click()
    expect(accountant.get_by_role("main")).to_contain_text("没有同意：本月已经对过账")
    assert life_of(accountant)[-2:] == ["何慧敏 要办的没有办成：退回没有写原因", "何慧敏 没有同意，申请结束"]
    assert office.logged("checkout_", "permit_") == [
        *(
            "checkout_filed",
            "checkout_returned_for_correction",
            "checkout_corrected",
            "checkout_endorsed",
            "checkout_approved",
        ),
        *("permit_issued", "checkout_filed", "checkout_endorsed", "checkout_refused"),
    ]


def test_who_decides_sees_what_the_seal_and_the_other_party_had_before(office: Office) -> None:
    used(office.township, purpose=LAMPS)
    office.township.filed(purpose="签路灯维护合同", amount_cents=120_000)
    head = office.come(HEAD, "/decide", "phone")
    request = head.get_by_role("article")
    expect(request).to_contain_text("1,200")
    for heading in ("这些东西最近的用处", "和这个对方的往来"):
        expect(request.locator("section", has_text=heading)).to_contain_text(LAMPS)


def test_a_head_who_is_away_lets_the_supervisor_decide_and_waiting_decides_nothing(office: Office) -> None:
    head = office.come(HEAD, "/away", "phone")
    head.get_by_label("请谁代").select_option(label="孙辉，代东坑一社理事长审批")
    head.get_by_label("从哪天").fill("2026-11-23")
    head.get_by_label("到哪天").fill("2026-11-24")
    head.get_by_role("button", name="委托").click()
    told(head, "已委托")
    accountant = office.come(ACCOUNTANT, "/", "phone")
    ask_for(accountant, SEAL, LAMPS)
    under_way(accountant, "孙辉")

    _nobody_answers(office, timedelta(hours=7))
    accountant = office.come(ACCOUNTANT, "/", "phone")
    under_way(accountant, "超时了")
    reviewer = office.come(REVIEWER, "/decide", "phone")
    expect(reviewer.get_by_role("region", name="审批超时的")).to_contain_text(SEAL)
    substitute = office.come(SUPERVISOR, "/notices", "phone")
    expect(substitute.get_by_role("main")).to_contain_text(SEAL)
    agree_to(substitute, LAMPS)
    head = office.come(HEAD, "/away", "phone")
    head.get_by_role("button", name="我回来了").click()
    told(head, "委托已结束")
    ask_for(accountant, FINANCE_SEAL, ACCOUNT)
    under_way(accountant, "在廖坤东那里")
    accountant.get_by_role("region", name="进行中").get_by_role("link", name=SEAL).click()
    assert "孙辉（代廖坤东） 同意了，转下一步审批" in life_of(accountant)
    assert office.logged("delegation_", "checkout_", "approval_") == [
        *("delegation_given", "checkout_filed", "approval_late", "checkout_endorsed"),
        *("delegation_ended", "checkout_filed"),
    ]


def _corrected(accountant: Page) -> None:
    under_way(accountant, "廖坤东退回请您补正（文件或份数不对：合同是四份）")
    accountant.get_by_role("region", name="进行中").get_by_role("link", name=SEAL).click()
    accountant.get_by_role("link", name="修改再送").click()
    expect(accountant.get_by_role("main")).to_contain_text("合同是四份")
    accountant.get_by_label("盖几份").fill("4")
    accountant.get_by_role("button", name="改好了，再送审批").click()
    told(accountant, "改好了")


def _refused(reviewer: Page) -> None:
    """Not without a reason."""
    reviewer.get_by_role("link", name="待审批").first.click()
    fold = unfold(reviewer, "退回")
    fold.get_by_role("button", name="拒绝，结束这份申请").click()
    expect(reviewer.get_by_role("alert").filter(has_text="写明原因")).to_be_visible()
    reviewer.get_by_label("补充一句").fill("本月已经对过账")
    reviewer.get_by_role("button", name="拒绝，结束这份申请").click()
    told(reviewer, "已写明不同意")


def _nobody_answers(office: Office, passed: timedelta) -> None:
    """Time goes by, and the server looks after what waits as it does every minute."""
    office.township.clock.pass_by(passed)
    office.township.writer.run_now(chase_requests, ChaseRequests())
    tell(office.township)
