"""公开: what every villager may read of their cooperative, month by month, and object to. Nobody signs in here."""

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.facts import Cooperative
from server.custody.objections import PHONE_CHARACTERS_MAX, TEXT_CHARACTERS_MAX, Objection, is_published
from server.custody.refusals import Refused
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.usecases.raise_objection import RaiseObjection, raise_objection
from server.web import times
from server.web.access import PUBLIC, declared_router
from server.web.desk.forms import Typed
from server.web.desk.page import go, page, refusal
from server.web.troubles import NotFound, status_of_rule
from server.web.views.disclosure import answered_ones, month_view
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


class ObjectionForm(Typed):
    """What is wrong, and a phone number for whoever wants to be called."""

    text: str = Field("", max_length=TEXT_CHARACTERS_MAX)
    phone: str = Field("", max_length=PHONE_CHARACTERS_MAX)


@router.get("/public/objections/{objection}", dependencies=PUBLIC)
async def show_objection(visit: Arriving, objection: str) -> Response:
    """One objection and its answer, for whoever has its number."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        found = reading.must(Objection, objection)
        context = {"objection": found, "cooperative": reading.cooperative(found.cooperative)}
        return page(visit, "public_objection.html", context)


@router.get("/public/{code}", dependencies=PUBLIC)
async def this_month(visit: Arriving, code: str) -> Response:
    """The present month of the cooperative with this 编号."""
    with visit.house.database.reading() as reader:
        cooperative = _cooperative(reader, code)
    return go(f"/public/{cooperative.code}/{_today(visit.now):%Y-%m}")


@router.get("/public/{code}/{month}", dependencies=PUBLIC)
async def show_month(visit: Arriving, code: str, month: str) -> Response:
    """One month (`2026-11`), as far as it has gone."""
    return _month_page(visit, code, month, ObjectionForm(), None)


@router.post("/public/{code}/{month}/objections", dependencies=PUBLIC)
async def object_to_month(visit: Arriving, code: str, month: str, form: Annotated[ObjectionForm, Form()]) -> Response:
    """Take an objection in; then to its own page, where the answer will stand."""
    key = f"public:{visit.path}:{form.mark}" if form.mark else ""
    return await visit.house.once.answer(key, lambda: _object(visit, code, month, form))


async def _object(visit: Visit, code: str, month: str, form: ObjectionForm) -> Response:
    with visit.house.database.reading() as reader:
        cooperative = _cooperative(reader, code)
    asked = RaiseObjection(
        cooperative=cooperative.id, month=month, text=form.text, phone=form.phone, source=visit.source
    )
    raised = await visit.house.writer.run(raise_objection, asked)
    if isinstance(raised, Refused):
        return _month_page(visit, code, month, form, raised)
    return go(f"/public/objections/{raised}", "objected")


def _month_page(visit: Visit, code: str, month: str, form: ObjectionForm, refused: Refused | None) -> Response:
    if not is_published(month, _today(visit.now)):
        raise NotFound
    with visit.house.database.reading() as reader:
        cooperative = _cooperative(reader, code)
        facts = FactRows(reader)
        objections = find.objections_of(facts, cooperative.id, month)
        context = {
            "cooperative": cooperative,
            "month": month_view(reader, cooperative, month, visit.now, visit.language),
            "objections": len(objections),
            "answers": answered_ones(objections),
            "form": form,
            "errors": {} if refused is None else refusal(visit, refused, "text"),
        }
    status = HTTPStatus.OK if refused is None else status_of_rule(refused.rule)
    return page(visit, "public_month.html", context, status)


def _cooperative(reader: Reader, code: str) -> Cooperative:
    found = find.cooperative_by_code(FactRows(reader), code)
    if found is None:
        raise NotFound
    return found


def _today(now: datetime) -> date:
    return now.astimezone(times.ZONE).date()
