"""What ends on a day (a mandate, a term of office, how long a volume is kept) warns, then blocks, and is renewed."""

from datetime import date, datetime, time, timedelta

from playwright.sync_api import Page, expect

from firmware_protocol.times import CHINA
from server.custody.facts import Item
from server.custody.roles import Role
from server.custody.states import ItemKind
from server.custody.terms import retention_end
from server.usecases.end_terms import EndTerms, end_terms
from tests.server.web.stories.administering import SYSTEM, confirmed, mandate_put_on_record, role_given
from tests.server.web.stories.asking import FINANCE_SEAL, SEAL, agree_to, ask_for
from tests.server.web.stories.office import Office, told
from tests.server.web.township import ACCOUNTANT, HEAD, REVIEWER, Township

LAMPS = "签路灯采购合同"


def test_a_mandate_warns_then_blocks_every_use_until_two_have_put_its_renewal_on_record(office: Office) -> None:
    cooperative = office.township.cooperative()
    assert cooperative.expires_on is not None
    _it_is(office.township, cooperative.expires_on - timedelta(days=30))
    accountant = office.come(ACCOUNTANT, "/", "phone")
    expect(accountant.get_by_role("main")).to_contain_text("委托保管授权还有 30 天到期")
    ask_for(accountant, SEAL, LAMPS)
    _it_is(office.township, cooperative.expires_on + timedelta(days=1))
    head = office.come(HEAD, "/decide", "phone")
    head.get_by_role("button", name="同意").click()
    refused = "到期，现在不能领用；归还不受影响。请理事长召开成员大会续签后交三资办登记。"
    expect(head.get_by_role("main")).to_contain_text(refused)
    accountant = office.come(ACCOUNTANT, "/", "phone")
    expect(accountant.get_by_role("main")).to_contain_text("委托保管授权已经到期")
    accountant.goto("/requests/new")
    accountant.get_by_role("checkbox", name=FINANCE_SEAL).check()
    expect(accountant.locator("#needs")).to_contain_text(refused)

    today = office.township.clock.now.date()
    system = office.come(SYSTEM, "/admin/cooperatives")
    mandate_put_on_record(office, system, cooperative, f"{today}", f"{today + timedelta(days=700)}")
    agree_to(head, LAMPS)
    assert office.logged("mandate_", "change_", "checkout_") == [
        *("checkout_filed", "change_proposed", "change_confirmed", "mandate_recorded", "checkout_endorsed"),
    ]


def test_a_term_warns_its_holder_then_ends_and_goes_on_once_two_have_prolonged_it(office: Office) -> None:
    township = office.township
    last = township.clock.now.date() + timedelta(days=10)
    role_given(township, ACCOUNTANT, Role.ACCOUNTANT, township.cooperative().id, last)
    accountant = office.come(ACCOUNTANT, "/", "phone")
    expect(accountant.get_by_role("main")).to_contain_text("您的东坑一社报账员任期还有 10 天到期。")
    _it_is(township, last + timedelta(days=1))
    township.writer.run_now(end_terms, EndTerms())
    accountant = office.come(ACCOUNTANT, "/requests/new", "phone")
    expect(accountant.get_by_role("main")).to_contain_text("要续任请把任职文件交三资办登记")

    system = office.come(SYSTEM, f"/people/{township.person(ACCOUNTANT).id}")
    _prolongs_the_term(system, last + timedelta(days=1000))
    confirmed(office, ACCOUNTANT)
    accountant.goto("/")
    ask_for(accountant, SEAL, LAMPS)
    assert office.logged("role_", "checkout_") == ["role_granted", "role_withdrawn", "role_granted", "checkout_filed"]


def test_a_volume_says_how_long_it_is_kept_and_once_that_is_over_what_comes_before_its_destruction(
    office: Office,
) -> None:
    volume = next(each for each in office.township.all(Item) if each.kind is ItemKind.VOUCHER)
    end = retention_end(volume)
    assert end is not None
    reviewer = office.come(REVIEWER, f"/items/{volume.id}")
    expect(reviewer.get_by_role("region", name="登记")).to_contain_text(f"至少保管到{end.year}年12月31日")
    expect(reviewer.get_by_role("main")).not_to_contain_text("已经满了")
    _it_is(office.township, end + timedelta(days=5))
    reviewer = office.come(REVIEWER, f"/cooperatives/{volume.cooperative}/things?kind=voucher")
    expect(reviewer.locator("#things")).to_contain_text("保管期已满")
    reviewer.goto(f"/items/{volume.id}")
    expect(reviewer.get_by_role("main")).to_contain_text("先由本社和三资办一起鉴定")


def _it_is(township: Township, day: date) -> None:
    """Let it become half past nine of this day."""
    township.clock.now = datetime.combine(day, time(9, 30), CHINA)


def _prolongs_the_term(system: Page, until: date) -> None:
    system.get_by_role("link", name="授予职务").click()
    system.get_by_label("职务", exact=True).select_option(value=str(Role.ACCOUNTANT))
    system.get_by_label("合作社", exact=True).select_option(label="东坑一社")
    system.get_by_label("到哪天").fill(f"{until}")
    system.get_by_label("依据").fill("续聘决定")
    system.get_by_role("button", name="送安全管理员确认").click()
    told(system, "已提出，另一位管理员确认以后生效。")
