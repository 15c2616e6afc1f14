"""An agent killed in the middle of an opening never pulses again by itself, and leaves nobody stuck."""

import os
import signal
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, expect

from tests.scenarios.accounts import approved, signed_in
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.township import Township
from tests.scenarios.waiting import until

PLACE = "CAB-01/1"
SEAL = "公章"


@contextmanager
def stalled(port: str) -> Iterator[None]:
    """A serial adapter that takes no more bytes: whoever writes waits. It recovers at the end."""
    descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY)
    try:
        termios.tcflow(descriptor, termios.TCOOFF)
        yield
        termios.tcflow(descriptor, termios.TCOON)
    finally:
        os.close(descriptor)


def test_an_agent_killed_between_burn_and_pulse_never_makes_up_for_the_pulse(
    township: Township, open_screen: Callable[..., Page]
) -> None:
    cast, agent, line = township.cast, township.agent, township.lines["left"]
    checkout = approved(township.server.url, cast, "公章", "签路灯采购合同")
    kiosk = Kiosk(open_screen("kiosk"), agent.kiosk_url)
    kiosk.identify_both(cast.accountant, cast.officer)
    kiosk.choose("领用", SEAL)
    kiosk.shows("要开 1 号门")
    with stalled(line.pty_path):
        with kiosk.page.expect_response("**/touch"):
            kiosk.touch("开门")
        agent.end(signal.SIGKILL)
    assert agent.events()[-1] == "opening_intended"
    assert not line.unlocks

    agent.start()
    kiosk.says("CAB-01 柜 1 号上次没有登记")
    kiosk.identify_both(cast.accountant, cast.officer)
    kiosk.choose("补登记", SEAL)
    kiosk.shows("上次取走了哪些？")
    kiosk.touch("一件也没动")
    kiosk.confirm(cast.accountant, cast.officer)
    kiosk.shows("没有动里面的东西")
    assert not line.unlocks

    reviewer = Desk(open_screen("desktop"), township.server.url).sign_in(cast.reviewer)
    reviewer.open(f"/checkouts/{checkout}").page.get_by_role("button", name="补发许可").click()
    expect(reviewer.notice).to_be_visible()
    kiosk.take(SEAL, PLACE, township.hands, cast.accountant, cast.officer)
    assert len(line.unlocks) == 1
    with signed_in(township.server.url, cast.accountant) as accountant:
        until(lambda: accountant.state_of(checkout) == "out", "the seal's way out in the server's books")
        assert accountant.events_of(checkout).count("opening_interrupted") == 1


def test_an_agent_killed_right_after_the_pulse_learns_from_the_door_and_the_people_what_happened(
    township: Township, open_screen: Callable[..., Page]
) -> None:
    cast, agent, line = township.cast, township.agent, township.lines["left"]
    checkout = approved(township.server.url, cast, "公章", "签路灯采购合同")
    kiosk = Kiosk(open_screen("kiosk"), agent.kiosk_url)
    kiosk.identify_both(cast.accountant, cast.officer)
    kiosk.choose("领用", SEAL)
    township.at_an_unlock = agent.process.kill
    kiosk.open(PLACE)
    agent.process.wait()
    assert agent.events()[-1] == "opening_intended"

    agent.start()
    kiosk.says("CAB-01 柜 1 号上次没有登记")
    township.hands.close(PLACE)
    kiosk.identify_both(cast.accountant, cast.officer)
    kiosk.choose("补登记", SEAL)
    kiosk.tick(SEAL)
    kiosk.touch("就是这 1 件")
    kiosk.confirm(cast.accountant, cast.officer)
    kiosk.shows("已经取出")
    assert len(line.unlocks) == 1
    with signed_in(township.server.url, cast.accountant) as accountant:
        until(lambda: accountant.state_of(checkout) == "out", "the seal's way out in the server's books")
        events = [each for each in accountant.events_of(checkout) if not each.startswith("finding_")]
    door = ["door_opened", "door_closed"]
    told = ["opening_intended", "opening_interrupted", *door, "items_taken", "opening_finished"]
    assert events[-len(told) :] == told
