"""The kiosk over HTTP: for this machine's own page, and touches that mean the screen they were made on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from device_agent.agent import Agent, Hands
from device_agent.configuration import parse_configuration
from device_agent.custodian.decisions import CheckPin
from device_agent.custodian.inputs import (
    ChoiceMade,
    ItemTicked,
    KioskInput,
    OpenAsked,
    PermitReceived,
    PersonConfirmed,
    RestAnswered,
    RosterReceived,
)
from device_agent.custodian.state import Choosing, EnteringPin, Refusal, Waiting
from device_agent.identify import Identifier
from device_agent.journal import open_journal
from device_agent.kiosk.application import BODY_BYTES_MAX, create_application, screens_of
from device_agent.kiosk.diagnosis import Diagnosis
from device_agent.kiosk.kiosk import Kiosk, fresh_opening
from device_agent.kiosk.touches import PLAIN, read_touch
from device_agent.photos import Album
from device_agent.service import read_clock
from tests.device_agent.hall import (
    AGENT,
    AGENT_SIGNER,
    KEYS,
    LIN,
    LOG_HEAD,
    PIN,
    SITE,
    YOU,
    real_roster,
    slip_for,
    take_permit,
)
from tests.device_agent.kiosk.stand import CARDS
from tests.fixtures.patience import PATIENCE_S
from tests.server.pictures import jpeg

ORIGIN = "http://127.0.0.1:8600"
DOCUMENT = {
    "agent": {"id": AGENT, "data": "data", "bundle": "bundle"},
    "kiosk": {"port": 8600},
    "bus": [{"name": "left", "port": "/dev/left", "baud": 9600, "board": "bcc-8a"}],
    "cabinet": [{"id": "CAB-01", "bus": "left", "boards": [{"address": 1, "channels": 24}], "closed_bit": 1}],
}


class Desk:
    """A kiosk over a real agent, and a browser's requests to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pulses: list[str] = []
        hands = Hands(lambda pulse: self.pulses.append(pulse.opening), self._check_pin, lambda _told: None)
        self.agent = Agent(
            lambda: open_journal(folder, AGENT, 1, AGENT_SIGNER),
            SITE,
            KEYS,
            read_clock,
            hands,
            has_hardware_clock=True,
        )
        self.agent.start()
        self.agent.handle(RosterReceived(real_roster(CARDS), {}))
        self.identifier = Identifier()
        configuration = parse_configuration(DOCUMENT, folder)
        self.kiosk = Kiosk(self.agent, self.identifier, Album(folder / "photos"), configuration, lambda: True)
        self.agent.on_change = self.kiosk.announce
        diagnosis = Diagnosis(lambda: {"ok": self.agent.fault is None}, lambda: "", lambda: b"")
        application = create_application(self.kiosk, diagnosis)
        self.client = AsyncClient(transport=ASGITransport(application), base_url=ORIGIN, headers={"origin": ORIGIN})

    async def get(self, path: str, **headers: str) -> Response:
        """A page."""
        return await self.client.get(path, headers=headers)

    def _check_pin(self, asked: CheckPin) -> None:
        self.kiosk.check_pin(asked)

    async def post(self, path: str, **fields: Any) -> dict[str, Any]:
        """What the page does, and the screen it gets."""
        answer = await self.client.post(path, json=fields)
        assert answer.status_code == 200, answer.text
        drawn: dict[str, Any] = answer.json()
        return drawn


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with its event loop running."""
    desk = Desk(tmp_path)
    async with desk.client:
        yield desk
    desk.identifier.close()
    desk.agent.close()


async def test_the_page_shows_the_present_screen_without_any_script(desk: Desk) -> None:
    page = await desk.get("/")
    assert page.status_code == 200
    assert "请刷卡" in page.text


async def test_the_page_may_load_nothing_but_its_own(desk: Desk) -> None:
    policy = (await desk.get("/")).headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", "127.0.0.1:9999", "192.168.1.5:8600", ""])
async def test_another_host_name_is_turned_away(desk: Desk, host: str) -> None:
    answer = await desk.get("/", host=host)
    assert answer.status_code == 403
    assert answer.text.startswith("这个页面")


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"origin": "http://evil.example"}, id="another page"),
        pytest.param({"origin": "null"}, id="no page at all"),
        pytest.param({"origin": "http://127.0.0.1:9999"}, id="another program of this machine"),
        pytest.param({"content-type": "text/plain"}, id="a form that needs no permission"),
    ],
)
async def test_a_touch_from_another_page_changes_nothing(desk: Desk, headers: dict[str, str]) -> None:
    answer = await desk.client.post("/card", json={"number": CARDS[YOU.id]}, headers=headers)
    assert answer.status_code == 403
    assert isinstance(desk.agent.custody.stage, Waiting)


async def test_a_card_leads_to_its_persons_pin(desk: Desk) -> None:
    drawn = await desk.post("/card", number=CARDS[YOU.id])
    assert "游少玉" in drawn["parts"]["main"]
    assert desk.agent.custody.stage == EnteringPin((), YOU.id)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        pytest.param("/card", {"number": "12345"}, id="a card of five digits"),
        pytest.param("/card", {"number": 249103477}, id="a number for a card"),
        pytest.param("/card", {}, id="no card"),
        pytest.param("/pin", {"digits": "12a456"}, id="a letter in a PIN"),
        pytest.param("/pin", {"digits": "1234567"}, id="seven digits"),
        pytest.param("/touch", {"touch": "explode"}, id="a key that is none"),
        pytest.param("/touch", {"touch": ["back"]}, id="a list for a key"),
        pytest.param("/touch", {"touch": "choose", "subject": "m-a", "kind": ["take"]}, id="a list for a kind"),
    ],
)
async def test_what_the_page_would_never_send_is_refused(desk: Desk, path: str, fields: dict[str, Any]) -> None:
    assert (await desk.client.post(path, json=fields)).status_code == 400


async def test_a_huge_body_is_not_read(desk: Desk) -> None:
    assert (await desk.client.post("/card", json={"number": "1" * BODY_BYTES_MAX})).status_code == 400


async def test_a_body_that_is_no_object_is_refused(desk: Desk) -> None:
    answer = await desk.client.post("/touch", content=b"[1", headers={"content-type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/card", "/pin", "/touch"])
async def test_brackets_within_brackets_are_refused(desk: Desk, path: str) -> None:
    content = b"[" * (BODY_BYTES_MAX - 1)
    answer = await desk.client.post(path, content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        pytest.param(jpeg(), {}, 200, id="a photo nobody asked for is dropped"),
        pytest.param(jpeg(), {"content-type": "application/json"}, 403, id="a photo that says it is something else"),
        pytest.param(jpeg(), {"origin": "http://evil.example"}, 403, id="a photo from another page"),
    ],
)
async def test_a_photo_comes_from_our_own_page_when_it_is_asked_for(
    desk: Desk, content: bytes, headers: dict[str, str], status: int
) -> None:
    answer = await desk.client.post("/photo", content=content, headers={"content-type": "image/jpeg", **headers})
    assert answer.status_code == status
    assert not (desk.folder / "photos").exists()


async def test_a_touch_on_an_earlier_screen_is_dropped(desk: Desk) -> None:
    first = await desk.post("/card", number=CARDS[YOU.id])
    await desk.post("/touch", serial=first["serial"], touch="end")
    assert isinstance(desk.agent.custody.stage, Waiting)
    await desk.post("/card", number="9999999999")
    assert isinstance(desk.agent.custody.stage, Refusal)
    await desk.post("/touch", serial=first["serial"], touch="acknowledge")
    assert isinstance(desk.agent.custody.stage, Refusal)


async def test_two_quick_ticks_on_one_screen_both_count(desk: Desk) -> None:
    serial = desk.kiosk.draw().serial
    await desk.post("/touch", serial=serial, touch="stay")
    assert desk.kiosk.draw().serial == serial


async def test_two_people_with_their_cards_and_pins_reach_the_offers_and_the_lock(desk: Desk) -> None:
    permit = take_permit(not_before=desk.agent.best_time(), not_after=desk.agent.best_time())
    desk.agent.handle(PermitReceived(permit, slip_for(permit), {}, shown=LOG_HEAD, is_issued=True))
    for person in (YOU, LIN):
        await desk.post("/card", number=CARDS[person.id])
        await desk.post("/pin", digits=PIN)
        await _until(desk, lambda: not isinstance(desk.agent.custody.stage, EnteringPin))
    assert desk.agent.custody.stage == Choosing((YOU.id, LIN.id))
    drawn = await desk.post("/touch", serial=desk.kiosk.draw().serial, touch="choose", kind="take", subject=permit.id)
    assert drawn["name"] == "refusal"


async def test_a_wrong_pin_is_answered_with_a_wait(desk: Desk) -> None:
    await desk.post("/card", number=CARDS[YOU.id])
    await desk.post("/pin", digits="000000")
    await _until(desk, lambda: "请等" in desk.kiosk.draw().parts["main"])


async def test_the_page_is_told_when_the_wait_is_over(desk: Desk) -> None:
    await desk.post("/card", number=CARDS[YOU.id])
    await desk.post("/pin", digits="000000")
    await _until(desk, lambda: "请等" in desk.kiosk.draw().parts["main"])
    drawn = desk.kiosk.draw()
    assert drawn.changes_ms is not None
    assert 1000 <= drawn.changes_ms <= 2000
    async with asyncio.timeout(PATIENCE_S):
        async for event in screens_of(desk.kiosk):
            if "密码不对，请再按一次。" in event:
                break


async def _until(desk: Desk, is_so: Callable[[], bool]) -> None:
    """Wait for changes until it is so."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            changed = desk.kiosk.next_change
            if is_so():
                return
            await changed.wait()


async def test_the_digits_of_a_pin_are_kept_nowhere(desk: Desk) -> None:
    await desk.post("/card", number=CARDS[YOU.id])
    await desk.post("/pin", digits=PIN)
    assert PIN not in repr(vars(desk.kiosk))
    assert PIN not in repr(desk.agent.custody)


async def test_health_is_about_this_machine(desk: Desk) -> None:
    assert (await desk.get("/healthz")).json() == {"ok": True}
    desk.agent.fault = "日志写不进去。"
    assert (await desk.get("/healthz")).status_code == 503


def test_an_openings_id_is_eighty_random_bits() -> None:
    ids = {fresh_opening() for _ in range(100)}
    assert len(ids) == 100
    assert all(len(each) == 18 and each.startswith("o-") for each in ids)


@pytest.mark.parametrize(
    ("fields", "given"),
    [
        *[pytest.param({"touch": name}, given, id=name) for name, given in PLAIN.items()],
        pytest.param({"touch": "open"}, OpenAsked("o-1"), id="open"),
        pytest.param({"touch": "tick", "subject": "i-1"}, ItemTicked("i-1"), id="tick"),
        pytest.param({"touch": "confirm", "subject": "p-1"}, PersonConfirmed("p-1"), id="confirm"),
        pytest.param({"touch": "all_there"}, RestAnswered(is_all_there=True), id="all there"),
    ],
)
def test_every_key_means_one_thing(fields: dict[str, Any], given: KioskInput) -> None:
    assert read_touch(fields, lambda: "o-1") == given


def test_a_choice_names_its_kind_and_permit() -> None:
    chosen = read_touch({"touch": "choose", "kind": "return", "subject": "m-1"}, lambda: "o-1")
    assert isinstance(chosen, ChoiceMade)
    assert (chosen.choice.kind, chosen.choice.permit) == ("return", "m-1")
