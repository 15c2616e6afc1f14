"""What is out passes to somebody else."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.scenarios.accounts import agree, signed_in
from tests.scenarios.demo import Demo
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk

PLACE, SEAL = "CAB-01/1", "公章"


def test_a_seal_changes_hands_at_the_kiosk_without_a_door(demo: Demo, open_screen: Callable[..., Page]) -> None:
    cast, purpose = demo.cast, "盖山塘承包台账"
    with signed_in(demo.url, cast.head) as head:
        checkout = head.ask_for("公章", purpose)
    agree(demo.url, checkout, cast.supervisor, cast.reviewer)
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.take(SEAL, PLACE, demo.hands, cast.head, cast.officer)

    kiosk.identify_both(cast.head, cast.accountant)
    kiosk.choose("移交", SEAL)
    kiosk.shows(f"移交给{cast.accountant.name}")
    for person in (cast.head, cast.accountant):
        kiosk.main.get_by_role("button", name=person.name).tap()
    kiosk.shows("已经移交")
    assert not demo.hands.is_open(PLACE)

    accountant = Desk(open_screen("phone"), demo.url).sign_in(cast.accountant)
    expect(accountant.section("我手上的")).to_contain_text(SEAL)
    assert accountant.log_once_it_says("廖坤东 把 东坑一社 公章 移交给 游少玉", "东坑一社")
    kiosk.bring_back(SEAL, PLACE, demo.hands, cast.accountant, cast.officer, copies=1)
    expect(accountant.open("/").section("我手上的")).to_contain_text("您手上没有")
