"""What doors do by themselves: left open, never closed, forced, lost; and what is forgotten when all is settled."""

from dataclasses import replace
from datetime import timedelta

import pytest

from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import (
    BoardSeen,
    CloseSkipped,
    DoorSeen,
    ItemTicked,
    RestAnswered,
    Ticked,
)
from device_agent.custodian.state import (
    Closing,
    Confirming,
    Moving,
    Refusal,
    Waiting,
)
from tests.device_agent.custodian.at_the_door import (
    BOTH_CONFIRM,
    OPEN,
    PERMIT,
    SHUT,
    at_the_open_door,
    outcome_of,
    taken,
)
from tests.device_agent.hall import (
    LIN,
    NOON,
    PLACE,
    SEAL,
    YOU,
    after,
    choose,
    clock_at,
    hall,
    identified,
    now_at,
    types,
)


def test_people_who_leave_the_open_door_leave_an_opening_that_can_be_declared_later() -> None:
    custody = after(at_the_open_door(), SHUT, now=now_at(5)).custody
    step = after(custody, Ticked(), now=now_at(70))
    assert outcome_of(step) == "abandoned"
    assert step.custody.stage == Waiting()
    given = (*identified(YOU, LIN), choose("declare", PERMIT), ItemTicked(SEAL), RestAnswered(is_all_there=True))
    step = after(step.custody, *given, *BOTH_CONFIRM, now=now_at(100))
    assert types(step.decisions) == ["items_taken", "opening_finished"]
    assert outcome_of(step) == "part_taken"
    assert step.custody.memory.holdings[PERMIT.id].out == (SEAL,)


def test_while_an_opening_is_undeclared_nothing_else_of_its_checkout_is_offered() -> None:
    custody = after(after(at_the_open_door(), SHUT, now=now_at(5)).custody, Ticked(), now=now_at(70)).custody
    step = after(custody, *identified(YOU, LIN), choose("take", PERMIT), now=now_at(80))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "not_offered"


def test_at_an_open_door_people_get_more_time() -> None:
    step = after(at_the_open_door(), Ticked(), now=now_at(120))
    assert isinstance(step.custody.stage, Moving)
    assert types(step.decisions) == ["door_left_open"]


def test_a_door_left_open_is_told_once() -> None:
    custody = after(at_the_open_door(), Ticked(), now=now_at(120)).custody
    assert after(custody, Ticked(), now=now_at(180)).decisions == ()


def test_a_door_that_never_closes_holds_nobody_up() -> None:
    custody = after(at_the_open_door(), RestAnswered(is_all_there=True)).custody
    assert after(custody, CloseSkipped()).custody.stage == custody.stage
    custody = after(custody, Ticked(), now=now_at(61)).custody
    assert isinstance(after(custody, CloseSkipped(), now=now_at(62)).custody.stage, Confirming)


@pytest.mark.parametrize("compartment", ["CAB-01/8", PLACE])
def test_a_door_that_opens_without_a_pulse_is_forced(compartment: str) -> None:
    step = after(hall(PERMIT), DoorSeen(compartment, is_open=False), DoorSeen(compartment, is_open=True))
    assert step.decisions == (Record("door_forced", {"compartment": compartment}),)


def test_another_door_that_opens_during_an_opening_is_forced() -> None:
    step = after(at_the_open_door(), DoorSeen("CAB-01/8", is_open=True))
    assert types(step.decisions) == ["door_forced"]


def test_a_door_of_nobody_in_this_hall_is_ignored() -> None:
    assert after(hall(), DoorSeen("CAB-09/1", is_open=True)).decisions == ()


def test_the_sensor_repeating_what_the_lock_said_is_not_a_second_event() -> None:
    assert after(at_the_open_door(), OPEN).decisions == ()


def test_a_door_opened_again_during_the_confirmation_has_to_be_closed_again() -> None:
    custody = after(at_the_open_door(), RestAnswered(is_all_there=True), SHUT, OPEN).custody
    assert isinstance(custody.stage, Closing)


def test_a_lost_board_is_recorded_once_and_its_doors_are_unknown() -> None:
    lost = BoardSeen("left", 1, is_lost=True)
    step = after(hall(), DoorSeen(PLACE, is_open=False), lost)
    assert step.decisions == (Record("board_lost", {"bus": "left", "address": 1}),)
    assert step.custody.is_door_open(PLACE) is None
    assert after(step.custody, lost).decisions == ()


def test_a_silent_board_that_turns_out_unfit_is_recorded_with_its_reason_until_it_is_put_right() -> None:
    unfit = BoardSeen("left", 1, is_lost=True, objection="第 3 路仍在通电。")
    step = after(hall(), BoardSeen("left", 1, is_lost=True), unfit)
    assert step.decisions == (Record("board_lost", {"bus": "left", "address": 1}, {"reason": "第 3 路仍在通电。"}),)
    assert step.custody.objections == {"left:1": "第 3 路仍在通电。"}
    assert after(step.custody, unfit).decisions == ()
    assert after(step.custody, BoardSeen("left", 1, is_lost=False)).custody.objections == {}


def test_settled_permits_are_forgotten_a_day_after_they_ended() -> None:
    custody = replace(hall(PERMIT), contact=None)
    two_days = now_at(48 * 3600, clock=clock_at(NOON + timedelta(hours=48)))
    step = after(custody, Ticked(), now=two_days)
    assert types(step.decisions) == ["Forget"]
    assert step.custody.memory.holdings == {}


def test_a_permit_with_something_outside_is_never_forgotten() -> None:
    step = after(taken(SEAL), Ticked(), now=now_at(90 * 24 * 3600))
    assert PERMIT.id in step.custody.memory.holdings
