"""A door that opened without a permit, for which nobody gives an account within a day: it stands as a violation."""

from datetime import timedelta

from playwright.sync_api import expect

from server.custody.findings.emergencies import TIME_TO_APPROVE
from tests.server.web.stories.office import Office, told
from tests.server.web.test_findings import forced, watch
from tests.server.web.township import HEAD, INSPECTOR, OFFICE_HEAD, OFFICER, SUPERVISOR


def test_what_is_explained_and_attested_but_not_approved_within_a_day_stands_as_a_violation(office: Office) -> None:
    township = office.township
    where = forced(township)
    officer = office.come(OFFICER, where, "phone")
    officer.get_by_label("为什么没有许可就开").select_option(label="停电或设备故障")
    officer.get_by_label("见证人").select_option(label=f"{HEAD}，{township.cooperative().name}")
    officer.get_by_role("textbox", name="经过").fill("停电时锁自己弹开了，什么都没有取走。")
    officer.get_by_role("button", name="说明这次开柜").click()
    told(officer, "请见证人登录后确认")
    bystander = office.come(SUPERVISOR, where, "phone")
    expect(bystander.get_by_role("button", name="我在场，情况属实")).to_have_count(0)
    witness = office.come(HEAD, where, "phone")
    witness.get_by_role("button", name="我在场，情况属实").click()
    told(witness, "等三资办负责人追认")

    township.clock.pass_by(TIME_TO_APPROVE + timedelta(minutes=1))
    watch(township)
    too_late = office.come(OFFICE_HEAD, where)
    expect(too_late.get_by_role("main")).to_contain_text("按违规开柜处理")
    expect(too_late.get_by_role("button", name="追认", exact=True)).to_have_count(0)
    inspector = office.come(INSPECTOR, "/findings")
    inspector.get_by_role("link", name="强开或门磁异常").first.click()
    expect(inspector.get_by_role("region", name="没有许可的开柜")).to_contain_text("停电或设备故障")
    assert office.logged("door_forced", "emergency_") == [
        *("door_forced", "emergency_opened", "emergency_explained", "emergency_attested", "emergency_lapsed"),
    ]
