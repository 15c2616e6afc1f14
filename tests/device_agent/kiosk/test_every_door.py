"""One touch, many doors, with the real agent: each burned, opened and closed by itself, as its journal has it."""

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from firmware_protocol.permits import Party
from tests.device_agent.hall import LIN, LUO, count_permit
from tests.device_agent.kiosk.hands import Hands
from tests.device_agent.kiosk.stand import live_permit, standing

OFFICERS = Party(roles=("cabinet_officer",))
EACH_OPENS = ["opening_intended", "door_opened", "opening_finished"]


def test_two_officers_open_every_door_with_one_touch(open_screen: Callable[..., Page], tmp_path: Path) -> None:
    doors = {"x": 7, "y": 3}
    held = [live_permit(count_permit(letter, compartment=door, holder=OFFICERS)) for letter, door in doors.items()]
    with standing(tmp_path, held) as stand:
        hands = Hands(open_screen("kiosk"), stand)
        hands.identify(LIN, LUO)
        hands.touch("依次开 2 个门")
        hands.title("要依次开 2 个门")
        hands.touch("开门")
        hands.title("请把门都关好")
        for door in doors.values():
            stand.cabinets["left"].close(1, door)
        hands.title("请刷卡")
        stand.stop()
        entries = stand.journal()[1:]
        assert [entry.type for entry in entries] == [*EACH_OPENS, *EACH_OPENS, "door_closed", "door_closed"]
        opened = [str(entry.about["compartment"]) for entry in entries if entry.type == "door_opened"]
        assert opened == ["CAB-01/3", "CAB-01/7"]
        assert stand.pulses() == 2
