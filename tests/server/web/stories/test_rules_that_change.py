"""审批规定 changed by two people at their desks, and what it changes for the next request and not for the last."""

import pytest
from playwright.sync_api import Page, expect

from server.custody.policy.versions import PolicyState, PolicyVersion
from tests.server.web.stories.asking import FINANCE_SEAL, SEAL, agree_to, ask_for, under_way
from tests.server.web.stories.office import Office, told
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICE_HEAD

LAMPS, ACCOUNT = "签路灯采购合同", "银行对账"
SECRETARY = "詹国锦"


@pytest.mark.long
def test_two_people_change_the_rules_and_the_next_request_goes_by_way_of_the_village(office: Office) -> None:
    accountant = office.come(ACCOUNTANT, "/", "phone")
    ask_for(accountant, SEAL, LAMPS)
    proposer = office.come(OFFICE_HEAD, "/policy")
    _proposed(proposer)
    inspector = office.come(INSPECTOR, "/policy")
    inspector.get_by_role("link", name="第 2 版").click()
    expect(inspector.get_by_role("region", name="改了什么")).to_contain_text("理事长 → 村级审核 → 三资办")
    inspector.get_by_role("button", name="看过，确认生效").click()
    told(inspector, "新规定已生效")

    head = office.come(HEAD, "/", "phone")
    agree_to(head, LAMPS)
    under_way(accountant, "待三资办审核")
    accountant.goto("/requests/new")
    accountant.get_by_role("checkbox", name=FINANCE_SEAL).check()
    expect(accountant.locator("#needs")).to_contain_text(SECRETARY)
    ask_for(accountant, FINANCE_SEAL, ACCOUNT)
    agree_to(head, ACCOUNT)
    under_way(accountant, "待村级审核")
    under_way(accountant, SECRETARY)
    states = {each.id: each.state for each in office.township.all(PolicyVersion)}
    assert states == {"1": PolicyState.REPLACED, "2": PolicyState.IN_FORCE}
    assert office.logged("policy_") == ["policy_proposed", "policy_adopted"]


def _proposed(proposer: Page) -> None:
    """By the office alone it changes nothing."""
    proposer.get_by_role("link", name="提出修改").click()
    proposer.get_by_label("村级审核").select_option(label="“不涉及钱”起")
    proposer.get_by_label("为什么修改").fill("镇党委会议定的")
    proposer.get_by_role("button", name="送镇纪委确认").click()
    told(proposer, "确认以后生效")
    expect(proposer.get_by_role("button", name="看过，确认生效")).to_have_count(0)
