"""Taking and returning go on while the server is down; afterwards it learns everything, in order, exactly once."""

import signal
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.scenarios.accounts import approved, signed_in
from tests.scenarios.demo import verify
from tests.scenarios.desk import Desk
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.township import Township
from tests.scenarios.waiting import until

PLACE = "CAB-01/1"
SEAL = "公章"
RECONNECTS_WITHIN_S = 60.0
AT_THE_CABINET = [
    "opening_intended",
    "door_opened",
    "door_closed",
    "items_taken",
    "opening_finished",
    "opening_intended",
    "door_opened",
    "door_closed",
    "items_returned",
    "copies_stated",
    "opening_finished",
]


def test_what_was_taken_and_returned_without_the_server_arrives_in_order_and_exactly_once(
    township: Township, open_screen: Callable[..., Page]
) -> None:
    cast, agent, server = township.cast, township.agent, township.server
    checkout = approved(server.url, cast, "公章", "签路灯采购合同")
    until(lambda: agent.health["permits"] == 1 and agent.health["unsent"] == 0, "the permit at the cabinet")

    server.end(signal.SIGKILL)
    kiosk = Kiosk(open_screen("kiosk"), agent.kiosk_url)
    expect(kiosk.page.get_by_text("离线")).to_be_visible()
    kiosk.take(SEAL, PLACE, township.hands, cast.accountant, cast.officer)
    kiosk.bring_back(SEAL, PLACE, township.hands, cast.accountant, cast.officer, copies=1)
    assert agent.health["unsent"] >= len(AT_THE_CABINET)

    server.start()
    until(lambda: agent.health["unsent"] == 0, "the agent's entries at the server", RECONNECTS_WITHIN_S)
    with signed_in(server.url, cast.inspector) as inspector:
        assert inspector.state_of(checkout) == "returned"
        assert inspector.events_of(checkout)[-len(AT_THE_CABINET) :] == AT_THE_CABINET
    desk = Desk(open_screen("phone"), server.url).sign_in(cast.accountant)
    expect(desk.section("最近办完的")).to_contain_text("已归还")

    township.end()
    assert township.stored_notes() == agent.notes()
    verdict = verify(server.data)
    assert verdict.returncode == 0, verdict.stdout
