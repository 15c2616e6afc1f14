"""What is out changes hands between two people of one cooperative, never so that bank seals could meet in one hand."""

from dataclasses import replace
from typing import Any

import pytest

from device_agent.custodian.beginning import Paper, Past, remember
from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import BackAsked, Choice, EndAsked, Input, OpenAsked, PersonConfirmed
from device_agent.custodian.memory import Opening
from device_agent.custodian.offers import judge, offers
from device_agent.custodian.state import Choosing, Custody, Ready, Refusal, Transferred, Transferring
from firmware_protocol.permit_checks import Allowed, Refused
from firmware_protocol.permits import Party, Permit, PermitItem, ReturnGrant
from firmware_protocol.rosters import Person, RoleGrant
from tests.device_agent.custodian.at_the_door import AGAIN
from tests.device_agent.hall import (
    EVERYONE,
    FIRST,
    HE,
    LEDGER_SEAL,
    LIAO,
    LIN,
    NOON,
    PLACE,
    ROSTER,
    SEAL,
    SONG,
    YOU,
    after,
    choose,
    hall,
    identified,
    now_at,
    person,
    slip_for,
    take_permit,
    types,
)

TANG = person("t", "唐杰豪", RoleGrant("accountant", FIRST))
SUN = person("q", "孙辉", RoleGrant("supervisor", FIRST))
PERMIT = take_permit(items=(PermitItem(SEAL, "seal"),), approvers=(HE.id,))
OTHER_SEAL = take_permit("b", items=(PermitItem(LEDGER_SEAL, "seal"),), holder=Party(person=TANG.id))
CONTRACT = take_permit("c", items=(PermitItem("i-contract", "contract"),), holder=Party(person=TANG.id))


def out(permit: Permit = PERMIT, *others: Permit, taken: tuple[Permit, ...] = ()) -> Custody:
    """What `permit` (and `taken`) are about is out; `others` wait."""
    custody = hall(permit, *taken, *others, roster=replace(ROSTER, people=(*EVERYONE, TANG, SUN)))
    holdings = dict(custody.memory.holdings)
    for each in (permit, *taken):
        assert each.holder.person is not None
        items = tuple(item.id for item in each.items)
        opening = Opening(f"o-{each.id}", "take", PLACE, (each.holder.person, LIN.id), 1, "opened", "taken", items)
        holdings[each.id] = replace(holdings[each.id], openings=(opening,))
    return replace(custody, memory=replace(custody.memory, holdings=holdings))


def passed(custody: Custody, giver: Person = YOU, taker: Person = TANG) -> Custody:
    """They pass it on and go."""
    given = (*identified(giver, taker), choose("transfer", PERMIT), *confirmed(giver, taker), EndAsked())
    return after(custody, *given).custody


def confirmed(*people: Person) -> tuple[Input, ...]:
    """Each of them confirms."""
    return tuple(PersonConfirmed(each.id) for each in people)


@pytest.mark.parametrize("order", [(YOU, TANG), (TANG, YOU)], ids=["giver first", "taker first"])
def test_both_confirm_and_the_taker_answers_from_then_on(order: tuple[Person, Person]) -> None:
    step = after(out(), *identified(*order), choose("transfer", PERMIT))
    assert step.custody.stage == Transferring((YOU.id, TANG.id), PERMIT.id)
    step = after(step.custody, *confirmed(*order))
    about = {
        "compartment": PLACE,
        "permit": PERMIT.id,
        "checkout": PERMIT.checkout,
        "items": [SEAL],
        "persons": [YOU.id, TANG.id],
    }
    assert step.decisions == (Record("items_transferred", about),)
    assert step.custody.stage == Transferred((YOU.id, TANG.id), PERMIT.id)
    assert step.custody.memory.holdings[PERMIT.id].holder == Party(person=TANG.id)


def test_one_person_cannot_confirm_for_both() -> None:
    custody = after(out(), *identified(YOU, TANG), choose("transfer", PERMIT)).custody
    step = after(custody, PersonConfirmed(YOU.id), PersonConfirmed(YOU.id), PersonConfirmed(LIN.id))
    assert isinstance(step.custody.stage, Transferring)
    assert step.decisions == ()


@pytest.mark.parametrize(("key", "stage"), [(BackAsked(), Choosing), (EndAsked(), object)])
def test_nothing_changes_hands_without_both(key: Input, stage: type) -> None:
    given = (*identified(YOU, TANG), choose("transfer", PERMIT), PersonConfirmed(YOU.id), key)
    step = after(out(), *given)
    assert isinstance(step.custody.stage, stage)
    assert step.custody.memory.holdings[PERMIT.id].held_by is None


REFUSED: dict[str, tuple[Custody, tuple[Person, ...], str]] = {
    "the taker is no accountant or head": (out(), (YOU, SUN), "taker_entitled"),
    "the taker approved": (out(replace(PERMIT, approvers=(TANG.id, HE.id))), (YOU, TANG), "taker_no_approver"),
    "the taker has another seal out": (out(PERMIT, taken=(OTHER_SEAL,)), (YOU, TANG), "one_hand"),
    "a permit for another seal waits for the taker": (out(PERMIT, OTHER_SEAL), (YOU, TANG), "one_hand"),
    "it was passed on already": (passed(out()), (YOU, LIAO), "holder_gives"),
}


@pytest.mark.parametrize(("custody", "people", "rule"), REFUSED.values(), ids=REFUSED)
def test_a_transfer_is_refused_with_its_rule_and_a_record(
    custody: Custody, people: tuple[Person, ...], rule: str
) -> None:
    step = after(custody, *identified(*people), choose("transfer", PERMIT))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == rule
    assert types(step.decisions) == ["opening_refused"]


def test_a_contract_in_hand_keeps_nobody_from_a_seal() -> None:
    step = after(out(PERMIT, taken=(CONTRACT,)), *identified(YOU, TANG), choose("transfer", PERMIT))
    assert isinstance(step.custody.stage, Transferring)


def test_a_revoked_permit_waits_for_nobody_unless_something_may_have_moved_under_it() -> None:
    revoked = replace(out(PERMIT, OTHER_SEAL), revoked=frozenset({OTHER_SEAL.id}))
    asked = (*identified(YOU, TANG), choose("transfer", PERMIT))
    assert isinstance(after(revoked, *asked).custody.stage, Transferring)
    holdings = dict(revoked.memory.holdings)
    undeclared = Opening("o-b", "take", PLACE, (TANG.id, LIN.id), 1, "opened")
    holdings[OTHER_SEAL.id] = replace(holdings[OTHER_SEAL.id], openings=(undeclared,))
    stage = after(replace(revoked, memory=replace(revoked.memory, holdings=holdings)), *asked).custody.stage
    assert isinstance(stage, Refusal)
    assert stage.rule == "one_hand"


def test_who_took_a_seal_over_takes_no_other_until_it_is_back() -> None:
    custody = passed(out())
    late = replace(OTHER_SEAL, approvers=(HE.id,))
    custody = replace(custody, memory=custody.memory.hold(late, slip_for(late), 1))
    step = after(custody, *identified(TANG, LIN), choose("take", late))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "one_hand"


@pytest.mark.parametrize(
    ("people", "flagged"),
    [((TANG, LIN), False), ((YOU, LIN), True), ((LIAO, LIN), True)],
    ids=["who took it over", "who passed it on", "the head"],
)
def test_whoever_took_it_over_brings_it_back_and_others_are_flagged(people: tuple[Person, ...], flagged: bool) -> None:
    step = after(passed(out()), *identified(*people), choose("return", PERMIT))
    assert isinstance(step.custody.stage, Ready)
    (record, _) = after(step.custody, OpenAsked(AGAIN)).decisions
    assert isinstance(record, Record)
    assert record.about.get("flagged", False) is flagged


@pytest.mark.parametrize(
    ("people", "kinds"),
    [
        ((YOU, TANG), ["return", "transfer"]),
        ((YOU, LIN), ["return"]),
        ((TANG, LIAO), ["return"]),
        ((SONG, TANG), ["return"]),
    ],
    ids=["the holder and another of the cooperative", "the holder and an officer", "without the holder", "a stranger"],
)
def test_it_is_offered_to_those_who_could(people: tuple[Person, ...], kinds: list[str]) -> None:
    custody = after(out(), *identified(*people)).custody
    assert isinstance(custody.stage, Choosing)
    assert [each.choice.kind for each in offers(custody, custody.stage.present, now_at())] == kinds


def test_it_can_be_passed_on_and_back_again() -> None:
    custody = passed(passed(out()), giver=TANG, taker=YOU)
    offer = judge(custody, choose("return", PERMIT).choice, (YOU.id, LIN.id), now_at())
    assert offer.verdict == Allowed(1)


def test_a_crash_forgets_nobody_who_took_over() -> None:
    intent: dict[str, Any] = {
        "opening": "o-1", "compartment": PLACE, "permit": PERMIT.id, "persons": [YOU.id, LIN.id],
        "action": "take", "attempt": 1,
    }  # fmt: skip
    past = [
        Past("opening_intended", intent, NOON),
        Past("items_taken", {"opening": "o-1", "items": [SEAL]}, NOON),
        Past("items_transferred", {"permit": PERMIT.id, "items": [SEAL], "persons": [YOU.id, TANG.id]}, NOON),
    ]
    memory = remember([Paper(PERMIT, slip_for(PERMIT), 1)], past)
    assert memory.holdings[PERMIT.id].holder == Party(person=TANG.id)


def test_what_an_authority_took_is_not_passed_on_at_the_kiosk() -> None:
    grant = ReturnGrant(("accountant", "head", "reviewer"), Party(roles=("cabinet_officer",)))
    seized = replace(PERMIT, holder=Party(person=HE.id), approvers=(), return_grant=grant)
    custody = out(seized)
    for taker in (TANG, LIAO):
        kinds = [each.choice.kind for each in offers(custody, (HE.id, taker.id), now_at())]
        assert "transfer" not in kinds
        verdict = judge(custody, Choice("transfer", seized.id), (HE.id, taker.id), now_at()).verdict
        assert verdict == Refused("taker_entitled")
