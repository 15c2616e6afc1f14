"""What a start finds after the power failed during an opening, and how the same two people get on from there."""

from dataclasses import replace
from typing import Any

import pytest

from device_agent.custodian.beginning import Paper, Past, remember
from device_agent.custodian.decisions import Pulse, Record
from device_agent.custodian.inputs import DoorSeen, ItemTicked, OpenAsked, PersonConfirmed, RestAnswered, Started
from device_agent.custodian.state import Custody, Step, Waiting
from tests.device_agent.hall import (
    LIN,
    NOON,
    PLACE,
    SEAL,
    YOU,
    after,
    choose,
    deposit_permit,
    hall,
    identified,
    now_at,
    slip_for,
    take_permit,
    types,
)

OPENING, AGAIN = "o-aaaaaaaaaaaaaaaa", "o-bbbbbbbbbbbbbbbb"
PERMIT = take_permit()
INTENDED: dict[str, Any] = {
    "opening": OPENING,
    "compartment": PLACE,
    "permit": PERMIT.id,
    "checkout": PERMIT.checkout,
    "persons": [YOU.id, LIN.id],
    "action": "take",
    "attempt": 1,
}
DOOR = {"opening": OPENING, "compartment": PLACE}
JAMMED = ("door_jammed", {**DOOR, "attempt": 1})
UNKNOWN = ("door_unknown", {**DOOR, "attempt": 1})
OPENED = ("door_opened", DOOR)
CLOSED = ("door_closed", DOOR)


def restarted(*log: tuple[str, dict[str, Any]]) -> Step:
    """The first step of an agent whose journal ends with the intent and these entries."""
    past = [Past(type_, about, NOON) for type_, about in (("opening_intended", INTENDED), *log)]
    custody = replace(hall(), memory=remember([Paper(PERMIT, slip_for(PERMIT), 1)], past))
    return after(custody, Started(2))


@pytest.mark.parametrize(
    ("log", "recorded"),
    [
        pytest.param((), "opening_interrupted", id="after the burn, before any answer"),
        pytest.param((JAMMED,), "jammed", id="after the board proved that it stayed shut"),
        pytest.param((UNKNOWN,), "abandoned", id="after the board fell silent"),
        pytest.param((OPENED,), "abandoned", id="with the door open"),
        pytest.param((OPENED, CLOSED), "abandoned", id="after the door was closed, before they confirmed"),
        pytest.param((JAMMED, OPENED), "abandoned", id="after a jammed door opened late"),
    ],
)
def test_a_start_says_what_was_cut_short(log: tuple[tuple[str, dict[str, Any]], ...], recorded: str) -> None:
    step = restarted(*log)
    begun, cut_short = step.decisions
    assert isinstance(begun, Record)
    assert begun.about == {"boot": 2, "unfinished": 1}
    assert isinstance(cut_short, Record)
    assert cut_short.about.get("outcome", cut_short.type) == recorded


@pytest.mark.parametrize("log", [(), (UNKNOWN,), (OPENED,), (OPENED, CLOSED), (JAMMED, OPENED)])
def test_whoever_was_cut_short_can_say_what_they_took_and_bring_it_back(
    log: tuple[tuple[str, dict[str, Any]], ...],
) -> None:
    custody = restarted(*log).custody
    custody = _declare(custody, SEAL).custody
    assert custody.memory.holdings[PERMIT.id].out == (SEAL,)
    step = after(replace(custody, stage=Waiting()), *identified(YOU, LIN), choose("return", PERMIT), OpenAsked(AGAIN))
    assert types(step.decisions) == ["opening_intended", "Pulse"]


@pytest.mark.parametrize("log", [(), (UNKNOWN,), (OPENED,), (OPENED, CLOSED), (JAMMED, OPENED)])
def test_a_spent_attempt_stays_spent_after_a_crash(log: tuple[tuple[str, dict[str, Any]], ...]) -> None:
    custody = _declare(restarted(*log).custody).custody
    step = after(replace(custody, stage=Waiting()), *identified(YOU, LIN), choose("take", PERMIT), OpenAsked(AGAIN))
    assert Pulse not in map(type, step.decisions)


def test_a_jam_before_the_crash_leaves_the_other_attempts() -> None:
    step = after(restarted(JAMMED).custody, *identified(YOU, LIN), choose("take", PERMIT), OpenAsked(AGAIN))
    intended = step.decisions[0]
    assert isinstance(intended, Record)
    assert intended.about["attempt"] == 2


def test_the_taker_is_who_took_and_the_confirmers_are_who_confirmed() -> None:
    custody = restarted(OPENED, CLOSED).custody
    taken, finished = _declare(custody, SEAL).decisions
    assert isinstance(taken, Record)
    assert isinstance(finished, Record)
    assert taken.about["persons"] == [YOU.id, LIN.id]
    assert finished.about["persons"] == [YOU.id, LIN.id]


def test_a_second_start_says_nothing_twice() -> None:
    custody = restarted().custody
    assert types(after(custody, Started(3)).decisions) == ["agent_started"]


def test_a_door_found_open_after_a_crash_belongs_to_the_interrupted_opening() -> None:
    step = after(restarted().custody, DoorSeen(PLACE, is_open=True))
    assert step.decisions == (Record("door_opened", {"compartment": PLACE, "opening": OPENING}),)


def test_a_door_found_open_that_was_closed_and_at_peace_was_forced() -> None:
    step = after(hall(PERMIT), Started(2), DoorSeen(PLACE, is_open=True))
    assert types(step.decisions) == ["door_forced"]


def test_a_door_that_was_open_before_the_crash_and_still_is_tells_nothing_new() -> None:
    step = after(restarted(OPENED).custody, DoorSeen(PLACE, is_open=True))
    assert step.decisions == ()


def test_a_door_that_was_closed_while_the_agent_was_off_is_told() -> None:
    step = after(restarted(OPENED).custody, DoorSeen(PLACE, is_open=False))
    assert types(step.decisions) == ["door_closed"]


@pytest.mark.parametrize(
    ("log", "seen"),
    [
        pytest.param((), (True, False), id="found open, then closed"),
        pytest.param((OPENED,), (True, False), id="open before and after the crash, then closed"),
        pytest.param((OPENED,), (False,), id="closed while the power was off"),
    ],
)
def test_the_door_of_an_opening_that_was_cut_short_closes_for_that_opening(
    log: tuple[tuple[str, dict[str, Any]], ...], seen: tuple[bool, ...]
) -> None:
    step = after(restarted(*log).custody, *(DoorSeen(PLACE, is_open) for is_open in seen), now=now_at(900))
    assert step.decisions == (Record("door_closed", DOOR),)


def test_a_forced_door_closes_for_nobody() -> None:
    step = after(hall(), DoorSeen(PLACE, is_open=True), DoorSeen(PLACE, is_open=False))
    assert step.decisions == (Record("door_closed", {"compartment": PLACE}),)


def test_an_interrupted_deposit_can_be_said_afterwards() -> None:
    permit = deposit_permit()
    about = {**INTENDED, "permit": permit.id, "action": "deposit", "deposit": permit.deposit}
    past = [Past("opening_intended", about, NOON)]
    custody = after(replace(hall(), memory=remember([Paper(permit, slip_for(permit), 1)], past)), Started(2)).custody
    given = (*identified(YOU, LIN), choose("declare", permit), ItemTicked(SEAL), RestAnswered(is_all_there=True))
    step = after(custody, *given, PersonConfirmed(YOU.id), PersonConfirmed(LIN.id), now=now_at(60))
    assert types(step.decisions) == ["items_deposited", "opening_finished"]


def _declare(custody: Custody, *items: str) -> Step:
    ticks = tuple(ItemTicked(item) for item in items)
    given = (*identified(YOU, LIN), choose("declare", PERMIT), *ticks, RestAnswered(is_all_there=True))
    return after(custody, *given, PersonConfirmed(YOU.id), PersonConfirmed(LIN.id))
