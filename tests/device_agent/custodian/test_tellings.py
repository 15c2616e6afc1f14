"""What a controller of our own tells is written once, and forgotten by the controller only after that."""

import pytest

from device_agent.custodian.board_told import BoardTold
from device_agent.custodian.decisions import Acknowledge, Keep, Record
from device_agent.custodian.tellings import last_told
from firmware_protocol.boards import EventCode
from firmware_protocol.boards.gongguan_lcp.keys import operation_id
from tests.device_agent.custodian.at_the_door import PERMIT, taken
from tests.device_agent.hall import PLACE, SEAL, after, hall, types

UID = "67974ef9ec190ed93d538bd9"


def told(number, code, detail=0, compartment=None, uid=UID):
    return BoardTold("left", 1, uid, number, code, detail, compartment, ago_ms=40)


@pytest.mark.parametrize(
    ("given", "recorded"),
    [
        (told(1, EventCode.STARTED, 1), ["board_restarted"]),
        (told(1, EventCode.UNLOCKED, 99, PLACE), ["pulse_unaccounted"]),
        (told(1, EventCode.DOOR_OPENED, 0, PLACE), ["door_forced"]),
        (told(1, EventCode.DOOR_OPENED, 0, None), []),
        (told(1, EventCode.TAMPERED, 1), ["board_tampered"]),
        (told(1, EventCode.TAMPERED, 0), ["board_closed_up"]),
        (told(1, EventCode.SUPPLY_LOW, 9100), ["board_supply_low"]),
        (told(1, EventCode.SUPPLY_GOOD, 12000), ["board_supply_restored"]),
        (told(1, EventCode.INPUT_FAULT, 0, PLACE), ["door_sensor_failed"]),
        (told(1, EventCode.EVENTS_LOST, 7), ["board_events_lost"]),
        (told(1, 200, 7), ["board_reported"]),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_each_event_is_recorded_with_its_number_before_it_is_acknowledged(given, recorded):
    decisions = after(hall(), given).decisions

    assert types(decisions) == [*recorded, "Keep", "Acknowledge"]
    assert decisions[-1] == Acknowledge("left", 1, given.number)


def test_the_pulse_of_a_permit_that_was_burned_for_it_is_no_news_however_late_it_is_told():
    ours = int.from_bytes(operation_id(PERMIT.id, "attempt", 1))
    step = after(taken(SEAL), told(1, EventCode.UNLOCKED, ours, PLACE))
    assert types(step.decisions) == ["Keep", "Acknowledge"]
    another = int.from_bytes(operation_id(PERMIT.id, "attempt", 2))
    assert types(after(step.custody, told(2, EventCode.UNLOCKED, another, PLACE)).decisions)[0] == "pulse_unaccounted"


def test_an_event_told_again_is_acknowledged_and_nothing_else():
    step = after(hall(), told(5, EventCode.DOOR_OPENED, 0, PLACE))
    kept = next(each for each in step.decisions if isinstance(each, Keep))

    assert last_told(kept.notes) == step.custody.told
    again = after(hall(told=last_told(kept.notes)), told(5, EventCode.DOOR_OPENED, 0, PLACE))
    assert again.decisions == (Acknowledge("left", 1, 5),)


def test_a_controller_that_was_changed_counts_anew():
    custody = after(hall(), told(5, EventCode.STARTED, 1)).custody
    assert types(after(custody, told(1, EventCode.STARTED, 1, uid="other")).decisions)[0] == "board_restarted"


def test_a_door_opened_and_closed_between_two_looks_is_two_events():
    step = after(hall(), told(1, EventCode.DOOR_OPENED, 0, PLACE), told(2, EventCode.DOOR_CLOSED, 0, PLACE))

    assert [each.about for each in step.decisions if isinstance(each, Record)] == [{"compartment": PLACE}]
    assert types(step.decisions)[0] == "door_closed"
