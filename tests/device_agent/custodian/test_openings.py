"""From the choice to the last confirmation: the stories at the door, and every way a take is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from device_agent.custodian.decisions import Burn, Pulse, Record
from device_agent.custodian.inputs import (
    Acknowledged,
    BoardSeen,
    ChoiceKind,
    CloseSkipped,
    DoorAnswered,
    DoorSeen,
    EndAsked,
    Input,
    ItemTicked,
    LockAnswered,
    MissingNamed,
    OpenAsked,
    PersonAdded,
    PersonConfirmed,
    RestAnswered,
    Ticked,
)
from device_agent.custodian.state import (
    Closing,
    Confirming,
    Custody,
    Done,
    Jammed,
    Moving,
    NamingMissing,
    Ready,
    Refusal,
    Step,
    Unlocking,
    Unsure,
    Waiting,
)
from firmware_protocol.permit_checks import Clock
from firmware_protocol.permits import Permit
from firmware_protocol.rosters import Person
from tests.device_agent.hall import (
    HE,
    LEDGER_SEAL,
    LIAO,
    LIN,
    LUO,
    NOON,
    PLACE,
    SEAL,
    SONG,
    YOU,
    after,
    choose,
    clock_at,
    deposit_permit,
    hall,
    identified,
    now_at,
    take_permit,
    types,
)

OPENING = "o-aaaaaaaaaaaaaaaa"
AGAIN = "o-bbbbbbbbbbbbbbbb"
PERMIT = take_permit()
OPEN, SHUT = DoorSeen(PLACE, is_open=True), DoorSeen(PLACE, is_open=False)
OPENED = LockAnswered(OPENING, "opened")
BOTH_CONFIRM = (PersonConfirmed(YOU.id), PersonConfirmed(LIN.id))


def at_the_open_door(*permits: Permit, kind: ChoiceKind = "take") -> Custody:
    """游少玉 and 林少军 stand before the open compartment."""
    permits = permits or (PERMIT,)
    given: tuple[Input, ...] = (*identified(YOU, LIN), choose(kind, permits[0]), OpenAsked(OPENING), OPENED)
    return after(hall(*permits), *given).custody


def taken(*items: str) -> Custody:
    """They have taken `items` and gone."""
    ticks = tuple(ItemTicked(item) for item in items)
    given: tuple[Input, ...] = (*ticks, RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM, EndAsked())
    return after(at_the_open_door(), *given).custody


def test_the_burn_and_the_intent_are_one_record_before_the_pulse() -> None:
    step = after(hall(PERMIT), *identified(YOU, LIN), choose("take", PERMIT), OpenAsked(OPENING))
    about = {
        "opening": OPENING,
        "compartment": PLACE,
        "permit": PERMIT.id,
        "checkout": PERMIT.checkout,
        "persons": [YOU.id, LIN.id],
        "action": "take",
        "attempt": 1,
    }
    assert step.decisions == (
        Record("opening_intended", about, burn=Burn(PERMIT.id, "attempt", 1)),
        Pulse(PLACE, OPENING),
    )
    assert step.custody.stage == Unlocking((YOU.id, LIN.id), OPENING)


def test_the_officer_may_identify_first() -> None:
    step = after(hall(PERMIT), *identified(LIN, YOU), choose("take", PERMIT), OpenAsked(OPENING))
    record = step.decisions[0]
    assert isinstance(record, Record)
    assert record.about["persons"] == [YOU.id, LIN.id]


def test_a_second_touch_on_open_pulses_once() -> None:
    custody = after(hall(PERMIT), *identified(YOU, LIN), choose("take", PERMIT), OpenAsked(OPENING)).custody
    assert after(custody, OpenAsked(AGAIN)).decisions == ()


@pytest.mark.parametrize(
    ("permit", "people", "changes", "rule"),
    [
        pytest.param({}, (YOU, HE), {}, "second_present", id="the second is no officer"),
        pytest.param({}, (LIAO, LIN), {}, "holder_present", id="the head is not the holder"),
        pytest.param({"approvers": (LIN.id,)}, (YOU, LIN), {}, "no_approver_present", id="the officer approved"),
        pytest.param({"not_after": NOON}, (YOU, LIN), {}, "not_expired", id="expired"),
        pytest.param({"not_before": NOON + timedelta(hours=1)}, (YOU, LIN), {}, "already_valid", id="too early"),
        pytest.param({}, (YOU, LIN), {"revoked": frozenset({PERMIT.id})}, "not_revoked", id="revoked"),
        pytest.param({"revocations_min": 4}, (YOU, LIN), {}, "revocations_fresh", id="revocations too old"),
        pytest.param({}, (YOU, LIN), {"contact_at": NOON - timedelta(hours=5)}, "contact_fresh", id="offline 5 h"),
        pytest.param({}, (YOU, LIN), {"contact_at": None}, "contact_fresh", id="never in contact"),
        pytest.param({}, (YOU, LIN), {"is_disk_low": True}, "disk_full", id="disk nearly full"),
        pytest.param({}, (YOU, LIN), {"lost_boards": frozenset({"left:1"})}, "board_lost", id="board lost"),
        pytest.param({"trust": 2}, (YOU, LIN), {}, "trust_known", id="unknown trust version"),
        pytest.param({"extra": ("reviewer",)}, (YOU, LIN), {}, "two_people", id="a third person is asked for"),
    ],
)
def test_a_take_is_refused_with_its_rule_and_a_record(
    permit: dict[str, Any], people: tuple[Person, ...], changes: dict[str, Any], rule: str
) -> None:
    refused = take_permit(**permit)
    step = after(hall(refused, **changes), *identified(*people), choose("take", refused))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == rule
    assert types(step.decisions) == ["opening_refused"]
    record = step.decisions[0]
    assert isinstance(record, Record)
    assert record.about["rule"] == rule


def test_a_third_person_can_come_along() -> None:
    permit = take_permit(extra=("reviewer",), approvers=(LIAO.id,))
    given = (*identified(YOU, LIN), PersonAdded(), *identified(HE), choose("take", permit), OpenAsked(OPENING))
    step = after(hall(permit), *given)
    assert types(step.decisions) == ["opening_intended", "Pulse"]


@pytest.mark.parametrize("quality", ["unknown", "floor"])
def test_an_unknown_time_takes_nothing_out(quality: str) -> None:
    now = now_at(clock=Clock(NOON, None, quality))  # type: ignore[arg-type]
    step = after(hall(PERMIT), *identified(YOU, LIN), choose("take", PERMIT), now=now)
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "time_known"


def test_a_permit_that_runs_out_while_people_choose_is_refused_at_the_last_touch() -> None:
    custody = after(hall(PERMIT), *identified(YOU, LIN), choose("take", PERMIT)).custody
    assert isinstance(custody.stage, Ready)
    late = now_at(6 * 3600)
    step = after(custody, OpenAsked(OPENING), now=late)
    assert types(step.decisions) == ["opening_refused"]


def test_a_seal_goes_out_with_the_words_of_both() -> None:
    custody = at_the_open_door()
    assert custody.stage == Moving((YOU.id, LIN.id), OPENING)
    step = after(custody, ItemTicked(SEAL), ItemTicked(LEDGER_SEAL), RestAnswered(is_all_there=True))
    assert isinstance(step.custody.stage, Closing)
    step = after(step.custody, SHUT)
    assert types(step.decisions) == ["door_closed"]
    step = after(step.custody, *BOTH_CONFIRM)
    assert types(step.decisions) == ["items_taken", "opening_finished"]
    assert _outcome(step) == "taken"
    assert step.custody.memory.holdings[PERMIT.id].out == (SEAL, LEDGER_SEAL)
    assert step.custody.stage == Done((YOU.id, LIN.id), OPENING)


@pytest.mark.parametrize(
    ("items", "outcome", "out"),
    [
        pytest.param((SEAL, LEDGER_SEAL), "taken", (SEAL, LEDGER_SEAL), id="everything"),
        pytest.param((SEAL,), "part_taken", (SEAL,), id="a part"),
        pytest.param((), "nothing", (), id="nothing"),
        pytest.param((SEAL, SEAL), "nothing", (), id="ticked and unticked"),
    ],
)
def test_part_taken_and_nothing_taken_are_ordinary_endings(
    items: tuple[str, ...], outcome: str, out: tuple[str, ...]
) -> None:
    ticks = tuple(ItemTicked(item) for item in items)
    step = after(at_the_open_door(), *ticks, RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM)
    assert _outcome(step) == outcome
    assert step.custody.memory.holdings[PERMIT.id].out == out


def test_one_person_cannot_confirm_for_both() -> None:
    given = (ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT, PersonConfirmed(YOU.id), PersonConfirmed(YOU.id))
    step = after(at_the_open_door(), *given)
    assert isinstance(step.custody.stage, Confirming)
    assert step.decisions == ()


def test_an_item_the_permit_does_not_name_cannot_be_ticked() -> None:
    custody = at_the_open_door()
    assert after(custody, ItemTicked("i-of-nobody")).custody.stage == custody.stage


def test_something_missing_is_an_alarm_at_once() -> None:
    custody = after(at_the_open_door(), ItemTicked(SEAL), RestAnswered(is_all_there=False)).custody
    assert isinstance(custody.stage, NamingMissing)
    step = after(custody, ItemTicked(LEDGER_SEAL), ItemTicked(SEAL), MissingNamed())
    assert types(step.decisions) == ["items_missing"]
    record = step.decisions[0]
    assert isinstance(record, Record)
    assert record.about["items"] == [LEDGER_SEAL]
    assert isinstance(step.custody.stage, Closing)


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
    "contact_at": None,
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
    assert _outcome(step) == "unknown"
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
    custody = replace(custody, memory=custody.memory.hold(anew, custody.memory.holdings[PERMIT.id].slip))
    step = after(custody, choose("take", anew), OpenAsked(AGAIN), now=now_at(30))
    assert types(step.decisions) == ["opening_intended", "Pulse"]


def test_a_replacement_opens_nothing_once_the_replaced_permit_has_served() -> None:
    custody = taken(SEAL)
    anew = take_permit("b", checkout=PERMIT.checkout)
    custody = replace(custody, memory=custody.memory.hold(anew, custody.memory.holdings[PERMIT.id].slip))
    step = after(custody, *identified(YOU, LIN), choose("take", anew), OpenAsked(AGAIN), now=now_at(30))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "already_served"


def test_a_replacement_waits_until_people_have_said_what_the_first_opening_moved() -> None:
    custody = after(after(at_the_open_door(), SHUT, now=now_at(5)).custody, Ticked(), now=now_at(70)).custody
    anew = take_permit("b", checkout=PERMIT.checkout)
    custody = replace(custody, memory=custody.memory.hold(anew, custody.memory.holdings[PERMIT.id].slip))
    custody = after(custody, *identified(YOU, LIN), choose("take", anew), now=now_at(80)).custody
    assert isinstance(custody.stage, Refusal)
    assert custody.stage.rule == "declare_first"
    given = (Acknowledged(), choose("declare", PERMIT), RestAnswered(is_all_there=True), *BOTH_CONFIRM, Acknowledged())
    step = after(custody, *given, choose("take", anew), OpenAsked(AGAIN), now=now_at(90))
    assert types(step.decisions) == ["opening_intended", "Pulse"]


def test_approvals_serve_once_even_when_both_the_old_and_the_new_permit_are_held() -> None:
    anew = take_permit("b", checkout=PERMIT.checkout)
    custody = taken(SEAL, LEDGER_SEAL)
    custody = replace(custody, memory=custody.memory.hold(anew, custody.memory.holdings[PERMIT.id].slip))
    step = after(custody, *identified(YOU, LIN), choose("take", anew), now=now_at(60))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "already_served"


def test_no_answer_from_the_lock_is_unknown_after_ten_seconds() -> None:
    custody = after(hall(PERMIT), *identified(YOU, LIN), choose("take", PERMIT), OpenAsked(OPENING)).custody
    step = after(custody, Ticked(), now=now_at(11))
    assert types(step.decisions) == ["door_unknown"]
    assert isinstance(step.custody.stage, Unsure)


def test_people_who_leave_the_open_door_leave_an_opening_that_can_be_declared_later() -> None:
    custody = after(at_the_open_door(), SHUT, now=now_at(5)).custody
    step = after(custody, Ticked(), now=now_at(70))
    assert _outcome(step) == "abandoned"
    assert step.custody.stage == Waiting()
    given = (*identified(YOU, LIN), choose("declare", PERMIT), ItemTicked(SEAL), RestAnswered(is_all_there=True))
    step = after(step.custody, *given, *BOTH_CONFIRM, now=now_at(100))
    assert types(step.decisions) == ["items_taken", "opening_finished"]
    assert _outcome(step) == "part_taken"
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


def test_two_seals_are_put_in_by_a_deposit_permit() -> None:
    permit = deposit_permit()
    custody = at_the_open_door(permit, kind="deposit")
    given: tuple[Input, ...] = (ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM)
    step = after(custody, *given)
    assert types(step.decisions) == ["items_deposited", "opening_finished"]
    assert _outcome(step) == "deposited"


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


def test_settled_permits_are_forgotten_a_day_after_they_ended() -> None:
    custody = replace(hall(PERMIT), contact_at=None)
    two_days = now_at(48 * 3600, clock=clock_at(NOON + timedelta(hours=48)))
    step = after(custody, Ticked(), now=two_days)
    assert types(step.decisions) == ["Forget"]
    assert step.custody.memory.holdings == {}


def test_a_permit_with_something_outside_is_never_forgotten() -> None:
    step = after(taken(SEAL), Ticked(), now=now_at(90 * 24 * 3600))
    assert PERMIT.id in step.custody.memory.holdings


def _outcome(step: Step) -> object:
    record = step.decisions[-1]
    assert isinstance(record, Record)
    assert record.type == "opening_finished"
    return record.about["outcome"]
