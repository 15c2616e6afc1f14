"""What the desk and the kiosk refuse, each with a sentence that says what happened and what to do."""

import re
from collections.abc import Callable
from itertools import count
from time import time

import httpx
import pytest
from playwright.sync_api import Page, expect

from server.demo.cast import Player
from tests.scenarios.accounts import approved, signed_in
from tests.scenarios.demo import Demo
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.township import Township
from tests.scenarios.waiting import until

SEAL = "公章"


def test_the_same_person_is_not_two_people(demo: Demo, open_screen: Callable[..., Page]) -> None:
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    kiosk.identify(demo.cast.accountant)
    kiosk.shows("请第二位刷卡")
    kiosk.show_card(demo.cast.accountant)
    kiosk.shows("请换另一位刷卡")
    kiosk.says("游少玉已经刷过卡了。开柜要两个人在场。")
    kiosk.touch("知道了")
    kiosk.shows("请第二位刷卡")
    kiosk.touch("结束")


def test_a_head_who_applies_does_not_decide_and_the_supervisor_does(
    demo: Demo, open_screen: Callable[..., Page]
) -> None:
    cast, purpose = demo.cast, "续签山塘承包合同"
    head = Desk(open_screen("phone"), demo.url).sign_in(cast.head)
    head.ask_for("公章", purpose=purpose)
    expect(head.section("进行中")).to_contain_text("在孙辉那里")
    expect(head.open("/decide").main).to_contain_text("都处理完了")
    with signed_in(demo.url, cast.head) as account:
        [mine] = [each for each in account.get("/requests")["rows"] if each["purpose"] == purpose]
        with pytest.raises(httpx.HTTPStatusError) as refused:
            account.agree_to(mine["id"])
    assert refused.value.response.status_code in (403, 409)
    assert "不能由您自己审批。请孙辉审批。" in refused.value.response.text

    Desk(open_screen("phone"), demo.url).sign_in(cast.supervisor).agree_to(purpose)
    expect(head.open("/").section("进行中")).to_contain_text("待三资办审核")


def test_whoever_guesses_a_pin_is_turned_away_for_a_while_with_the_card_already(
    demo: Demo, open_screen: Callable[..., Page]
) -> None:
    kiosk = Kiosk(open_screen("kiosk"), demo.kiosk_url)
    guesses = _guessed_until_turned_away(kiosk, demo.cast.last_head)
    kiosk.says(f"洪清的密码刚才输错了 {guesses} 次。")
    kiosk.says("忘了密码，请找三资办重设。")
    kiosk.touch("结束")
    reviewer = Desk(open_screen("desktop"), demo.url).sign_in(demo.cast.reviewer)
    lines = reviewer.log_once_it_says("洪清 在柜前没有通过核验：输错太多")
    assert len([line for line in lines if line.startswith("洪清 在柜前没有通过核验")]) == guesses + 1


def test_a_permit_past_its_window_opens_nothing_and_says_so(
    township: Township, open_screen: Callable[..., Page]
) -> None:
    cast, agent, line = township.cast, township.agent, township.lines["left"]
    checkout = approved(township.server.url, cast, "公章", "签路灯采购合同")
    until(lambda: agent.health["permits"] == 1, "the permit at the cabinet")
    township.end()
    township.start(hours_later=_hours_left(township) + 1)

    kiosk = Kiosk(open_screen("kiosk"), agent.kiosk_url)
    kiosk.identify_both(cast.accountant, cast.officer)
    kiosk.choose("许可已经过期", SEAL)
    kiosk.shows("许可已经过期")
    kiosk.says("归还不受影响。")
    kiosk.says("请在网页上重新申请")
    assert not line.unlocks
    with signed_in(township.server.url, cast.accountant) as accountant:
        until(lambda: accountant.state_of(checkout) == "expired", "the request's end in the server's books")
        until(lambda: accountant.events_of(checkout)[-1] == "opening_refused", "the refusal in the log")


def _guessed_until_turned_away(kiosk: Kiosk, person: Player) -> int:
    """How many wrong PINs it took; whoever is slower than the first wait of two seconds has another guess."""
    for guesses in count():
        kiosk.show_card(person)
        expect(kiosk.title).to_have_text(re.compile("请按密码|请稍等再输密码"))
        if kiosk.title.inner_text() == "请稍等再输密码":
            return guesses
        kiosk.press_pin("000000")
        kiosk.says("密码不对")
        kiosk.touch("结束")
    raise AssertionError


def _hours_left(township: Township) -> float:
    """How long the only permit that was issued is good for."""
    [(not_after_ms,)] = township.server.read("SELECT not_after_ms FROM permits")
    return float(not_after_ms / 1000 - time()) / 3600
