"""From the choice to the last confirmation: taking and putting in, and every way a take is refused."""

from datetime import timedelta
from typing import Any

import pytest

from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import Burn, Pulse, Record
from device_agent.custodian.inputs import (
    AllTicked,
    Input,
    ItemTicked,
    MissingNamed,
    OpenAsked,
    PersonAdded,
    PersonConfirmed,
    RestAnswered,
)
from device_agent.custodian.offers import offers
from device_agent.custodian.state import (
    Closing,
    Confirming,
    Done,
    Moving,
    NamingMissing,
    Ready,
    Refusal,
    Unlocking,
)
from firmware_protocol.permit_checks import Clock
from firmware_protocol.rosters import Person
from tests.device_agent.custodian.at_the_door import (
    AGAIN,
    BOTH_CONFIRM,
    OPENING,
    PERMIT,
    SHUT,
    at_the_open_door,
    outcome_of,
)
from tests.device_agent.hall import (
    HE,
    LEDGER_SEAL,
    LIAO,
    LIN,
    NOON,
    PLACE,
    SEAL,
    YOU,
    after,
    choose,
    count_permit,
    deposit_permit,
    hall,
    identified,
    now_at,
    take_permit,
    types,
)


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
        Pulse(PLACE, OPENING, Burn(PERMIT.id, "attempt", 1)),
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


OFFLINE_5_H = Contact(NOON, asked_ms=-5 * 3_600_000)


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
        pytest.param({}, (YOU, LIN), {"contact": OFFLINE_5_H}, "contact_fresh", id="offline 5 h"),
        pytest.param({}, (YOU, LIN), {"contact": None}, "contact_fresh", id="never in contact"),
        pytest.param({}, (YOU, LIN), {"is_disk_low": True}, "disk_full", id="disk nearly full"),
        pytest.param({}, (YOU, LIN), {"lost_boards": frozenset({"left:1"})}, "board_lost", id="board lost"),
        pytest.param(
            {},
            (YOU, LIN),
            {"lost_boards": frozenset({"left:1"}), "objections": {"left:1": "第 3 路仍在通电。"}},
            "board_unfit",
            id="board unfit",
        ),
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
    assert outcome_of(step) == "taken"
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
    assert outcome_of(step) == outcome
    assert step.custody.memory.holdings[PERMIT.id].out == out


def test_one_person_cannot_confirm_for_both() -> None:
    given = (ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT, PersonConfirmed(YOU.id), PersonConfirmed(YOU.id))
    step = after(at_the_open_door(), *given)
    assert isinstance(step.custody.stage, Confirming)
    assert step.decisions == ()


def test_an_item_the_permit_does_not_name_cannot_be_ticked() -> None:
    custody = at_the_open_door()
    assert after(custody, ItemTicked("i-of-nobody")).custody.stage == custody.stage


def test_everything_is_ticked_with_one_key_and_what_is_not_there_unticked() -> None:
    ticked = [
        after(at_the_open_door(), *touches).custody.stage.ticked  # type: ignore[union-attr]
        for touches in (
            (AllTicked(),),
            (ItemTicked(SEAL), AllTicked()),
            (AllTicked(), ItemTicked(SEAL)),
            (AllTicked(), AllTicked()),
        )
    ]
    assert ticked == [{SEAL, LEDGER_SEAL}, {SEAL, LEDGER_SEAL}, {LEDGER_SEAL}, set()]


def test_something_missing_is_an_alarm_at_once() -> None:
    custody = after(at_the_open_door(), ItemTicked(SEAL), RestAnswered(is_all_there=False)).custody
    assert isinstance(custody.stage, NamingMissing)
    step = after(custody, ItemTicked(LEDGER_SEAL), ItemTicked(SEAL), MissingNamed())
    assert types(step.decisions) == ["items_missing"]
    record = step.decisions[0]
    assert isinstance(record, Record)
    assert record.about["items"] == [LEDGER_SEAL]
    assert isinstance(step.custody.stage, Closing)


@pytest.mark.parametrize(
    ("ticked", "said", "outcome"),
    [((SEAL, LEDGER_SEAL), ["items_counted", "opening_finished"], "counted"), ((), ["opening_finished"], "nothing")],
    ids=["seen", "nothing ticked"],
)
def test_a_count_says_what_was_seen_and_takes_nothing_out(
    ticked: tuple[str, ...], said: list[str], outcome: str
) -> None:
    permit = count_permit()
    ticks = tuple(ItemTicked(item) for item in ticked)
    given: tuple[Input, ...] = (*ticks, RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM)
    step = after(at_the_open_door(permit, kind="count"), *given)
    assert types(step.decisions) == said
    assert outcome_of(step) == outcome
    assert step.custody.memory.holdings[permit.id].out == ()
    assert offers(step.custody, (YOU.id, LIN.id), now_at()) == ()


def test_two_seals_are_put_in_by_a_deposit_permit() -> None:
    permit = deposit_permit()
    custody = at_the_open_door(permit, kind="deposit")
    given: tuple[Input, ...] = (ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM)
    step = after(custody, *given)
    assert types(step.decisions) == ["items_deposited", "opening_finished"]
    assert outcome_of(step) == "deposited"
