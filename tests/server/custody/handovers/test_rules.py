"""Every rule of a handover says no where it should, and to nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.custody.handovers.counting import (
    AtTheList,
    Count,
    Settlement,
    Surprise,
    refuse_count,
    refuse_listing,
    refuse_settlement,
    refuse_surprise,
)
from server.custody.handovers.opening import Plan, refuse_beginning, refuse_cancelling, refuse_opening
from server.custody.handovers.parts import SEATS, has_role_for
from server.custody.handovers.signing import Signing, refuse_signing
from server.custody.handovers.states import Found, HandoverKind, HandoverState, Part, Resolution
from server.custody.people import OneTimeCode, Standing
from server.custody.refusals import Refused
from server.custody.states import ItemState
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    NEIGHBOUR,
    NOW,
    OFFICE_HEAD,
    REVIEWER,
    SUPERVISOR,
    blocked,
    contract,
    seal,
)
from tests.server.custody.handovers.lists import (
    INSPECTOR,
    OWN_OFFICER,
    OWN_REVIEWER,
    THINGS,
    change,
    count,
    handover,
    line,
    lines,
    plan,
    settlement,
    signature,
    signing,
    surprise,
)

OVER = replace(DONGKENG_1, expires_on=date(2026, 11, 22))
FROZEN = replace(DONGKENG_1, frozen_at=NOW)


def rule(refused: Refused | None) -> str | None:
    return None if refused is None else refused.rule


OPENINGS: dict[str, tuple[Plan, str | None]] = {
    "the first one": (plan(), None),
    "opened by an accountant": (plan(opened_by=ACCOUNTANT), "handover_role"),
    "opened by somebody blocked": (plan(opened_by=blocked(REVIEWER)), "handover_role"),
    "opened by its own head": (plan(opened_by=OWN_REVIEWER), "own_cooperative"),
    "while another goes on": (plan(cooperative=replace(DONGKENG_1, handover="h-0")), "handover_open"),
    "a first one again": (plan(was_counted_in=True), "counted_in"),
    "an inventory before anything is in": (plan(kind=HandoverKind.INVENTORY), "not_counted_in"),
    "an inventory": (plan(kind=HandoverKind.INVENTORY, was_counted_in=True, reason=""), None),
    "after an election nobody froze for": (plan(kind=HandoverKind.ELECTION, was_counted_in=True), "not_frozen"),
    "after an election": (plan(kind=HandoverKind.ELECTION, was_counted_in=True, cooperative=FROZEN), None),
    "without a mandate": (plan(cooperative=replace(DONGKENG_1, expires_on=None)), "no_mandate"),
    "with a mandate that is over": (
        plan(cooperative=OVER),
        "mandate_expired",
    ),
    "an exit with a mandate that is over": (
        plan(kind=HandoverKind.EXIT, was_counted_in=True, cooperative=OVER),
        None,
    ),
    "an exit that nobody gives a reason for": (
        plan(kind=HandoverKind.EXIT, was_counted_in=True, reason=" "),
        "no_reason",
    ),
    "a change of custodian": (change(), None),
    "a change to nobody": (change(incoming=None), "no_custodians"),
    "a change to oneself": (change(incoming=ACCOUNTANT), "no_custodians"),
    "a change to a neighbour": (change(incoming=NEIGHBOUR), "custodian_role"),
    "a change to somebody blocked": (change(incoming=blocked(HEAD)), "custodian_role"),
}


@pytest.mark.parametrize("case", OPENINGS)
def test_a_handover_is_opened_only_by_the_rules(case: str) -> None:
    asked, expected = OPENINGS[case]
    assert rule(refuse_opening(asked)) == expected


@pytest.mark.parametrize(
    ("who", "state", "reason", "expected"),
    [
        (OFFICE_HEAD, HandoverState.SIGNING, "改期", None),
        (CABINET_OFFICER, HandoverState.COUNTING, "改期", "handover_role"),
        (REVIEWER, HandoverState.DONE, "改期", "handover_over"),
        (REVIEWER, HandoverState.DRAFT, " ", "no_reason"),
    ],
    ids=["while it is signed", "by the officer", "after its end", "without a reason"],
)
def test_a_handover_is_broken_off(who: Standing, state: HandoverState, reason: str, expected: str | None) -> None:
    assert rule(refuse_cancelling(who, handover(state=state), reason)) == expected


@pytest.mark.parametrize(
    ("who", "state", "expected"),
    [
        (REVIEWER, HandoverState.DRAFT, None),
        (CABINET_OFFICER, HandoverState.DRAFT, "handover_role"),
        (REVIEWER, HandoverState.COUNTING, "handover_begun"),
    ],
    ids=["the reviewer", "the officer", "twice"],
)
def test_counting_begins_once_the_list_was_looked_through(
    who: Standing, state: HandoverState, expected: str | None
) -> None:
    assert rule(refuse_beginning(who, handover(state=state))) == expected


COUNTS: dict[str, tuple[Count, str | None]] = {
    "as listed": (count(), None),
    "counted by the inspector": (count(who=INSPECTOR), "count_role"),
    "counted by its own accountant": (count(who=OWN_OFFICER), "own_cooperative"),
    "before the list was checked": (count(handover=handover(state=HandoverState.DRAFT)), "not_begun"),
    "after the last signature": (count(handover=handover(state=HandoverState.DONE)), "handover_over"),
    "again, while people sign": (count(handover=handover(state=HandoverState.SIGNING)), None),
    "a thing that is not listed": (count(line=None), "not_on_the_list"),
    "different, without a word": (count(found=Found.DIFFERENT), "no_note"),
    "not found, without a word": (count(found=Found.NOT_FOUND, note=" "), "no_note"),
    "not found, and where it may be": (count(found=Found.NOT_FOUND, note="在农商银行"), None),
}


@pytest.mark.parametrize("case", COUNTS)
def test_a_line_is_counted_only_by_the_rules(case: str) -> None:
    asked, expected = COUNTS[case]
    assert rule(refuse_count(asked)) == expected


SETTLEMENTS: dict[str, tuple[Settlement, str | None]] = {
    "explained": (settlement(), None),
    "accepted as missing": (settlement(resolution=Resolution.ACCEPTED_MISSING), None),
    "nothing to settle": (settlement(line=line()), "no_difference"),
    "nothing there": (settlement(line=None), "not_on_the_list"),
    "not yet counted": (settlement(line=line(found=None)), "no_difference"),
    "rightly out": (settlement(line=line(found=Found.NOT_FOUND, is_expected=False)), "no_difference"),
    "there, though on record as out": (settlement(line=line(is_expected=False)), None),
    "corrected, though not seen": (settlement(resolution=Resolution.CORRECTED, name="公章"), "resolution_unfit"),
    "missing, though seen": (
        settlement(line=line(found=Found.DIFFERENT), resolution=Resolution.ACCEPTED_MISSING),
        "resolution_unfit",
    ),
    "corrected to nothing": (
        settlement(line=line(found=Found.DIFFERENT), resolution=Resolution.CORRECTED),
        "no_name",
    ),
    "without a word": (settlement(note=""), "no_note"),
    "by the inspector": (settlement(who=INSPECTOR), "count_role"),
}


@pytest.mark.parametrize("case", SETTLEMENTS)
def test_a_difference_is_settled_only_by_the_rules(case: str) -> None:
    asked, expected = SETTLEMENTS[case]
    assert rule(refuse_settlement(asked)) == expected


SURPRISES: dict[str, tuple[Surprise, str | None]] = {
    "an old seal": (surprise(), None),
    "nameless": (surprise(name=""), "no_name"),
    "a contract without a number": (surprise(kind=contract().kind, seal_type=None, key=""), "no_name"),
    "a seal of no kind": (surprise(seal_type=None), "no_seal_type"),
    "from nowhere": (surprise(reason=""), "no_reason"),
    "in the book after all": (surprise(is_known=True), "already_registered"),
    "by the inspector": (surprise(who=INSPECTOR), "count_role"),
}


@pytest.mark.parametrize("case", SURPRISES)
def test_what_nobody_had_in_the_book_is_added_only_by_the_rules(case: str) -> None:
    asked, expected = SURPRISES[case]
    assert rule(refuse_surprise(asked)) == expected


@pytest.mark.parametrize(
    ("who", "expected"), [(CABINET_OFFICER, None), (HEAD, "count_role")], ids=["the officer", "the head"]
)
def test_the_list_is_brought_up_to_date_by_the_office(who: Standing, expected: str | None) -> None:
    at = AtTheList(who=who, cooperative=DONGKENG_1, handover=handover(), line=None)
    assert rule(refuse_listing(at)) == expected


LEAVING = handover(kind=HandoverKind.EXIT, state=HandoverState.RESOLVED)
CHANGING = handover(kind=HandoverKind.CUSTODIAN, state=HandoverState.RESOLVED, outgoing=ACCOUNTANT.id, incoming=HEAD.id)
OUTSIDE = tuple(replace(item, state=ItemState.OUT) for item in THINGS)
HELD = (replace(seal(), state=ItemState.OUT, holder=ACCOUNTANT.id),)
HEADS_CODE = OneTimeCode(
    id="00", person=HEAD.id, expires_at=NOW, issued_by=OFFICE_HEAD.id, used_at=NOW - timedelta(days=3)
)
OLD_CODE = replace(HEADS_CODE, used_at=NOW - timedelta(days=31))
SIGNINGS: dict[str, tuple[Signing, str | None]] = {
    "the head hands over": (signing(), None),
    "the accountant hands over": (signing(who=ACCOUNTANT), None),
    "the officer receives": (signing(who=CABINET_OFFICER, part=Part.RECEIVES), None),
    "the inspector watches": (signing(who=INSPECTOR, part=Part.WATCHES), None),
    "the office's head watches": (signing(who=OFFICE_HEAD, part=Part.WATCHES), None),
    "a supervisor hands over": (signing(who=SUPERVISOR), "signer_role"),
    "a neighbour hands over": (signing(who=NEIGHBOUR), "signer_role"),
    "a reviewer watches": (signing(who=REVIEWER, part=Part.WATCHES), "signer_role"),
    "somebody blocked": (signing(who=blocked(HEAD)), "signer_role"),
    "a part this kind has not": (signing(who=CABINET_OFFICER, part=Part.COUNTS), "unknown_part"),
    "a part that is signed": (signing(signatures=(signature(who=ACCOUNTANT),)), "part_signed"),
    "a part whose signature is void": (signing(signatures=(signature(voided_at=NOW),)), None),
    "twice, in two parts": (
        signing(who=OWN_OFFICER, part=Part.HANDS_OVER, signatures=(signature(Part.RECEIVES, CABINET_OFFICER),)),
        "signed_already",
    ),
    "an officer of this very cooperative": (signing(who=OWN_OFFICER, part=Part.RECEIVES), "own_cooperative"),
    "whoever printed the head's code": (
        signing(who=OFFICE_HEAD, part=Part.WATCHES, signatures=(signature(),), codes=(HEADS_CODE,)),
        "printed_code",
    ),
    "the head, whose code another signer printed": (
        signing(signatures=(signature(Part.WATCHES, OFFICE_HEAD),), codes=(HEADS_CODE,)),
        "printed_code",
    ),
    "whoever printed it more than a month ago": (
        signing(who=OFFICE_HEAD, part=Part.WATCHES, signatures=(signature(),), codes=(OLD_CODE,)),
        None,
    ),
    "before everything is counted": (
        signing(handover=handover(), lines=lines(line(2, found=None))),
        "still_to_count",
    ),
    "an empty list": (signing(handover=handover(items=()), lines=()), "still_to_count"),
    "before differences are settled": (
        signing(handover=handover(state=HandoverState.DISCREPANCY), lines=lines(line(2, found=Found.NOT_FOUND))),
        "still_to_settle",
    ),
    "after the end": (signing(handover=handover(state=HandoverState.CANCELLED)), "handover_over"),
    "a list that was changed meanwhile": (signing(content="11" * 32), "content_changed"),
    "a list that lacks something": (signing(unlisted=(contract(),)), "unlisted_items"),
    "the outgoing one signs": (signing(handover=CHANGING, who=ACCOUNTANT), None),
    "somebody else for the outgoing one": (signing(handover=CHANGING, who=HEAD), "signer_role"),
    "the incoming one signs": (signing(handover=CHANGING, who=HEAD, part=Part.RECEIVES), None),
    "somebody else for the incoming one": (
        signing(handover=CHANGING, who=CABINET_OFFICER, part=Part.RECEIVES),
        "signer_role",
    ),
    "outgoing, with a seal in hand": (signing(handover=CHANGING, who=ACCOUNTANT, items=HELD), "still_holding"),
    "leaving with everything out": (signing(handover=LEAVING, who=CABINET_OFFICER, items=OUTSIDE), None),
    "leaving with things inside": (signing(handover=LEAVING, who=CABINET_OFFICER), "still_inside"),
}


@pytest.mark.parametrize("case", SIGNINGS)
def test_a_list_is_signed_only_by_the_rules(case: str) -> None:
    asked, expected = SIGNINGS[case]
    assert rule(refuse_signing(asked)) == expected


@pytest.mark.parametrize("kind", HandoverKind)
def test_whoever_watches_is_never_of_the_cooperatives_own_hands(kind: HandoverKind) -> None:
    watching = [seat for seat in SEATS[kind] if seat.part in (Part.WATCHES, Part.WATCHES_COUNT)]
    assert len(watching) == 1
    assert not any(has_role_for(who, watching[0], DONGKENG_1.id) for who in (HEAD, ACCOUNTANT, CABINET_OFFICER))
