"""委托保管授权: what a cooperative's assembly resolved, proposed by one administrator for another to confirm."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.custody.roles import MAY_PROPOSE_CHANGES
from server.documents.intake.cells import Refusal
from server.documents.intake.dates import read_date
from server.usecases.propose_mandate import ProposeMandate, propose_mandate
from server.web import times
from server.web.access import declared_router, may
from server.web.desk.absence import WRONG_DAY
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, refusal
from server.web.sight import must_know
from server.web.troubles import status_of_rule
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
PROPOSERS = may(MAY_PROPOSE_CHANGES)
FIELD_OF_RULE: Mapping[str, str] = {"mandate_resolved": "resolved_on", "mandate_term": "expires_on"}


class MandateForm(Typed):
    """The day of the resolution and the mandate's last one, as typed, and which paper says so."""

    resolved_on: str = Field("", max_length=32)
    expires_on: str = Field("", max_length=32)
    note: str = Field("", max_length=300)


@router.get("/admin/cooperatives/{cooperative}/mandate", dependencies=PROPOSERS)
async def new_mandate(visit: Arriving, cooperative: str) -> Response:
    """The form, with what is on record."""
    return _form(visit, MandateForm(), must_know(visit, Cooperative, cooperative), {}, HTTPStatus.OK)


@router.post("/admin/cooperatives/{cooperative}/mandate", dependencies=PROPOSERS)
async def propose_a_mandate(visit: Arriving, cooperative: str, form: Annotated[MandateForm, Form()]) -> Response:
    """Propose it; another administrator confirms."""
    known = must_know(visit, Cooperative, cooperative)
    return await visit.house.once.answer(once_key(visit, form), lambda: _propose(visit, form, known))


async def _propose(visit: Visit, form: MandateForm, known: Cooperative) -> Response:
    days = {"resolved_on": read_date(form.resolved_on), "expires_on": read_date(form.expires_on)}
    understood = {name: day for name, day in days.items() if not isinstance(day, Refusal)}
    if errors := {name: visit.say(WRONG_DAY) for name in days.keys() - understood.keys()}:
        return _form(visit, form, known, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = ProposeMandate(by=visit.who.id, cooperative=known.id, note=form.note, **understood)
    done = await visit.house.writer.run(propose_mandate, asked)
    if isinstance(done, Refused):
        errors = refusal(visit, done, FIELD_OF_RULE.get(done.rule, "form"))
        return _form(visit, form, known, errors, status_of_rule(done.rule))
    return go("/admin/cooperatives", "change_proposed")


def _form(
    visit: Visit, form: MandateForm, known: Cooperative, errors: Mapping[str, str], status: HTTPStatus
) -> Response:
    last = None if known.revoked_on else known.expires_on
    context = {
        "form": form,
        "cooperative": known,
        "until": times.date_with_year(last, visit.language.code) if last else "",
        "errors": errors,
    }
    return page(visit, "mandate_form.html", context, status)
