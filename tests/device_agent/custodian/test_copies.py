"""Whoever brings the last seal back says how many copies were stamped; another number than approved is said at once."""

from dataclasses import replace

import pytest

from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import (
    BackAsked,
    CloseSkipped,
    CopiesStated,
    DoorSeen,
    Input,
    ItemTicked,
    LockAnswered,
    OpenAsked,
    RestAnswered,
    Ticked,
)
from device_agent.custodian.state import Closing, Confirming, Custody, Moving, StatingCopies
from tests.device_agent.custodian.at_the_door import AGAIN, BOTH_CONFIRM, OPEN, OPENING, PERMIT, SHUT
from tests.device_agent.hall import (
    LEDGER_SEAL,
    LIN,
    SEAL,
    YOU,
    after,
    choose,
    hall,
    identified,
    now_at,
    slip_for,
    types,
)

OPENED = LockAnswered(AGAIN, "opened")
ALL = (ItemTicked(SEAL), ItemTicked(LEDGER_SEAL), RestAnswered(is_all_there=True))


def out(copies: int | None = 2) -> Custody:
    """Both seals are out under a permit for so many copies."""
    custody = hall(PERMIT)
    holding = replace(custody.memory.holdings[PERMIT.id], slip=replace(slip_for(PERMIT), copies=copies))
    custody = replace(custody, memory=replace(custody.memory, holdings={PERMIT.id: holding}))
    given = (*identified(YOU, LIN), choose("take", PERMIT), OpenAsked(OPENING), LockAnswered(OPENING, "opened"))
    return after(custody, *given, *ALL, SHUT, *BOTH_CONFIRM).custody


def bringing_back(*given: Input, copies: int | None = 2) -> Custody:
    """At the open door again, and then this."""
    coming = (*identified(YOU, LIN), choose("return", PERMIT), OpenAsked(AGAIN), OPENED)
    return after(replace(out(copies), pulse=None), *coming, *given, now=now_at(60)).custody


def test_the_copies_are_asked_for_when_the_door_is_closed() -> None:
    custody = bringing_back(*ALL)
    assert isinstance(custody.stage, Closing)
    custody = after(custody, SHUT).custody
    assert isinstance(custody.stage, StatingCopies)
    custody = after(custody, CopiesStated(3)).custody
    assert isinstance(custody.stage, Confirming)
    step = after(custody, *BOTH_CONFIRM)
    assert types(step.decisions) == ["items_returned", "copies_stated", "opening_finished"]
    record = step.decisions[1]
    assert isinstance(record, Record)
    assert (record.about["copies"], record.about["approved"]) == (3, 2)


@pytest.mark.parametrize(
    ("given", "copies"),
    [
        pytest.param((*ALL, SHUT), None, id="nothing was to be stamped"),
        pytest.param((ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT), 2, id="another seal is still out"),
        pytest.param((RestAnswered(is_all_there=True), SHUT), 2, id="nothing came back"),
    ],
)
def test_otherwise_nobody_is_asked(given: tuple[Input, ...], copies: int | None) -> None:
    step = after(bringing_back(*given, copies=copies), *BOTH_CONFIRM)
    assert "copies_stated" not in types(step.decisions)
    assert types(step.decisions)[-1] == "opening_finished"


def test_a_take_asks_for_no_copies() -> None:
    assert not isinstance(out().stage, StatingCopies)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param((*ALL, SHUT, BackAsked()), id="at the number"),
        pytest.param((*ALL, SHUT, CopiesStated(9), BackAsked()), id="after the number"),
    ],
)
def test_going_back_to_the_list_asks_again(given: tuple[Input, ...]) -> None:
    custody = bringing_back(*given)
    assert isinstance(custody.stage, Moving)
    assert custody.stage.copies is None
    assert isinstance(after(custody, RestAnswered(is_all_there=True)).custody.stage, StatingCopies)


def test_a_door_opened_again_is_closed_first() -> None:
    custody = bringing_back(*ALL, SHUT, OPEN)
    assert isinstance(custody.stage, Closing)


def test_a_silent_door_holds_nobody_up() -> None:
    custody = bringing_back(*ALL)
    custody = after(custody, DoorSeen("CAB-01/7", None), CloseSkipped()).custody
    assert isinstance(custody.stage, StatingCopies)


def test_whoever_leaves_without_a_number_is_asked_when_they_say_it_afterwards() -> None:
    custody = after(bringing_back(*ALL, SHUT), Ticked(), now=now_at(400)).custody
    given = (*identified(YOU, LIN), choose("declare", PERMIT), *ALL)
    custody = after(custody, *given, now=now_at(500)).custody
    assert isinstance(custody.stage, StatingCopies)
