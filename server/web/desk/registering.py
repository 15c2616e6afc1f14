"""人员登记: somebody is added or put right by hand, a role is proposed, a role ends."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.people import Person
from server.custody.refusals import Refused
from server.custody.roles import MAY_PROPOSE_CHANGES, MAY_REGISTER_PEOPLE, MAY_WITHDRAW_ROLES, TITLES, Role
from server.custody.working_days import day_of
from server.documents.intake.cells import Refusal
from server.documents.intake.dates import read_date
from server.documents.intake.identifiers import read_phone
from server.store.fact_rows import FactRows
from server.store.find_administration import units
from server.store.lists import registers
from server.usecases.propose_role import ProposeRole, propose_role
from server.usecases.register_person import RegisterPerson, register_person
from server.usecases.withdraw_role import WithdrawRole, withdraw_role
from server.web.access import declared_router, may
from server.web.desk.absence import WRONG_DAY
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, refusal
from server.web.desk.person_page import person_page
from server.web.sight import must_know
from server.web.troubles import status_of_rule
from server.web.views.choices import Choice
from server.web.views.cooperatives import villages_of
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
FIELD_OF_RULE: Mapping[str, str] = {
    "person_name": "name",
    "person_phone": "phone",
    "phone_taken": "phone",
    "person_unit": "unit",
    "grant_place": "cooperative",
    "grant_term": "until",
}


class PersonForm(Typed):
    """A person as typed."""

    name: str = Field("", max_length=64)
    phone: str = Field("", max_length=32)
    unit: str = Field("", max_length=128)


class RoleForm(Typed):
    """A role as chosen, and its term as typed; `cooperative` is '' for a role of the township."""

    role: str = Field("", max_length=32)
    cooperative: str = Field("", max_length=32)
    since: str = Field("", max_length=32)
    until: str = Field("", max_length=32)
    note: str = Field("", max_length=300)


class EndedRoleForm(Typed):
    """Which role ends."""

    role: Role
    cooperative: str = Field("", max_length=32)


@router.get("/people/new", dependencies=may(MAY_REGISTER_PEOPLE))
async def new_person(visit: Arriving) -> Response:
    """The form for somebody whom the roster does not have."""
    return _person_form(visit, PersonForm(), None, {}, HTTPStatus.OK)


@router.post("/people/new", dependencies=may(MAY_REGISTER_PEOPLE))
async def add_person(visit: Arriving, form: Annotated[PersonForm, Form()]) -> Response:
    """Write somebody into the register."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _register(visit, form, None))


@router.get("/people/{person}/edit", dependencies=may(MAY_REGISTER_PEOPLE))
async def edit_person(visit: Arriving, person: str) -> Response:
    """The form, filled with what the register says."""
    known = must_know(visit, Person, person)
    form = PersonForm.model_construct(name=known.name, phone=known.phone, unit=known.unit)
    return _person_form(visit, form, known, {}, HTTPStatus.OK)


@router.post("/people/{person}/edit", dependencies=may(MAY_REGISTER_PEOPLE))
async def correct_person(visit: Arriving, person: str, form: Annotated[PersonForm, Form()]) -> Response:
    """Put right what the register says."""
    known = must_know(visit, Person, person)
    return await visit.house.once.answer(once_key(visit, form), lambda: _register(visit, form, known))


@router.get("/people/{person}/roles/new", dependencies=may(MAY_PROPOSE_CHANGES))
async def new_role(visit: Arriving, person: str) -> Response:
    """The form for a role and its term."""
    form = RoleForm(since=day_of(visit.now).isoformat())
    return _role_form(visit, form, must_know(visit, Person, person), {}, HTTPStatus.OK)


@router.post("/people/{person}/roles/new", dependencies=may(MAY_PROPOSE_CHANGES))
async def propose_a_role(visit: Arriving, person: str, form: Annotated[RoleForm, Form()]) -> Response:
    """Propose it; another administrator confirms."""
    known = must_know(visit, Person, person)
    return await visit.house.once.answer(once_key(visit, form), lambda: _propose(visit, form, known))


@router.post("/people/{person}/roles/end", dependencies=may(MAY_WITHDRAW_ROLES))
async def end_role(visit: Arriving, person: str, form: Annotated[EndedRoleForm, Form()]) -> Response:
    """End a role at once."""

    async def act() -> Response:
        where = form.cooperative or None
        asked = WithdrawRole(by=visit.who.id, person=person, role=form.role, cooperative=where)
        done = await visit.house.writer.run(withdraw_role, asked)
        return person_page(visit, person, done) if isinstance(done, Refused) else go(f"/people/{person}", "role_ended")

    return await visit.house.once.answer(once_key(visit, form), act)


async def _register(visit: Visit, form: PersonForm, known: Person | None) -> Response:
    phone = read_phone(form.phone)
    asked = RegisterPerson(
        by=visit.who.id,
        name=form.name,
        phone=form.phone if isinstance(phone, Refusal) else phone,
        unit=form.unit,
        person=None if known is None else known.id,
    )
    done = await visit.house.writer.run(register_person, asked)
    if isinstance(done, Refused):
        return _person_form(visit, form, known, _errors(visit, done), status_of_rule(done.rule))
    return go(f"/people/{done.person}", "registered" if known is None else "corrected_person")


async def _propose(visit: Visit, form: RoleForm, known: Person) -> Response:
    since, until = read_date(form.since), read_date(form.until) if form.until.strip() else None
    wrong = {name: day for name, day in (("since", since), ("until", until)) if isinstance(day, Refusal)}
    errors = {name: visit.say(WRONG_DAY) for name in wrong}
    if form.role not in set(Role):
        errors["role"] = visit.say("请选职务。")
    if errors or isinstance(since, Refusal) or isinstance(until, Refusal):
        return _role_form(visit, form, known, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = ProposeRole(
        by=visit.who.id,
        person=known.id,
        role=Role(form.role),
        cooperative=form.cooperative or None,
        since=since,
        until=until,
        note=form.note,
    )
    done = await visit.house.writer.run(propose_role, asked)
    if isinstance(done, Refused):
        return _role_form(visit, form, known, _errors(visit, done), status_of_rule(done.rule))
    return go(f"/people/{known.id}", "change_proposed")


def _errors(visit: Visit, refused: Refused) -> dict[str, str]:
    return refusal(visit, refused, FIELD_OF_RULE.get(refused.rule, "form"))


def _person_form(
    visit: Visit, form: PersonForm, known: Person | None, errors: dict[str, str], status: HTTPStatus
) -> Response:
    with visit.house.database.reading() as reader:
        context: dict[str, Any] = {"form": form, "person": known, "errors": errors, "units": units(FactRows(reader))}
    return page(visit, "person_form.html", context, status)


def _role_form(visit: Visit, form: RoleForm, known: Person, errors: dict[str, str], status: HTTPStatus) -> Response:
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        cooperatives = [line.cooperative for line in registers.cooperatives(reader)]
    context: dict[str, Any] = {
        "form": form,
        "person": known,
        "errors": errors,
        "roles": [Choice(role, reading.say(TITLES[role])) for role in Role],
        "villages": villages_of(cooperatives),
    }
    return page(visit, "role_form.html", context, status)
