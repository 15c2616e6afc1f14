"""Things pass to other hands for good: a custodian follows another, and a cooperative takes everything home."""

import pytest
from playwright.sync_api import Locator, Page, expect

from server.custody.policy.words import Matter, Mode
from server.custody.states import ItemKind, ItemState
from tests.fixtures.poppler import PdfText
from tests.server.web.stories.office import Office, counted_in_the_store, printed, told, unfold
from tests.server.web.township import ACCOUNTANT, HEAD, INSPECTOR, OFFICE_HEAD, OFFICER, REVIEWER, Township

SIGNED = ["handover_signed"] * 3


def test_what_one_custodian_had_charge_of_another_takes_over_before_a_watcher(
    office: Office, pdf_text: PdfText
) -> None:
    reviewer = office.come(REVIEWER, f"/cooperatives/{office.township.cooperative().id}")
    opening = unfold(reviewer, "发起交接")
    opening.get_by_label("岗位变动").check()
    opening.get_by_label("原因").fill("报账员游少玉调往镇里")
    for seat, name in (("移交人", ACCOUNTANT), ("接收人", HEAD)):
        _choose(opening.get_by_label(seat), name)
    where = _list_begun(opening, reviewer)
    counted_in_the_store(office.township, where)
    for name, part in ((ACCOUNTANT, "移交人"), (HEAD, "接收人"), (INSPECTOR, "监交人")):
        _signs(office.come(name, where, "phone"), part)
    expect(reviewer.get_by_role("main")).to_contain_text("已办结")
    text = pdf_text(printed(reviewer, "印章交接清单 PDF"))
    assert all(name in text for name in (ACCOUNTANT, HEAD, INSPECTOR, "岗位变动"))
    assert office.logged("handover_")[-4:] == [*SIGNED, "handover_completed"]


@pytest.mark.long
def test_a_cooperative_that_leaves_signs_once_everything_is_in_its_own_hands(office: Office) -> None:
    cooperative = office.township.cooperative()
    reviewer = office.come(REVIEWER, f"/cooperatives/{cooperative.id}")
    opening = unfold(reviewer, "发起交接")
    opening.get_by_label("退出共管").check()
    opening.get_by_label("原因").fill("成员大会2026年11月20日决议退出")
    where = _list_begun(opening, reviewer)
    counted_in_the_store(office.township, where)
    officer = office.come(OFFICER, where, "phone")
    officer.get_by_role("button", name="我签移交人").click()
    expect(officer.get_by_role("main")).to_contain_text("还在柜里。请先按申请取出，当面点交，再签字。")
    _takes_everything_home(office.township)
    for name, part in ((OFFICER, "移交人"), (HEAD, "接收人"), (INSPECTOR, "监交人")):
        _signs(office.come(name, where, "phone"), part)
    expect(reviewer.get_by_role("main")).to_contain_text("已办结")
    assert {each.state for each in office.township.all_items(cooperative.id)} == {ItemState.RELEASED}
    accountant = office.come(ACCOUNTANT, "/requests/new", "phone")
    expect(accountant.get_by_role("checkbox", name="公章")).to_be_disabled()
    assert office.logged("handover_")[-4:] == [*SIGNED, "handover_completed"]


def _list_begun(opening: Locator, reviewer: Page) -> str:
    """The list is drawn up and looked through; where it is."""
    opening.get_by_role("button", name="拟清单").click()
    reviewer.get_by_role("button", name="清单核对过了，开始清点").click()
    told(reviewer, "开始清点。")
    return reviewer.url.partition("?")[0]


def _choose(seat: Locator, name: str) -> None:
    """Whoever is so called, whatever title stands behind the name."""
    seat.select_option(value=seat.locator("option", has_text=name).first.get_attribute("value"))


def _signs(page: Page, part: str) -> None:
    """In this part; in the others nobody is asked to."""
    for other in {"移交人", "接收人", "监交人"} - {part}:
        expect(page.get_by_role("button", name=f"我签{other}")).to_have_count(0)
    page.get_by_role("button", name=f"我签{part}").click()
    expect(page.locator(".seat", has_text=part).get_by_text("已签")).to_be_visible()


def _takes_everything_home(township: Township) -> None:
    """As the cabinet reports it: the seals by one request, the papers by another that goes up to the office's head."""
    things = township.all_items(township.cooperative().id)
    seals, papers = (tuple(each.id for each in things if (each.kind is ItemKind.SEAL) is yes) for yes in (True, False))
    sealing, borrowing = _permitted(township, seals, Mode.OFF_SITE), _permitted(township, papers, Mode.AWAY)
    township.decided(borrowing, OFFICE_HEAD)
    for checkout, items in ((sealing, seals), (borrowing, papers)):
        people = [township.person(name).id for name in (ACCOUNTANT, OFFICER)]
        place = {"opening": f"o-{checkout}", "compartment": township.cooperative().place}
        about = {**place, "permit": township.permit_of(checkout), "checkout": checkout, "persons": people}
        township.reported("opening_intended", {**about, "action": "take", "attempt": 1})
        township.reported("items_taken", {**about, "items": list(items)})
        township.reported("opening_finished", {**about, "outcome": "taken"})


def _permitted(township: Township, items: tuple[str, ...], mode: Mode) -> str:
    asked = {"purpose": "退出共管，全部取回", "document": "退出共管决议", "copies": 1, "counterparty": ""}
    where = {"matter": Matter.ROUTINE, "amount_cents": None, "mode": mode, "place": "本社办公楼"}
    return township.permitted(items=items, **asked, **where)
