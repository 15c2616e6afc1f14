"""A lock that jams, a board that is silent, and the permit that replaces one which cannot be used any more."""

from dataclasses import replace

from device_agent.custodian.decisions import Pulse, Record
from device_agent.custodian.inputs import (
    Acknowledged,
    DoorAnswered,
    LockAnswered,
    OpenAsked,
    RestAnswered,
    Ticked,
)
from device_agent.custodian.state import (
    Custody,
    Jammed,
    Moving,
    Refusal,
    Unsure,
)
from tests.device_agent.custodian.at_the_door import (
    AGAIN,
    BOTH_CONFIRM,
    OPEN,
    OPENING,
    PERMIT,
    SHUT,
    at_the_open_door,
    outcome_of,
    taken,
)
from tests.device_agent.hall import (
    LEDGER_SEAL,
    LIN,
    PLACE,
    SEAL,
    YOU,
    after,
    choose,
    hall,
    identified,
    now_at,
    take_permit,
    types,
)


def test_a_jammed_lock_can_be_tried_again_on_the_spot_three_times_in_all() -> None:
    custody = after(hall(PERMIT), *identified(YOU, LIN), choose("take", PERMIT)).custody
    pulses = 0
    for attempt in range(1, 5):
        opening = f"o-{attempt:016}"
        step = after(custody, OpenAsked(opening), now=now_at(10 * attempt))
        pulses += sum(isinstance(each, Pulse) for each in step.decisions)
        custody = after(step.custody, LockAnswered(opening, "refused"), now=now_at(10 * attempt)).custody
    assert pulses == PERMIT.attempts
    assert isinstance(custody.stage, Refusal)
    assert custody.stage.rule == "attempts_left"


def test_trying_again_finishes_the_jammed_opening_first() -> None:
    custody = _jammed()
    step = after(custody, OpenAsked(AGAIN), now=now_at(10))
    assert types(step.decisions) == ["opening_finished", "opening_intended", "Pulse"]
    assert custody.memory.holdings[PERMIT.id].openings[0].outcome is None
    assert step.custody.memory.holdings[PERMIT.id].openings[0].outcome == "jammed"


def test_a_lock_that_was_just_pulsed_rests_before_the_next_try() -> None:
    step = after(_jammed(), OpenAsked(AGAIN), now=now_at(1))
    assert step.decisions == ()
    assert isinstance(step.custody.stage, Jammed)


def _jammed() -> Custody:
    given = (*identified(YOU, LIN), choose("take", PERMIT), OpenAsked(OPENING), LockAnswered(OPENING, "refused"))
    return after(hall(PERMIT), *given).custody


def test_a_jammed_door_that_opens_late_is_the_same_opening() -> None:
    step = after(_jammed(), OPEN, now=now_at(5))
    assert step.decisions == (Record("door_opened", {"compartment": PLACE, "opening": OPENING}),)
    assert isinstance(step.custody.stage, Moving)


def test_after_a_silent_board_the_people_say_what_they_see() -> None:
    custody = _unsure()
    assert isinstance(custody.stage, Unsure)
    assert isinstance(after(custody, DoorAnswered(is_open=True)).custody.stage, Moving)


def test_after_a_silent_board_the_permit_is_spent_and_only_the_office_helps() -> None:
    step = after(_unsure(), DoorAnswered(is_open=False))
    assert outcome_of(step) == "unknown"
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "every_failure_proven"
    again = after(step.custody, Acknowledged(), choose("take", PERMIT), now=now_at(60))
    assert Pulse not in map(type, again.decisions)


def _unsure() -> Custody:
    given = (*identified(YOU, LIN), choose("take", PERMIT), OpenAsked(OPENING), LockAnswered(OPENING, "unknown"))
    return after(hall(PERMIT), *given).custody


def test_a_permit_issued_anew_is_what_the_two_people_at_the_kiosk_get_to_see() -> None:
    custody = after(_unsure(), DoorAnswered(is_open=False), Acknowledged()).custody
    anew = take_permit("b", checkout=PERMIT.checkout)
    custody = replace(custody, memory=custody.memory.hold(anew, custody.memory.holdings[PERMIT.id].slip, 1))
    step = after(custody, choose("take", anew), OpenAsked(AGAIN), now=now_at(30))
    assert types(step.decisions) == ["opening_intended", "Pulse"]


def test_a_replacement_opens_nothing_once_the_replaced_permit_has_served() -> None:
    custody = taken(SEAL)
    anew = take_permit("b", checkout=PERMIT.checkout)
    custody = replace(custody, memory=custody.memory.hold(anew, custody.memory.holdings[PERMIT.id].slip, 1))
    step = after(custody, *identified(YOU, LIN), choose("take", anew), OpenAsked(AGAIN), now=now_at(30))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "already_served"


def test_a_replacement_waits_until_people_have_said_what_the_first_opening_moved() -> None:
    custody = after(after(at_the_open_door(), SHUT, now=now_at(5)).custody, Ticked(), now=now_at(70)).custody
    anew = take_permit("b", checkout=PERMIT.checkout)
    custody = replace(custody, memory=custody.memory.hold(anew, custody.memory.holdings[PERMIT.id].slip, 1))
    custody = after(custody, *identified(YOU, LIN), choose("take", anew), now=now_at(80)).custody
    assert isinstance(custody.stage, Refusal)
    assert custody.stage.rule == "declare_first"
    given = (Acknowledged(), choose("declare", PERMIT), RestAnswered(is_all_there=True), *BOTH_CONFIRM, Acknowledged())
    step = after(custody, *given, choose("take", anew), OpenAsked(AGAIN), now=now_at(90))
    assert types(step.decisions) == ["opening_intended", "Pulse"]


def test_approvals_serve_once_even_when_both_the_old_and_the_new_permit_are_held() -> None:
    anew = take_permit("b", checkout=PERMIT.checkout)
    custody = taken(SEAL, LEDGER_SEAL)
    custody = replace(custody, memory=custody.memory.hold(anew, custody.memory.holdings[PERMIT.id].slip, 1))
    step = after(custody, *identified(YOU, LIN), choose("take", anew), now=now_at(60))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "already_served"


def test_no_answer_from_the_lock_is_unknown_after_ten_seconds() -> None:
    custody = after(hall(PERMIT), *identified(YOU, LIN), choose("take", PERMIT), OpenAsked(OPENING)).custody
    step = after(custody, Ticked(), now=now_at(11))
    assert types(step.decisions) == ["door_unknown"]
    assert isinstance(step.custody.stage, Unsure)
