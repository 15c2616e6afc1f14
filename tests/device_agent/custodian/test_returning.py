"""Bringing things back is always possible, for the right two people."""

from dataclasses import replace
from typing import Any

import pytest

from device_agent.custodian.decisions import Burn, Record
from device_agent.custodian.inputs import (
    DoorAnswered,
    ItemTicked,
    LockAnswered,
    OpenAsked,
    PersonConfirmed,
    RestAnswered,
)
from device_agent.custodian.state import (
    Ready,
    Refusal,
)
from firmware_protocol.permit_checks import Clock
from firmware_protocol.rosters import Person
from tests.device_agent.custodian.at_the_door import (
    AGAIN,
    BOTH_CONFIRM,
    PERMIT,
    SHUT,
    taken,
)
from tests.device_agent.hall import (
    HE,
    LIAO,
    LIN,
    LUO,
    NOON,
    SEAL,
    SONG,
    YOU,
    after,
    choose,
    identified,
    now_at,
    types,
)


def test_the_seal_comes_back_and_the_checkout_is_closed_here() -> None:
    custody = taken(SEAL)
    step = after(custody, *identified(YOU, LIN), choose("return", PERMIT), OpenAsked(AGAIN), now=now_at(60))
    record = step.decisions[0]
    assert isinstance(record, Record)
    assert (record.about["action"], record.burn) == ("return", Burn(PERMIT.id, "return", 1))
    given = (LockAnswered(AGAIN, "opened"), ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM)
    step = after(step.custody, *given, now=now_at(90))
    assert types(step.decisions) == ["items_returned", "opening_finished"]
    assert not step.custody.memory.holdings[PERMIT.id].is_open


RUINED: dict[str, Any] = {
    "revoked": frozenset({PERMIT.id}),
    "contact": None,
    "is_disk_low": True,
}


def test_returning_asks_neither_the_clock_nor_the_server() -> None:
    custody = replace(taken(SEAL), **RUINED)
    next_year = now_at(400 * 24 * 3600, clock=Clock(NOON, None, "unknown"))
    step = after(custody, *identified(YOU, LUO), choose("return", PERMIT), OpenAsked(AGAIN), now=next_year)
    assert types(step.decisions) == ["opening_intended", "Pulse"]


def test_the_head_may_bring_it_back_and_that_is_flagged() -> None:
    step = after(taken(SEAL), *identified(LIAO, LIN), choose("return", PERMIT), OpenAsked(AGAIN), now=now_at(60))
    record = step.decisions[0]
    assert isinstance(record, Record)
    assert record.about["flagged"] is True


def test_what_somebody_else_brought_back_says_so_in_the_log() -> None:
    given = (*identified(LIAO, LIN), choose("return", PERMIT), OpenAsked(AGAIN), LockAnswered(AGAIN, "opened"))
    moved = (ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT, PersonConfirmed(LIAO.id), PersonConfirmed(LIN.id))
    step = after(taken(SEAL), *given, *moved, now=now_at(60))
    record = step.decisions[0]
    assert isinstance(record, Record)
    assert (record.type, record.about["flagged"]) == ("items_returned", True)


@pytest.mark.parametrize(
    ("people", "rule"),
    [
        pytest.param((YOU, HE), "return_second_present", id="no officer"),
        pytest.param((SONG, LIN), "returner_entitled", id="another cooperative's accountant"),
    ],
)
def test_not_just_anybody_brings_it_back(people: tuple[Person, ...], rule: str) -> None:
    step = after(taken(SEAL), *identified(*people), choose("return", PERMIT))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == rule


def test_a_return_whose_lock_is_silent_can_be_tried_again_and_again() -> None:
    custody = taken(SEAL)
    for number in range(1, 6):
        opening = f"o-{number:016}"
        at = now_at(60 * number)
        given = (*identified(YOU, LIN), choose("return", PERMIT)) if number == 1 else ()
        step = after(custody, *given, OpenAsked(opening), now=at)
        record = step.decisions[0]
        assert isinstance(record, Record)
        assert record.burn == Burn(PERMIT.id, "return", number)
        unknown = LockAnswered(opening, "unknown")
        custody = after(step.custody, unknown, DoorAnswered(is_open=False), now=at).custody
        assert isinstance(custody.stage, Ready)
