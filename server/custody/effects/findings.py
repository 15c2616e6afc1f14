"""What raising and answering findings makes true, and what becomes of unpermitted openings."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from firmware_protocol.times import read_time
from server.custody.findings.emergencies import (
    EVENT_OF_STEP,
    OPEN_EMERGENCIES,
    Emergency,
    EmergencyCause,
    EmergencyState,
    EmergencyStep,
    emergency_after,
)
from server.custody.findings.finding import LEVEL_RANK, OPEN_FINDINGS, Finding, FindingState, Level
from server.custody.findings.life import EVENT_OF_MOVE, FindingMove, answer_due, finding_after
from server.custody.happenings import Fact, Happening, Known

Effect = Callable[[Known, Happening], Sequence[Fact]]


def _raised(known: Known, h: Happening) -> Sequence[Fact]:
    """Raised a second time, at a higher level, it waits for an answer again."""
    level = Level(h.about["level"])
    before = known.get(Finding, h.about["finding"])
    if before is not None and LEVEL_RANK[level] <= LEVEL_RANK[before.level]:
        return []
    return [
        Finding(
            id=h.about["finding"],
            rule=h.about["rule"],
            level=level,
            state=FindingState.RAISED,
            cooperative=h.about.get("cooperative"),
            checkout=h.about.get("checkout"),
            compartment=h.about.get("compartment"),
            items=tuple(h.about["items"]),
            persons=tuple(h.about["persons"]),
            entries=tuple(h.about["entries"]),
            numbers=h.body["numbers"],
            raised_at=h.at,
            due_at=h.at + answer_due(level),
        )
    ]


def _moved(move: FindingMove) -> Effect:
    def effect(known: Known, h: Happening) -> Sequence[Fact]:
        finding = known.get(Finding, h.about["finding"])
        state = None if finding is None else finding_after(finding.state, move)
        if finding is None or state is None:
            return []
        person = h.about["person"]
        if move is FindingMove.EXPLAIN:
            return [replace(finding, state=state, explained_by=person)]
        ended_at = h.at if move is FindingMove.CLOSE else None
        return [replace(finding, state=state, answered_by=person, ended_at=ended_at)]

    return effect


def _cleared(known: Known, h: Happening) -> Sequence[Fact]:
    finding = known.get(Finding, h.about["finding"])
    if finding is None or finding.state not in OPEN_FINDINGS:
        return []
    return [replace(finding, state=FindingState.CLEARED, ended_at=h.at)]


def _emergency_opened(_known: Known, h: Happening) -> Sequence[Fact]:
    return [
        Emergency(
            id=h.about["finding"],
            compartment=h.about.get("compartment"),
            cooperative=h.about.get("cooperative"),
            opened_at=read_time(h.about["opened_at"]),
        )
    ]


def _stepped(step: EmergencyStep) -> Effect:
    def effect(known: Known, h: Happening) -> Sequence[Fact]:
        emergency = known.get(Emergency, h.about["finding"])
        state = None if emergency is None else emergency_after(emergency.state, step)
        if emergency is None or state is None:
            return []
        person = h.about["person"]
        if step is EmergencyStep.EXPLAIN:
            cause, attester = EmergencyCause(h.about["cause"]), h.about["attester"]
            return [replace(emergency, state=state, cause=cause, officer=person, attester=attester)]
        if step is EmergencyStep.ATTEST:
            return [replace(emergency, state=state)]
        return [replace(emergency, state=state, approver=person, decided_at=h.at)]

    return effect


def _lapsed(known: Known, h: Happening) -> Sequence[Fact]:
    emergency = known.get(Emergency, h.about["finding"])
    if emergency is None or emergency.state not in OPEN_EMERGENCIES:
        return []
    return [replace(emergency, state=EmergencyState.VIOLATION, decided_at=h.at)]


FINDING_EFFECTS: Mapping[str, Effect] = {
    "finding_raised": _raised,
    **{event: _moved(move) for move, event in EVENT_OF_MOVE.items()},
    "finding_cleared": _cleared,
    "emergency_opened": _emergency_opened,
    **{event: _stepped(step) for step, event in EVENT_OF_STEP.items()},
    "emergency_lapsed": _lapsed,
}
