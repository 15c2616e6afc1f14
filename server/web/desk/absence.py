"""代为审批: whoever is away lets somebody else decide, for some days; and takes it back."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.delegations import MAY_STAND_IN, Delegation, substitutes
from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.custody.roles import MAY_DECIDE, TITLES, Role
from server.custody.working_days import day_of
from server.documents.intake.cells import Refusal
from server.documents.intake.dates import read_date
from server.store import find
from server.store.fact_rows import FactRows
from server.usecases.delegate import EndDelegation, GiveDelegation, end_delegation, give_delegation
from server.web.access import declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, refusal
from server.web.language import N_
from server.web.troubles import NotFound, status_of_rule
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
DECIDERS = may(MAY_DECIDE)
WRONG_DAY = N_("日期写成 2026-11-23 或 2026年11月23日 都可以，年月日要写全。")


class AbsenceForm(Typed):
    """Who stands in (role/cooperative/person, as the page offered it), and from when to when."""

    seat: str = Field("", max_length=200)
    first_day: str = Field("", max_length=32)
    last_day: str = Field("", max_length=32)


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody who could stand in, and in which role."""

    code: str
    word: str


@dataclass(frozen=True, slots=True)
class DelegationLine:
    """A delegation in the list; `may_end`: it is not over."""

    id: str
    words: str
    may_end: bool


@router.get("/away", dependencies=DECIDERS)
async def show_absence(visit: Arriving) -> Response:
    """What was delegated, and the form."""
    return _page(visit, AbsenceForm(), {}, HTTPStatus.OK)


@router.post("/away", dependencies=DECIDERS)
async def go_away(visit: Arriving, form: Annotated[AbsenceForm, Form()]) -> Response:
    """Let somebody stand in."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _give(visit, form))


@router.post("/away/{delegation}/end", dependencies=DECIDERS)
async def come_back(visit: Arriving, delegation: str, form: Annotated[Typed, Form()]) -> Response:
    """Take it back at once."""

    async def act() -> Response:
        done = await visit.house.writer.run(end_delegation, EndDelegation(by=visit.who.id, delegation=delegation))
        if isinstance(done, Refused):
            return _page(visit, AbsenceForm(), refusal(visit, done), status_of_rule(done.rule))
        return go("/away", "delegation_ended")

    return await visit.house.once.answer(once_key(visit, form), act)


async def _give(visit: Visit, form: AbsenceForm) -> Response:
    first, last = read_date(form.first_day), read_date(form.last_day)
    if isinstance(first, Refusal) or isinstance(last, Refusal):
        wrong = {name: day for name, day in (("first_day", first), ("last_day", last)) if isinstance(day, Refusal)}
        errors = {name: visit.say(WRONG_DAY) for name in wrong}
        return _page(visit, form, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    role, cooperative, person = _read_seat(form.seat)
    asked = GiveDelegation(
        by=visit.who.id, substitute=person, role=role, cooperative=cooperative, first_day=first, last_day=last
    )
    done = await visit.house.writer.run(give_delegation, asked)
    if isinstance(done, Refused):
        return _page(visit, form, refusal(visit, done), status_of_rule(done.rule))
    return go("/away", "delegated")


def _read_seat(code: str) -> tuple[Role, str | None, str]:
    role, cooperative, person = [*code.split("/"), "", "", ""][:3]
    if role not in set(Role):
        raise NotFound
    return Role(role), cooperative or None, person


def _page(visit: Visit, form: AbsenceForm, errors: dict[str, str], status: HTTPStatus) -> Response:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        context = {
            "form": form,
            "errors": errors,
            "seats": _seats(visit, facts, reading),
            "given": [_line(each, reading) for each in find.delegations_of(facts, visit.who.id)],
        }
        return page(visit, "away.html", context, status)


def _seats(visit: Visit, facts: FactRows, reading: Reading) -> list[Seat]:
    """Everybody who could stand in for one of the visitor's own approvals."""
    mine = sorted((grant for grant in visit.who.grants if grant.role in MAY_STAND_IN), key=lambda grant: grant.id)
    found = []
    for grant in mine:
        people = find.officers(facts, grant.cooperative) if grant.cooperative else find.people_with(facts, MAY_DECIDE)
        for who in substitutes(visit.who, grant.role, grant.cooperative, people):
            words = {"name": who.name, "title": _title(grant.role, grant.cooperative, reading)}
            code = f"{grant.role}/{grant.cooperative or ''}/{who.id}"
            found.append(Seat(code, visit.say("%(name)s，代%(title)s审批") % words))
    return found


def _title(role: Role, cooperative: str | None, reading: Reading) -> str:
    where = reading.known.get(Cooperative, cooperative) if cooperative else None
    return f"{where.short_name if where else ''}{reading.say(TITLES[role])}"


def _line(delegation: Delegation, reading: Reading) -> DelegationLine:
    words = {
        "name": reading.name(delegation.substitute),
        "title": _title(delegation.role, delegation.cooperative, reading),
        "first": reading.day(delegation.first_day),
        "last": reading.day(delegation.last_day),
    }
    is_over = delegation.ended_at is not None or delegation.last_day < day_of(reading.now)
    said = reading.say("%(name)s代%(title)s审批，%(first)s 到 %(last)s") % words
    return DelegationLine(delegation.id, said + (reading.say("，已结束") if is_over else ""), not is_over)
