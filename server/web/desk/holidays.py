"""节假日: the days that are not worked, and the weekend days that are."""

from collections.abc import Iterable
from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.holidays import CALENDAR, Holidays
from server.custody.refusals import Refused
from server.custody.roles import MAY_SET_HOLIDAYS
from server.documents.intake.cells import Refusal
from server.documents.intake.dates import read_date
from server.store.fact_rows import FactRows
from server.usecases.set_holidays import SetHolidays, set_holidays
from server.web.access import declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, refusal
from server.web.troubles import status_of_rule
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
SETTERS = may(MAY_SET_HOLIDAYS)


class HolidaysForm(Typed):
    """Days as typed, one a line."""

    holidays: str = Field("", max_length=8000)
    exchanged: str = Field("", max_length=8000)


@router.get("/holidays", dependencies=SETTERS)
async def show_holidays(visit: Arriving) -> Response:
    """The calendar as it is."""
    with visit.house.database.reading() as reader:
        known = FactRows(reader).get(Holidays, CALENDAR)
    if known is None:
        return _page(visit, HolidaysForm(), {}, HTTPStatus.OK)
    form = HolidaysForm(holidays="\n".join(known.holidays), exchanged="\n".join(known.exchanged))
    return _page(visit, form, {}, HTTPStatus.OK)


@router.post("/holidays", dependencies=SETTERS)
async def save_holidays(visit: Arriving, form: Annotated[HolidaysForm, Form()]) -> Response:
    """Replace the calendar."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _save(visit, form))


async def _save(visit: Visit, form: HolidaysForm) -> Response:
    lines = {name: _lines(getattr(form, name)) for name in ("holidays", "exchanged")}
    days = {name: [read_date(line) for line in of_name] for name, of_name in lines.items()}
    errors = {
        name: visit.say("这一行不是日期：%(line)s") % {"line": line}
        for name in lines
        for line, day in zip(lines[name], days[name], strict=True)
        if isinstance(day, Refusal)
    }
    if errors:
        return _page(visit, form, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = SetHolidays(by=visit.who.id, holidays=_days(days["holidays"]), exchanged=_days(days["exchanged"]))
    done = await visit.house.writer.run(set_holidays, asked)
    if isinstance(done, Refused):
        return _page(visit, form, refusal(visit, done, "holidays"), status_of_rule(done.rule))
    return go("/holidays", "holidays_set")


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _days(read: Iterable[date | Refusal]) -> tuple[date, ...]:
    return tuple(day for day in read if isinstance(day, date))


def _page(visit: Visit, form: HolidaysForm, errors: dict[str, str], status: HTTPStatus) -> Response:
    return page(visit, "holidays.html", {"form": form, "errors": errors}, status)
