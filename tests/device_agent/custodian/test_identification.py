"""Who is let in at the kiosk, who is not, and what a wrong PIN costs."""

from dataclasses import replace
from datetime import timedelta

import pytest

from device_agent.custodian.decisions import CheckPin, Record
from device_agent.custodian.identification import FAILURES_TOLD, PIN_DELAYS_S, pin_wait_s
from device_agent.custodian.inputs import (
    Acknowledged,
    BackAsked,
    CardShown,
    PersonAdded,
    PinChecked,
    PinEntered,
    RosterReceived,
    Started,
)
from device_agent.custodian.state import Choosing, Custody, EnteringPin, Now, Refusal, Waiting, WaitingNext
from tests.device_agent.hall import (
    BLOCKED,
    HE,
    LIAO,
    LIN,
    LUO,
    NOON,
    ROSTER,
    YOU,
    after,
    hall,
    identified,
    now_at,
    take_permit,
    types,
)


def wrong_pins(custody: Custody, count: int) -> Custody:
    """游少玉 enters a wrong PIN `count` times, each as soon as it is allowed; ends at the start."""
    at_s = 0.0
    for failures in range(count):
        at_s += PIN_DELAYS_S[min(failures, len(PIN_DELAYS_S) - 1)] + 1
        given = (CardShown(YOU.card), PinEntered(), PinChecked(YOU.id, fits=False))
        custody = replace(after(custody, *given, now=now_at(at_s)).custody, stage=Waiting())
    return custody


def test_a_card_and_its_pin_let_the_first_person_in() -> None:
    step = after(hall(), *identified(YOU))
    assert step.custody.stage == WaitingNext((YOU.id,))
    assert step.decisions == ()


def test_two_people_see_what_they_may_do() -> None:
    assert after(hall(), *identified(YOU, LIN)).custody.stage == Choosing((YOU.id, LIN.id))


def test_the_digits_are_compared_with_the_hash_in_the_roster() -> None:
    step = after(hall(), CardShown(YOU.card), PinEntered())
    assert step.decisions == (CheckPin(YOU.id, "pin-y"),)


def test_a_second_touch_while_the_pin_is_checked_does_nothing() -> None:
    step = after(hall(), CardShown(YOU.card), PinEntered(), PinEntered())
    assert step.decisions == ()


def test_an_answer_about_somebody_else_lets_nobody_in() -> None:
    step = after(hall(), CardShown(YOU.card), PinEntered(), PinChecked(LIN.id, fits=True))
    assert isinstance(step.custody.stage, EnteringPin)


def test_an_answer_nobody_asked_for_lets_nobody_in() -> None:
    step = after(hall(), CardShown(YOU.card), PinChecked(YOU.id, fits=True))
    assert step.custody.stage == EnteringPin((), YOU.id)


@pytest.mark.parametrize(
    ("card", "reason", "about"),
    [
        pytest.param("card-of-nobody", "unknown_card", {}, id="unknown card"),
        pytest.param(BLOCKED.card, "blocked", {"person": BLOCKED.id}, id="blocked person"),
        pytest.param(YOU.card, "same_person", {"person": YOU.id}, id="the first person again"),
    ],
)
def test_a_card_is_refused_with_its_reason_and_a_record(card: str, reason: str, about: dict[str, str]) -> None:
    step = after(hall(), *identified(YOU), CardShown(card))
    assert step.decisions == (Record("identification_refused", {"reason": reason, **about}),)
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == reason
    assert after(step.custody, Acknowledged()).custody.stage == WaitingNext((YOU.id,))


def test_without_a_roster_nobody_gets_in_and_it_says_so() -> None:
    stage = after(hall(roster=None), CardShown(YOU.card)).custody.stage
    assert isinstance(stage, Refusal)
    assert stage.rule == "no_roster"


def test_a_wrong_pin_is_recorded_and_may_be_tried_again() -> None:
    step = after(hall(), CardShown(YOU.card), PinEntered(), PinChecked(YOU.id, fits=False))
    assert step.decisions == (Record("identification_refused", {"reason": "wrong_pin", "person": YOU.id}),)
    assert step.custody.stage == EnteringPin((), YOU.id, is_wrong=True)


@pytest.mark.parametrize("failures", range(1, len(PIN_DELAYS_S) + 2))
def test_every_wrong_pin_makes_the_next_try_wait_at_least_as_long(failures: int) -> None:
    before = pin_wait_s([NOON] * (failures - 1), NOON)
    wait_s = pin_wait_s([NOON] * failures, NOON)
    assert wait_s >= before
    assert wait_s > 0
    assert pin_wait_s([NOON] * failures, NOON + timedelta(seconds=wait_s)) == 0


def test_a_clock_set_back_makes_nobody_wait_longer_than_the_delay() -> None:
    assert pin_wait_s([NOON] * 3, NOON - timedelta(days=400)) <= PIN_DELAYS_S[3]


def test_during_the_delay_the_pin_is_not_even_looked_at() -> None:
    custody = after(hall(), CardShown(YOU.card), PinEntered(), PinChecked(YOU.id, fits=False)).custody
    step = after(custody, PinEntered(), now=now_at(1))
    assert types(step.decisions) == ["identification_refused"]
    assert CheckPin not in map(type, step.decisions)


def test_the_delay_ends_though_the_time_that_is_written_down_stands_still() -> None:
    custody = wrong_pins(hall(), 4)
    restarted = after(custody, Started(2), now=standing(1000)).custody
    for before, soon in ((custody, 30), (restarted, 1001)):
        assert isinstance(after(before, CardShown(YOU.card), now=standing(soon)).custody.stage, Refusal)
        assert after(before, *identified(YOU), now=standing(2000)).custody.stage == WaitingNext((YOU.id,))


def standing(after_s: float) -> Now:
    """So many seconds later, by the clock that only grows; the wall clock is behind what is certainly past."""
    return replace(now_at(after_s), at=now_at(26).at)


def test_the_fifth_wrong_pin_within_an_hour_is_told_to_the_office_once() -> None:
    custody = wrong_pins(hall(), FAILURES_TOLD - 1)
    at = now_at(1000)
    fifth = after(custody, CardShown(YOU.card), PinEntered(), PinChecked(YOU.id, fits=False), now=at)
    assert fifth.decisions[1] == Record("pin_lockout", {"person": YOU.id, "failures": FAILURES_TOLD})
    later = now_at(2000)
    sixth = after(replace(fifth.custody, stage=Waiting()), *_wrong_once(), now=later)
    assert types(sixth.decisions) == ["identification_refused"]


def _wrong_once() -> tuple[CardShown, PinEntered, PinChecked]:
    return CardShown(YOU.card), PinEntered(), PinChecked(YOU.id, fits=False)


def test_wrong_pins_of_one_person_delay_nobody_else() -> None:
    custody = wrong_pins(hall(), 4)
    assert after(custody, *identified(LIN), now=now_at(30)).custody.stage == WaitingNext((LIN.id,))


def test_an_hour_later_a_wrong_pin_is_forgotten() -> None:
    custody = wrong_pins(hall(), 4)
    assert after(custody, *identified(YOU), now=now_at(2 * 3600)).custody.stage == WaitingNext((YOU.id,))


def test_back_from_the_pin_pad_keeps_the_first_person() -> None:
    custody = after(hall(), *identified(YOU), CardShown(LIN.card)).custody
    assert after(custody, BackAsked()).custody.stage == WaitingNext((YOU.id,))


def test_a_sixth_person_is_not_asked_for() -> None:
    five = (YOU, LIN, LIAO, LUO, HE)
    custody = after(hall(take_permit()), *identified(YOU, LIN)).custody
    for person in five[2:]:
        custody = after(custody, PersonAdded(), *identified(person)).custody
    assert custody.stage == Choosing(tuple(person.id for person in five))
    step = after(custody, PersonAdded())
    assert step.custody.stage == Refusal("enough_people", custody.stage)
    assert step.decisions == (Record("identification_refused", {"reason": "enough_people"}),)
    assert after(step.custody, Acknowledged()).custody.stage == custody.stage


def test_a_person_blocked_meanwhile_is_shown_out() -> None:
    custody = after(hall(), *identified(YOU, LIN)).custody
    people = tuple(replace(each, active=each.id != YOU.id) for each in ROSTER.people)
    newer = replace(ROSTER, version=2, people=people)
    step = after(custody, RosterReceived(newer, {"roster": b"note"}))
    assert step.custody.stage == Waiting()
    assert step.decisions == (Record("roster_received", {"version": 2}, notes={"roster": b"note"}),)


@pytest.mark.parametrize(
    "roster",
    [
        pytest.param(ROSTER, id="the same version"),
        pytest.param(replace(ROSTER, version=0), id="an older version"),
        pytest.param(replace(ROSTER, version=9, agent="hall-2"), id="another agent's"),
    ],
)
def test_a_roster_that_is_not_newer_and_ours_changes_nothing(roster: object) -> None:
    custody = hall()
    step = after(custody, RosterReceived(roster, {}))  # type: ignore[arg-type]
    assert step.custody.roster is ROSTER
    assert step.decisions == ()
