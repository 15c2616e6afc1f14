"""A door's contact and its lock are two values: all twelve combinations, and what follows from each."""

import pytest

from device_agent.custodian.decisions import Record
from device_agent.custodian.doors import opening_of
from device_agent.custodian.inputs import DoorSeen, LockAnswered, OpenAsked, RestAnswered, Ticked
from device_agent.custodian.inside_seen import InsideSeen
from device_agent.custodian.state import Closing, Confirming
from device_agent.standing import STANDING, Standing
from firmware_protocol.boards import DoorSaid, LockSaid
from tests.device_agent.custodian.at_the_door import PERMIT, at_the_open_door
from tests.device_agent.hall import LIN, PLACE, YOU, after, choose, hall, identified, now_at, types

CONTACT = {DoorSaid.OPEN: True, DoorSaid.CLOSED: False, DoorSaid.UNKNOWN: None}
SHUT_AND_LOCKED = DoorSeen(PLACE, is_open=False, lock=LockSaid.LOCKED)
SHUT_NOT_LOCKED = DoorSeen(PLACE, is_open=False, lock=LockSaid.UNLOCKED)
OPEN, CLOSED, RELEASED, UNKNOWN = Standing.OPEN, Standing.CLOSED, Standing.RELEASED, Standing.UNKNOWN

TABLE = [
    # lock, contact: how it stands; what is recorded when nobody asked for it; and when it follows a pulse
    (LockSaid.LOCKED, DoorSaid.OPEN, OPEN, ["door_forced"], ["door_opened"]),
    (LockSaid.LOCKED, DoorSaid.CLOSED, CLOSED, [], []),
    (LockSaid.LOCKED, DoorSaid.UNKNOWN, UNKNOWN, [], []),
    (LockSaid.UNLOCKED, DoorSaid.OPEN, OPEN, ["door_forced"], ["door_opened"]),
    (LockSaid.UNLOCKED, DoorSaid.CLOSED, RELEASED, ["lock_released"], []),
    (LockSaid.UNLOCKED, DoorSaid.UNKNOWN, UNKNOWN, [], []),
    (LockSaid.JAMMED, DoorSaid.OPEN, OPEN, ["door_forced"], ["door_opened"]),
    (LockSaid.JAMMED, DoorSaid.CLOSED, CLOSED, [], []),
    (LockSaid.JAMMED, DoorSaid.UNKNOWN, UNKNOWN, [], []),
    (LockSaid.UNKNOWN, DoorSaid.OPEN, OPEN, ["door_forced"], ["door_opened"]),
    (LockSaid.UNKNOWN, DoorSaid.CLOSED, CLOSED, [], []),
    (LockSaid.UNKNOWN, DoorSaid.UNKNOWN, UNKNOWN, [], []),
]
IDS = [f"{lock}-{contact}" for lock, contact, *_ in TABLE]


def test_the_table_has_every_combination():
    assert {(lock, contact): standing for lock, contact, standing, *_ in TABLE} == STANDING


@pytest.mark.parametrize(("lock", "contact", "alone"), [(*row[:2], row[3]) for row in TABLE], ids=IDS)
def test_what_is_recorded_of_a_door_at_which_nobody_stands(lock, contact, alone):
    step = after(after(hall(), SHUT_AND_LOCKED).custody, DoorSeen(PLACE, CONTACT[contact], lock))
    assert types(step.decisions) == alone


@pytest.mark.parametrize(("lock", "contact", "pulsed"), [(*row[:2], row[4]) for row in TABLE], ids=IDS)
def test_what_is_recorded_of_a_door_that_was_just_pulsed(lock, contact, pulsed):
    custody = after(hall(PERMIT), SHUT_AND_LOCKED, *identified(YOU, LIN), choose("take", PERMIT)).custody
    custody = after(custody, OpenAsked("o-bbbbbbbbbbbbbbbb")).custody
    step = after(custody, DoorSeen(PLACE, CONTACT[contact], lock))
    assert types(step.decisions) == pulsed


@pytest.mark.parametrize(("lock", "contact", "standing"), [row[:3] for row in TABLE], ids=IDS)
def test_an_open_door_is_closed_once_it_is_shut_and_people_go_on_once_it_is_locked_too(lock, contact, standing):
    closing = after(at_the_open_door(), RestAnswered(is_all_there=True)).custody
    step = after(closing, DoorSeen(PLACE, CONTACT[contact], lock))
    assert types(step.decisions) == (["door_closed"] if contact is DoorSaid.CLOSED else [])
    assert isinstance(step.custody.stage, Confirming if standing is CLOSED else Closing)


def test_a_door_that_is_shut_again_until_the_lock_catches_lets_people_go_on():
    closing = after(at_the_open_door(), RestAnswered(is_all_there=True), SHUT_NOT_LOCKED).custody
    step = after(closing, SHUT_AND_LOCKED)
    assert isinstance(step.custody.stage, Confirming)
    assert step.decisions == ()


def test_a_door_that_stays_shut_and_unlocked_is_told_once():
    custody = after(hall(), SHUT_AND_LOCKED, SHUT_NOT_LOCKED).custody
    step = after(custody, Ticked(), now=now_at(61))
    assert types(step.decisions) == ["door_left_unlocked"]
    assert after(step.custody, Ticked(), now=now_at(130)).decisions == ()


def test_a_controller_that_tells_of_the_door_alone_leaves_the_lock_as_it_was():
    custody = after(hall(), SHUT_NOT_LOCKED).custody
    assert after(custody, DoorSeen(PLACE, is_open=False)).custody.doors[PLACE].lock is LockSaid.UNLOCKED


@pytest.mark.parametrize(
    ("looks", "recorded"),
    [
        pytest.param([True], [], id="a first look is no news"),
        pytest.param([True, False], ["inside_emptied"], id="emptied"),
        pytest.param([False, True], ["inside_filled"], id="filled"),
        pytest.param([True, None, True], [], id="out of sight and as before"),
        pytest.param([True, None, False], ["inside_emptied"], id="emptied while out of sight"),
    ],
)
def test_what_a_light_barrier_sees_is_recorded_when_it_changes(looks, recorded):
    custody = hall()
    told: list[str] = []
    for look in looks:
        step = after(custody, InsideSeen(PLACE, look))
        custody, told = step.custody, told + types(step.decisions)
    assert told == recorded


def test_what_changes_inside_during_an_opening_belongs_to_it():
    custody = after(at_the_open_door(), InsideSeen(PLACE, has_something=True)).custody
    opening = opening_of(custody.stage)
    recorded = after(custody, InsideSeen(PLACE, has_something=False)).decisions
    assert recorded == (Record("inside_emptied", {"compartment": PLACE, "opening": opening}),)


def test_an_opened_lock_says_nothing_twice():
    custody = after(hall(PERMIT), SHUT_AND_LOCKED, *identified(YOU, LIN), choose("take", PERMIT)).custody
    custody = after(custody, OpenAsked("o-bbbbbbbbbbbbbbbb"), LockAnswered("o-bbbbbbbbbbbbbbbb", "opened")).custody
    assert after(custody, DoorSeen(PLACE, is_open=True, lock=LockSaid.UNLOCKED)).decisions == ()
