"""A permit is taken back while people stand before the door: from then on it opens nothing, and still brings back."""

import pytest

from device_agent.custodian.decisions import Decision, Pulse
from device_agent.custodian.inputs import (
    EndAsked,
    Input,
    ItemTicked,
    LockAnswered,
    OpenAsked,
    RestAnswered,
    RevocationsReceived,
)
from device_agent.custodian.table import decide
from tests.device_agent.custodian.at_the_door import AGAIN, BOTH_CONFIRM, OPENING, PERMIT, SHUT
from tests.device_agent.hall import LIN, SEAL, YOU, choose, hall, identified, now_at, types

REVOKED = RevocationsReceived(1, frozenset({PERMIT.id}), {})
CARDS = identified(YOU, LIN)
TWO_TOUCHES: tuple[Input, ...] = (
    *CARDS,
    choose("take", PERMIT),
    OpenAsked(OPENING),
    LockAnswered(OPENING, "refused"),
    OpenAsked(AGAIN),
)
"""The lock jams at the first pulse, and they touch once more; each step some seconds after the one before."""
MOMENTS = {
    "before anybody came": (0, 0),
    "between the two cards": (len(CARDS) // 2, 0),
    "before the choice": (len(CARDS), 0),
    "before the last touch": (len(CARDS) + 1, 0),
    "between burn and answer": (len(CARDS) + 2, 1),
    "while the lock is jammed": (len(CARDS) + 3, 1),
    "after the second pulse": (len(CARDS) + 4, 2),
}


def told(*given: Input) -> list[Decision]:
    """Everything that is decided while these come, five seconds apart."""
    custody, decided = hall(PERMIT), list[Decision]()
    for number, each in enumerate(given):
        step = decide(custody, each, now_at(5 * number))
        custody = step.custody
        decided += step.decisions
    return decided


@pytest.mark.parametrize(("moment", "pulses"), MOMENTS.values(), ids=MOMENTS)
def test_nothing_opens_once_the_cabinet_knows_and_what_was_tried_is_on_record(moment: int, pulses: int) -> None:
    decided = told(*TWO_TOUCHES[:moment], REVOKED, *TWO_TOUCHES[moment:])
    assert sum(isinstance(each, Pulse) for each in decided) == pulses
    assert types(decided).count("opening_intended") == pulses
    assert ("opening_refused" in types(decided)) is (pulses < 2)


@pytest.mark.parametrize("moment", range(4), ids=["door open", "ticked", "the rest is there", "door shut"])
def test_who_has_opened_already_finishes_and_brings_back(moment: int) -> None:
    moving: tuple[Input, ...] = (ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM)
    opened = (*CARDS, choose("take", PERMIT), OpenAsked(OPENING), LockAnswered(OPENING, "opened"))
    back = (*CARDS, choose("return", PERMIT), OpenAsked(AGAIN))
    decided = told(*opened, *moving[:moment], REVOKED, *moving[moment:], EndAsked(), *back)
    assert types(decided).count("items_taken") == 1
    assert sum(isinstance(each, Pulse) for each in decided) == len((OPENING, AGAIN))
