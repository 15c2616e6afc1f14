"""The main path once with Mosquitto between server and agent, set up as the township's operator sets it up."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from server.operate.make_ca import make_ca
from server.store.folder import DataFolder
from server.township import now
from tests.fixtures.mosquitto import CertifiedMosquitto, Mosquitto
from tests.scenarios.accounts import approved, signed_in
from tests.scenarios.demo import verify
from tests.scenarios.founded import Founded
from tests.scenarios.kiosk import Kiosk
from tests.scenarios.township import Township
from tests.scenarios.waiting import until

CertifiedBroker = Callable[[DataFolder], CertifiedMosquitto]
PLACE = "CAB-01/1"
SEAL = "公章"


def test_a_seal_goes_out_and_comes_back_with_mosquitto_in_between(
    tmp_path: Path, founded: Founded, mosquitto: Mosquitto, open_screen: Callable[..., Page]
) -> None:
    with Township(tmp_path, founded.copy_to(tmp_path), founded.cast, mosquitto=mosquitto) as township:
        cast, agent = township.cast, township.agent
        checkout = approved(township.server.url, cast, "公章", "签路灯采购合同")
        kiosk = Kiosk(open_screen("kiosk"), agent.kiosk_url)
        kiosk.take(SEAL, PLACE, township.hands, cast.accountant, cast.officer)
        kiosk.bring_back(SEAL, PLACE, township.hands, cast.accountant, cast.officer, copies=1)
        with signed_in(township.server.url, cast.accountant) as accountant:
            until(lambda: accountant.state_of(checkout) == "returned", "the seal in the server's books")
        until(lambda: agent.health["unsent"] == 0, "the last acknowledgement")
    assert township.stored_notes() == agent.notes()
    verdict = verify(township.server.data)
    assert verdict.returncode == 0, verdict.stdout


def test_a_permit_and_a_cabinets_entries_go_through_a_broker_that_knows_everybody_by_certificate(
    tmp_path: Path, founded: Founded, certified_mosquitto: CertifiedBroker
) -> None:
    data = founded.copy_to(tmp_path)
    make_ca(DataFolder(data), ("127.0.0.1",), now())
    broker = certified_mosquitto(DataFolder(data))
    broker.passwords.clear()
    with Township(tmp_path, data, founded.cast, mosquitto=broker) as township:
        approved(township.server.url, township.cast, "公章", "签路灯采购合同")
        until(lambda: township.agent.health["permits"] == 1, "the permit at the cabinet")
        until(lambda: township.agent.health["unsent"] == 0, "the cabinet's entries at the server")
    assert township.stored_notes() == township.agent.notes()
