"""Every door in turn: each burned and recorded before the next, none waited for, and all of them watched until shut."""

from typing import Any

import pytest

from device_agent.custodian.decisions import Pulse
from device_agent.custodian.every_door import Clearing, EveryDoorAsked, ReadyForAll
from device_agent.custodian.inputs import BackAsked, DoorSeen, EndAsked, LockAnswered, OpenAsked, Ticked
from device_agent.custodian.state import Choosing, Custody, Step, Waiting
from device_agent.custodian.table import decide
from firmware_protocol.permit_checks import PulseOutcome
from firmware_protocol.permits import Party, Permit
from tests.device_agent.hall import LIN, LUO, after, count_permit, hall, identified, now_at, types

ANYBODY = Party(roles=("cabinet_officer", "head"))
FIRST_ID = "o-aaaaaaaaaaaaaaaa"


def emergency(letter: str, compartment: int, **changes: Any) -> Permit:
    """Two 柜管员 may open this door."""
    return count_permit(letter, compartment=compartment, holder=ANYBODY, **changes)


PERMITS = (emergency("x", 9), emergency("y", 7), emergency("z", 11))


def begun(*permits: Permit) -> Step:
    """林少军 and 罗秀英 have touched 开门 for all of them."""
    given = (*identified(LIN, LUO), EveryDoorAsked(), OpenAsked(FIRST_ID))
    return after(hall(*(permits or PERMITS)), *given)


def answers(custody: Custody, number: int, outcome: PulseOutcome = "opened") -> Step:
    return decide(custody, LockAnswered(f"{FIRST_ID}.{number}", outcome), now_at())


def places(step: Step) -> list[str]:
    """Where locks are pulsed."""
    return [each.compartment for each in step.decisions if isinstance(each, Pulse)]


def test_the_doors_open_in_their_order_and_each_only_after_the_last_one_answered() -> None:
    step = begun()
    pulsed = places(step)
    for number in (1, 2, 3):
        assert places(decide(step.custody, Ticked(), now_at())) == [], "the lock has not answered"
        step = answers(step.custody, number)
        assert types(step.decisions) == ["door_opened", "opening_finished"]
        step = decide(step.custody, Ticked(), now_at())
        pulsed += places(step)
    assert pulsed == ["CAB-01/7", "CAB-01/9", "CAB-01/11"]


def test_each_pulse_is_burned_in_the_record_before_it() -> None:
    step = begun()
    assert types(step.decisions) == ["opening_intended", "Pulse"]
    step = decide(answers(step.custody, 1).custody, Ticked(), now_at())
    assert types(step.decisions) == ["opening_intended", "Pulse"]
    assert [held.attempts for held in step.custody.memory.holdings.values()] == [("unknown",), ("opened",), ()]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [("refused", ["door_jammed", "opening_finished"]), ("unknown", ["door_unknown", "opening_finished"])],
)
def test_a_door_that_does_not_open_holds_up_no_other(outcome: PulseOutcome, said: list[str]) -> None:
    step = answers(begun().custody, 1, outcome)
    assert types(step.decisions) == said
    assert places(decide(step.custody, Ticked(), now_at())) == ["CAB-01/9"]


def test_a_lock_that_never_answers_is_given_up() -> None:
    custody = begun().custody
    assert decide(custody, Ticked(), now_at(9)).decisions == ()
    step = decide(custody, Ticked(), now_at(10))
    assert types(step.decisions) == ["door_unknown", "opening_finished"]
    assert places(decide(step.custody, Ticked(), now_at(11))) == ["CAB-01/9"]


def test_a_permit_that_is_over_by_then_is_refused_and_passed_by() -> None:
    over = emergency("y", 7, not_after=now_at(1).at)
    custody = after(hall(over, *PERMITS[:1], PERMITS[2]), *identified(LIN, LUO), EveryDoorAsked()).custody
    assert isinstance(custody.stage, Choosing | ReadyForAll)
    step = decide(custody, OpenAsked(FIRST_ID), now_at(5))
    assert "Pulse" not in types(step.decisions) or places(step) != ["CAB-01/7"]


def test_it_ends_when_the_last_door_is_shut_again() -> None:
    custody = begun(*PERMITS[:2]).custody
    for number in (1, 2):
        custody = decide(answers(custody, number).custody, Ticked(), now_at()).custody
    assert isinstance(custody.stage, Clearing)
    custody = after(custody, DoorSeen("CAB-01/7", is_open=False), Ticked()).custody
    assert isinstance(custody.stage, Clearing)
    shut = after(custody, DoorSeen("CAB-01/9", is_open=False))
    assert types(shut.decisions) == ["door_closed"]
    assert isinstance(after(shut.custody, Ticked()).custody.stage, Waiting)


def test_nothing_is_asked_about_it_afterwards() -> None:
    custody = begun(*PERMITS[:2]).custody
    for number in (1, 2):
        custody = decide(answers(custody, number).custody, Ticked(), now_at()).custody
    assert all(held.undeclared is None and held.out == () for held in custody.memory.holdings.values())


def test_people_may_stop_between_two_doors_and_never_under_a_pulse() -> None:
    step = begun()
    assert isinstance(after(step.custody, EndAsked()).custody.stage, Clearing)
    assert isinstance(after(answers(step.custody, 1).custody, EndAsked()).custody.stage, Waiting)


def test_one_door_is_opened_by_itself_and_the_way_back_is_open() -> None:
    alone = after(hall(PERMITS[0]), *identified(LIN, LUO), EveryDoorAsked()).custody
    assert isinstance(alone.stage, Choosing)
    asked = after(hall(*PERMITS), *identified(LIN, LUO), EveryDoorAsked()).custody
    assert isinstance(asked.stage, ReadyForAll)
    assert isinstance(after(asked, BackAsked()).custody.stage, Choosing)


def test_a_door_with_two_permits_is_opened_once() -> None:
    held = (*PERMITS[:2], emergency("w", 7))
    asked = after(hall(*held), *identified(LIN, LUO), EveryDoorAsked()).custody
    assert isinstance(asked.stage, ReadyForAll)
    assert len(asked.stage.permits) == 2
