"""After a door opened without a permit: the officer's words, the attester's word, the decision of the office's head."""

from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.findings.emergencies import (
    MAY_APPROVE_EMERGENCY,
    MAY_ATTEST_EMERGENCY,
    MAY_EXPLAIN_EMERGENCY,
    EmergencyCause,
    EmergencyStep,
)
from server.custody.refusals import Refused
from server.usecases.answer_emergency import AnswerEmergency, answer_emergency
from server.web.access import declared_router, may
from server.web.desk.finding_page import finding_page
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
APPROVERS = may(MAY_APPROVE_EMERGENCY)


class EmergencyForm(Typed):
    """What is said about it; `cause` and `attester` only by the officer."""

    words: str = Field("", max_length=500)
    cause: EmergencyCause = EmergencyCause.MECHANICAL_KEY
    attester: str = Field("", max_length=32)


Said = Annotated[EmergencyForm, Form()]


@router.post("/findings/{finding}/emergency/explain", dependencies=may(MAY_EXPLAIN_EMERGENCY))
async def explain(visit: Arriving, finding: str, form: Said) -> Response:
    """Why the door was opened, and who was there."""
    return await _step(visit, finding, form, EmergencyStep.EXPLAIN)


@router.post("/findings/{finding}/emergency/attest", dependencies=may(MAY_ATTEST_EMERGENCY))
async def attest(visit: Arriving, finding: str, form: Said) -> Response:
    """It was as the officer says."""
    return await _step(visit, finding, form, EmergencyStep.ATTEST)


@router.post("/findings/{finding}/emergency/approve", dependencies=APPROVERS)
async def approve(visit: Arriving, finding: str, form: Said) -> Response:
    """It was right to open the door."""
    return await _step(visit, finding, form, EmergencyStep.APPROVE)


@router.post("/findings/{finding}/emergency/refuse", dependencies=APPROVERS)
async def refuse(visit: Arriving, finding: str, form: Said) -> Response:
    """It was not."""
    return await _step(visit, finding, form, EmergencyStep.REFUSE)


async def _step(visit: Visit, finding: str, form: EmergencyForm, step: EmergencyStep) -> Response:
    async def act() -> Response:
        asked = AnswerEmergency(
            by=visit.who.id, finding=finding, step=step, words=form.words, cause=form.cause, attester=form.attester
        )
        done = await visit.house.writer.run(answer_emergency, asked)
        if isinstance(done, Refused):
            return finding_page(visit, finding, done, form)
        told = {EmergencyStep.REFUSE: "emergency_refused"}.get(step, f"emergency_{done.state}")
        return go(f"/findings/{finding}", told)

    return await visit.house.once.answer(once_key(visit, form), act)
