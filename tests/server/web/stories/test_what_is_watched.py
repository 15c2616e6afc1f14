"""What is kept too long and what looks odd: who hears of it, in how many letters, and how it is answered to the end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from playwright.sync_api import Page, expect

from server.custody.roles import Role
from server.custody.states import SealType
from tests.server.notifying.postbox import Postbox, open_postbox
from tests.server.web.stories.administering import SYSTEM, role_given
from tests.server.web.stories.office import Office, telling, told
from tests.server.web.test_findings import watch
from tests.server.web.township import ACCOUNTANT, INSPECTOR, OFFICE_HEAD, OFFICER, REVIEWER, Township

EMAIL = "you@example.cn"


def test_one_letter_tells_of_everything_overdue_and_goes_out_although_the_mail_failed_first(office: Office) -> None:
    with _post(office.township) as (box, rounds):
        system = office.come(SYSTEM, "/notices/channels")
        _mail_is_set_up(system, box.port)
        holder = office.come(ACCOUNTANT, "/notices/wishes", "phone")
        _wants_letters(holder)
        _two_seals_are_out(office.township)
        rounds(timedelta())
        box.letters.clear()
        box.refuses = "451 come back later"
        rounds(timedelta(minutes=30))
        _is_seen_to_have_failed_and_sent_again(system, box)
        for _ in range(3):
            rounds(timedelta(minutes=1))
        system.reload()
        expect(system.get_by_text("没有发不出去的通知。")).to_be_visible()
    [letter] = box.letters
    assert letter.get_content().count("到了归还时间") == 2, "both in one"
    holder.goto("/notices")
    expect(holder.locator("#notices li", has_text="到了归还时间")).to_have_count(2)
    holder.locator("#notices li", has_text="到了归还时间").first.get_by_role("link").click()
    expect(holder.get_by_role("main")).to_contain_text("签东坑村路灯采购合同")
    holder.goto("/")
    expect(holder.get_by_role("region", name="我手上的")).to_contain_text("超")
    assert office.logged("messengers_") == ["messengers_changed"]


def test_a_red_finding_is_explained_returned_accepted_and_closed_by_nobody_who_caused_it(office: Office) -> None:
    where = _something_is_missing_at_the_door_beside_the_offices_head(office.township)
    accountant = office.come(ACCOUNTANT, "/findings", "phone")
    accountant.get_by_role("link", name="盘点不符").click()
    _answers(accountant, "写说明", "数错了格。", "说明已送三资办核查。")
    reviewer = office.come(REVIEWER, where)
    _answers(reviewer, "退回再说明", "少的是哪一枚，在哪里？", "已退回，请有关的人再说明。")
    accountant.reload()
    expect(accountant.get_by_role("main")).to_contain_text("少的是哪一枚，在哪里？")
    _answers(accountant, "写说明", "财务章夹在凭证里，柜管员已看过。", "说明已送三资办核查。")
    reviewer.reload()
    _answers(reviewer, "认可说明", "到柜前核对，章在。", "说明已认可，接着可以办结。")
    for name in (REVIEWER, OFFICE_HEAD):
        page = reviewer if name == REVIEWER else office.come(name, where)
        expect(page.get_by_role("region", name="经过")).to_contain_text("到柜前核对，章在。")
        expect(page.get_by_role("button", name="办结")).to_have_count(0)
    leader = office.come(office.township.only_holder(Role.TOWNSHIP_LEADER), where, "phone")
    _answers(leader, "办结", "说明属实，提醒柜管员放回原位。", "这条预警提示已办结。")
    inspector = office.come(INSPECTOR, "/findings?all=1")
    expect(inspector.locator("tbody tr")).to_contain_text(["已办结"])
    moves = [each for each in office.logged("finding_") if each != "finding_raised"]
    assert moves == [f"finding_{each}" for each in ("explained", "returned", "explained", "accepted", "closed")]


@contextmanager
def _post(township: Township) -> Iterator[tuple[Postbox, Callable[[timedelta], None]]]:
    """A mail server on a port, and both rounds of telling as often as they are called, so much later."""
    with (
        township.doorway.inside.wrap_async_context_manager(open_postbox(Postbox())) as box,
        telling(township) as rounds,
    ):
        yield box, rounds


def _mail_is_set_up(system: Page, port: int) -> None:
    for label, typed in (("服务器", "127.0.0.1"), ("端口", str(port)), ("发件邮箱", "g@example.cn")):
        system.get_by_label(label, exact=True).fill(typed)
    system.get_by_label("共管的网址").fill("https://gongguan.test")
    system.get_by_label("加密").select_option(label="不加密（只限本机）")
    system.get_by_role("button", name="存好").click()
    told(system, "存好了。")


def _wants_letters(holder: Page) -> None:
    holder.get_by_label("邮箱").fill(EMAIL)
    holder.get_by_label("收什么").select_option(label="所有通知")
    holder.get_by_role("button", name="存好").click()
    told(holder, "存好了。")


def _is_seen_to_have_failed_and_sent_again(system: Page, box: Postbox) -> None:
    system.goto("/notices/deliveries")
    failing = system.locator("tbody tr")
    expect(failing).to_have_count(1)
    expect(failing).to_contain_text("再试")
    assert box.letters == []
    box.refuses = ""
    failing.get_by_role("button", name="再发一次").click()
    told(system, "已重新排上，马上再发。")


def _two_seals_are_out(township: Township) -> None:
    for seal in (township.seal(), township.seal(SealType.FINANCE)):
        checkout = township.permitted(items=(seal.id,))
        people = [township.person(name).id for name in (ACCOUNTANT, OFFICER)]
        place = {"opening": f"o-{seal.id}", "compartment": township.cooperative().place}
        about = {**place, "permit": township.permit_of(checkout), "checkout": checkout, "persons": people}
        township.reported("opening_intended", {**about, "action": "take", "attempt": 1})
        township.reported("items_taken", {**about, "items": [seal.id]})


def _something_is_missing_at_the_door_beside_the_offices_head(township: Township) -> str:
    """In a small township the office's head is a cabinet officer too; where the finding is."""
    role_given(township, OFFICE_HEAD, Role.CABINET_OFFICER)
    persons = [township.person(name).id for name in (ACCOUNTANT, OFFICE_HEAD)]
    about = {"opening": "o-count", "compartment": township.cooperative().place, "persons": persons}
    township.reported("items_missing", {**about, "items": [township.seal(SealType.FINANCE).id]}, {"note": "少了一枚"})
    [finding] = [each for each in watch(township) if each.rule == "A22"]
    assert set(persons) <= set(finding.persons)
    return f"/findings/{finding.id}"


def _answers(page: Page, move: str, words: str, said: str) -> None:
    page.get_by_label("写几句").fill(words)
    page.get_by_role("button", name=move).click()
    told(page, said)
