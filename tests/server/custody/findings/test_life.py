"""The life of a finding, and of a door that opened without a permit: who may move what, and when not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from server.custody.findings.emergencies import (
    Emergency,
    EmergencyCause,
    EmergencyState,
    EmergencyStep,
    SpeakingUp,
    has_lapsed,
    refuse_step,
)
from server.custody.findings.finding import Finding, FindingState, Level
from server.custody.findings.life import Answering, FindingMove, finding_after, moves_open_to, refuse_move
from server.custody.people import Standing
from server.custody.roles import Role
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    DONGKENG_1,
    HEAD,
    NEIGHBOUR,
    NOW,
    OFFICE_HEAD,
    OTHER_REVIEWER,
    REVIEWER,
    blocked,
    somebody,
)

M, S, E, T = FindingMove, FindingState, EmergencyState, EmergencyStep
INSPECTOR = somebody("p-zhou", "周建国", Role.INSPECTOR)
LEADER = somebody("p-leader", "分管领导", Role.TOWNSHIP_LEADER)


def finding(state: FindingState = S.RAISED, **changes: Any) -> Finding:
    """东坑一社's accountant has something out too long."""
    usual: dict[str, Any] = {
        "level": Level.YELLOW,
        "persons": (ACCOUNTANT.id,),
        "explained_by": None if state is S.RAISED else ACCOUNTANT.id,
    }
    return Finding(
        id="A03:k-1",
        rule="A03",
        state=state,
        cooperative=DONGKENG_1.id,
        checkout="k-1",
        compartment=None,
        items=(),
        entries=(),
        numbers={},
        raised_at=NOW,
        due_at=NOW,
        **{**usual, **changes},
    )


RED = {"level": Level.RED}
OPENED = Emergency(id="A03:k-1", compartment="CAB-01/1", cooperative=DONGKENG_1.id, opened_at=NOW)

MOVES: dict[str, tuple[Standing, FindingMove, Finding]] = {
    "who caused it explains": (ACCOUNTANT, M.EXPLAIN, finding()),
    "its head explains": (HEAD, M.EXPLAIN, finding()),
    "an officer explains": (CABINET_OFFICER, M.EXPLAIN, finding()),
    "explained again after a return": (ACCOUNTANT, M.EXPLAIN, finding(S.RETURNED)),
    "a reviewer accepts": (REVIEWER, M.ACCEPT, finding(S.EXPLAINED)),
    "a reviewer returns": (REVIEWER, M.RETURN, finding(S.EXPLAINED)),
    "a reviewer closes a yellow one": (REVIEWER, M.CLOSE, finding(S.ACCEPTED)),
    "who explained it closes it": (REVIEWER, M.CLOSE, finding(S.ACCEPTED, explained_by=REVIEWER.id)),
    "the office's head closes a red one": (OFFICE_HEAD, M.CLOSE, finding(S.ACCEPTED, **RED)),
    "the township's leader closes what the head caused": (
        LEADER,
        M.CLOSE,
        finding(S.ACCEPTED, **RED, persons=(OFFICE_HEAD.id,)),
    ),
}

NOT_POSSIBLE: dict[str, tuple[Standing, FindingMove, Finding, str]] = {
    "accepting what nobody explained": (REVIEWER, M.ACCEPT, finding(), "finding_state"),
    "explaining twice": (ACCOUNTANT, M.EXPLAIN, finding(S.EXPLAINED), "finding_state"),
    "closing what is not accepted": (REVIEWER, M.CLOSE, finding(S.EXPLAINED), "finding_state"),
    "reopening": (ACCOUNTANT, M.EXPLAIN, finding(S.CLOSED), "finding_state"),
    "the inspector moves nothing": (INSPECTOR, M.EXPLAIN, finding(), "finding_role"),
    "the accountant accepts": (ACCOUNTANT, M.ACCEPT, finding(S.EXPLAINED), "finding_role"),
    "a cabinet officer accepts": (CABINET_OFFICER, M.ACCEPT, finding(S.EXPLAINED), "finding_role"),
    "a blocked reviewer": (blocked(REVIEWER), M.ACCEPT, finding(S.EXPLAINED), "finding_role"),
    "a neighbour explains": (NEIGHBOUR, M.EXPLAIN, finding(), "finding_not_concerned"),
    "a reviewer accepts what they caused": (
        REVIEWER,
        M.ACCEPT,
        finding(S.EXPLAINED, persons=(REVIEWER.id,)),
        "finding_caused",
    ),
    "a reviewer accepts their own words": (
        REVIEWER,
        M.ACCEPT,
        finding(S.EXPLAINED, explained_by=REVIEWER.id),
        "finding_own_words",
    ),
    "a reviewer closes a red one": (REVIEWER, M.CLOSE, finding(S.ACCEPTED, **RED), "finding_red"),
    "the head closes a red one they caused": (
        OFFICE_HEAD,
        M.CLOSE,
        finding(S.ACCEPTED, **RED, persons=(OFFICE_HEAD.id,)),
        "finding_caused",
    ),
}


def answering(who: Standing, move: FindingMove, about: Finding, words: str = "已核实", **changes: Any) -> Answering:
    """Somebody moves a finding."""
    return Answering(**{"who": who, "finding": about, "move": move, "words": words, "emergency": None, **changes})


@pytest.mark.parametrize(("who", "move", "about"), MOVES.values(), ids=MOVES)
def test_a_finding_moves_on(who: Standing, move: FindingMove, about: Finding) -> None:
    assert refuse_move(answering(who, move, about)) is None
    assert finding_after(about.state, move) is not None


@pytest.mark.parametrize(("who", "move", "about", "rule"), NOT_POSSIBLE.values(), ids=NOT_POSSIBLE)
def test_a_finding_stays_where_it_is(who: Standing, move: FindingMove, about: Finding, rule: str) -> None:
    refused = refuse_move(answering(who, move, about))
    assert refused is not None
    assert refused.rule == rule


@pytest.mark.parametrize("move", M)
def test_nothing_moves_without_words(move: FindingMove) -> None:
    state = {M.EXPLAIN: S.RAISED, M.CLOSE: S.ACCEPTED}.get(move, S.EXPLAINED)
    refused = refuse_move(answering(OFFICE_HEAD, move, finding(state), words=" "))
    assert refused is not None
    assert refused.rule == "finding_words"


def test_a_forced_door_is_not_closed_before_it_is_decided() -> None:
    about = finding(S.ACCEPTED, **RED)
    refused = refuse_move(answering(OFFICE_HEAD, M.CLOSE, about, emergency=OPENED))
    assert refused is not None
    assert refused.rule == "finding_emergency"
    decided = replace(OPENED, state=E.VIOLATION)
    assert refuse_move(answering(OFFICE_HEAD, M.CLOSE, about, emergency=decided)) is None


def test_what_is_offered_is_what_is_possible() -> None:
    assert moves_open_to(REVIEWER, finding(S.EXPLAINED), None) == (M.ACCEPT, M.RETURN)
    assert moves_open_to(INSPECTOR, finding(S.EXPLAINED), None) == ()


EXPLAINED = replace(OPENED, state=E.EXPLAINED, officer=CABINET_OFFICER.id, attester=HEAD.id)
ATTESTED = replace(EXPLAINED, state=E.ATTESTED)

STEPS: dict[str, tuple[Standing, EmergencyStep, Emergency, dict[str, Any]]] = {
    "the officer explains": (CABINET_OFFICER, T.EXPLAIN, OPENED, {"attester": HEAD}),
    "the officer corrects the attester": (CABINET_OFFICER, T.EXPLAIN, EXPLAINED, {"attester": ACCOUNTANT}),
    "the attester confirms": (HEAD, T.ATTEST, EXPLAINED, {"words": ""}),
    "the head of the office approves": (OFFICE_HEAD, T.APPROVE, ATTESTED, {}),
    "the head of the office does not": (OFFICE_HEAD, T.REFUSE, ATTESTED, {}),
    "at the last moment": (OFFICE_HEAD, T.APPROVE, ATTESTED, {"now": NOW + timedelta(hours=24)}),
}
HEAD_AND_OFFICER = somebody("p-both", "两职", Role.CABINET_OFFICER, Role.OFFICE_HEAD)

NO_STEP: dict[str, tuple[Standing, EmergencyStep, Emergency, dict[str, Any], str]] = {
    "approved before it is attested": (OFFICE_HEAD, T.APPROVE, EXPLAINED, {}, "emergency_state"),
    "too late": (OFFICE_HEAD, T.APPROVE, ATTESTED, {"now": NOW + timedelta(hours=24, seconds=1)}, "emergency_late"),
    "the accountant explains": (ACCOUNTANT, T.EXPLAIN, OPENED, {"attester": HEAD}, "emergency_role"),
    "a reviewer approves": (REVIEWER, T.APPROVE, ATTESTED, {}, "emergency_role"),
    "the officer is the attester too": (
        CABINET_OFFICER,
        T.ATTEST,
        replace(EXPLAINED, attester=CABINET_OFFICER.id),
        {},
        "emergency_own",
    ),
    "the officer approves": (
        HEAD_AND_OFFICER,
        T.APPROVE,
        replace(ATTESTED, officer=HEAD_AND_OFFICER.id),
        {},
        "emergency_own",
    ),
    "the attester approves": (OFFICE_HEAD, T.APPROVE, replace(ATTESTED, attester=OFFICE_HEAD.id), {}, "emergency_own"),
    "another attester": (OTHER_REVIEWER, T.ATTEST, EXPLAINED, {}, "emergency_attester"),
    "nobody was there": (CABINET_OFFICER, T.EXPLAIN, OPENED, {"attester": None}, "emergency_no_attester"),
    "a blocked attester": (CABINET_OFFICER, T.EXPLAIN, OPENED, {"attester": blocked(HEAD)}, "emergency_no_attester"),
    "oneself as attester": (CABINET_OFFICER, T.EXPLAIN, OPENED, {"attester": CABINET_OFFICER}, "emergency_own"),
    "without a word": (CABINET_OFFICER, T.EXPLAIN, OPENED, {"attester": HEAD, "words": " "}, "emergency_words"),
}


def speaking(who: Standing, step: EmergencyStep, about: Emergency, **changes: Any) -> SpeakingUp:
    """Somebody takes a step."""
    usual = {"words": "停电，用钥匙开", "attester": None, "now": NOW}
    return SpeakingUp(who=who, emergency=about, step=step, **{**usual, **changes})


@pytest.mark.parametrize(("who", "step", "about", "changes"), STEPS.values(), ids=STEPS)
def test_an_emergency_moves_on(who: Standing, step: EmergencyStep, about: Emergency, changes: dict[str, Any]) -> None:
    assert refuse_step(speaking(who, step, about, **changes)) is None


@pytest.mark.parametrize(("who", "step", "about", "changes", "rule"), NO_STEP.values(), ids=NO_STEP)
def test_an_emergency_does_not_move(
    who: Standing, step: EmergencyStep, about: Emergency, changes: dict[str, Any], rule: str
) -> None:
    refused = refuse_step(speaking(who, step, about, **changes))
    assert refused is not None
    assert refused.rule == rule


@pytest.mark.parametrize(
    ("emergency", "hours", "lapsed"),
    [
        (OPENED, 24, False),
        (OPENED, 24.01, True),
        (ATTESTED, 25, True),
        (replace(ATTESTED, state=E.APPROVED, cause=EmergencyCause.RESCUE), 25, False),
    ],
    ids=["24 hours", "longer", "attested but not approved", "approved"],
)
def test_what_is_not_approved_in_a_day_lapses(emergency: Emergency, hours: float, lapsed: bool) -> None:
    assert has_lapsed(emergency, NOW + timedelta(hours=hours)) is lapsed
