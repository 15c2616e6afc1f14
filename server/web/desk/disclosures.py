"""公开与异议: the posters to hang up, and the objections that wait for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.facts import Cooperative
from server.custody.findings import rulebook
from server.custody.objections import TEXT_CHARACTERS_MAX, Objection
from server.custody.refusals import Refused
from server.custody.roles import MAY_ANSWER_OBJECTIONS
from server.documents.papers import disclosure
from server.store import find
from server.store.fact_rows import FactRows, all_facts
from server.usecases.answer_objection import AnswerObjection, answer_objection
from server.web import times
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page_after
from server.web.views.papers import papers
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


class AnswerForm(Typed):
    """What was found, and what is done about it."""

    text: str = Field("", max_length=TEXT_CHARACTERS_MAX)


@dataclass(frozen=True, slots=True)
class WaitingObjection:
    """An objection that waits: whose, about which month, until when."""

    objection: Objection
    short_name: str
    href: str
    is_late: bool


@router.get("/disclosures", dependencies=may(MAY_READ_A_LOG))
async def show_disclosures(visit: Arriving) -> Response:
    """What waits for an answer, and every cooperative's public pages."""
    return _page(visit)


@router.post("/disclosures/objections/{objection}/answer", dependencies=may(MAY_ANSWER_OBJECTIONS))
async def answer(visit: Arriving, objection: str, form: Annotated[AnswerForm, Form()]) -> Response:
    """Answer it; the answer is public at once."""

    async def act() -> Response:
        asked = AnswerObjection(by=visit.who.id, objection=objection, text=form.text)
        done = await visit.house.writer.run(answer_objection, asked)
        if isinstance(done, Refused):
            return _page(visit, done, form, objection)
        return go("/disclosures", "answered")

    return await visit.house.once.answer(once_key(visit, form), act)


def _page(visit: Visit, refused: Refused | None = None, form: Typed | None = None, objection: str = "") -> Response:
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        known = sorted(all_facts(reader, Cooperative).values(), key=lambda each: each.code)
        waiting = find.unanswered_objections(FactRows(reader))
        context: dict[str, Any] = {
            "waiting": _waiting([each for each in waiting if may_see(visit.who, each.cooperative)], reading),
            "may_answer": visit.who.holds_any(MAY_ANSWER_OBJECTIONS),
            "cooperatives": [each for each in known if may_see(visit.who, each.id)],
            "months": _months(visit.now),
            "due_day": rulebook.DEFAULT.unpublished.due_day,
            "papers": papers((disclosure.FORM,), visit.say),
        }
        return page_after(visit, "disclosures.html", context, refused, form, objection)


def _waiting(objections: Sequence[Objection], reading: Reading) -> list[WaitingObjection]:
    return [
        WaitingObjection(
            objection=each,
            short_name=(owner := reading.cooperative(each.cooperative)).short_name,
            href=f"/public/{owner.code}/{each.month}",
            is_late=each.due_at <= reading.now,
        )
        for each in objections
    ]


def _months(now: datetime) -> list[str]:
    """The present month and the one before."""
    today = now.astimezone(times.ZONE).date()
    before = date(today.year - (today.month == 1), (today.month - 2) % 12 + 1, 1)
    return [f"{today:%Y-%m}", f"{before:%Y-%m}"]
