"""After a door opened without a permit: an officer says why, an attester confirms, the head of the office decides."""

from dataclasses import dataclass
from typing import Any

from server.custody.findings.emergencies import (
    EVENT_OF_STEP,
    Emergency,
    EmergencyCause,
    EmergencyState,
    EmergencyStep,
    SpeakingUp,
    emergency_after,
    refuse_step,
)
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.answer_finding import UNKNOWN_FINDING
from server.usecases.refusing import acting, refuse
from server.usecases.texts import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEmergency:
    """Who takes which step; `cause` and `attester` are said when explaining."""

    by: str
    finding: str
    step: EmergencyStep
    words: str = ""
    cause: EmergencyCause = EmergencyCause.MECHANICAL_KEY
    attester: str = ""


@dataclass(frozen=True, slots=True)
class SpokenUp:
    """Where the opening stands now."""

    finding: str
    state: EmergencyState


def answer_emergency(work: Work, asked: AnswerEmergency) -> SpokenUp | Refused:
    """Take the step, or say why not."""
    emergency = work.get(Emergency, asked.finding)
    if emergency is None:
        return refuse(work, UNKNOWN_FINDING, asked.by)
    speaking = SpeakingUp(
        who=acting(work, asked.by),
        emergency=emergency,
        step=asked.step,
        words=tidy(asked.words),
        attester=find.standing(work.facts, asked.attester) if asked.attester else None,
        now=work.now,
    )
    state = emergency_after(emergency.state, asked.step)
    if (refused := refuse_step(speaking)) is not None or state is None:
        return refuse(work, refused or UNKNOWN_FINDING, asked.by, cooperative=emergency.cooperative)
    work.record(EVENT_OF_STEP[asked.step], _about(emergency, asked), {"reason": tidy(asked.words)})
    return SpokenUp(emergency.id, state)


def _about(emergency: Emergency, asked: AnswerEmergency) -> dict[str, Any]:
    about = {
        "finding": emergency.id,
        "compartment": emergency.compartment,
        "cooperative": emergency.cooperative,
        "person": asked.by,
    }
    if asked.step is not EmergencyStep.EXPLAIN:
        return about
    return {**about, "cause": asked.cause, "attester": asked.attester}
