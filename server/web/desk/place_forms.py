"""The forms for a cabinet and for a cooperative with its compartment."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.facts import Cooperative
from server.custody.refusals import Refused
from server.custody.roles import MAY_REGISTER_PLACES
from server.documents.intake.boards import read_board_addresses
from server.documents.intake.cells import Refusal
from server.documents.intake.identifiers import is_credit_code
from server.usecases.register_places import (
    RegisterCabinet,
    RegisterCooperative,
    register_cabinet,
    register_cooperative,
)
from server.web.access import declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, refusal
from server.web.desk.places import cabinets_to_choose
from server.web.sight import must_know
from server.web.troubles import status_of_rule
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
REGISTRARS = may(MAY_REGISTER_PLACES)
FIELD_OF_RULE: Mapping[str, str] = {
    "cabinet_id": "cabinet",
    "cabinet_known": "cabinet",
    "cabinet_place": "place",
    "cabinet_compartments": "compartments",
    "cooperative_code": "code",
    "cooperative_name": "name",
    "cooperative_known": "code",
    "place_unknown": "number",
    "place_retired": "number",
    "place_taken": "number",
    "place_in_use": "number",
}
_NUMBERS = ("compartments", "number", "members", "baud")


class CabinetForm(Typed):
    """A cabinet as typed; the wiring may be left to the agent's configuration."""

    cabinet: str = Field("", max_length=32)
    place: str = Field("", max_length=128)
    compartments: str = Field("24", max_length=4)
    board: str = Field("", max_length=64)
    port: str = Field("", max_length=64)
    baud: str = Field("", max_length=8)
    board_addresses: str = Field("", max_length=64)
    lock_feedback: str = Field("", max_length=64)


class CooperativeForm(Typed):
    """A cooperative as typed, with its compartment."""

    code: str = Field("", max_length=32)
    name: str = Field("", max_length=128)
    village: str = Field("", max_length=64)
    cabinet: str = Field("", max_length=32)
    number: str = Field("", max_length=4)
    members: str = Field("", max_length=6)
    credit_code: str = Field("", max_length=32)


@router.get("/admin/cabinets/new", dependencies=REGISTRARS)
async def new_cabinet(visit: Arriving) -> Response:
    """The form."""
    return page(visit, "cabinet_form.html", {"form": CabinetForm(), "errors": {}})


@router.post("/admin/cabinets/new", dependencies=REGISTRARS)
async def add_cabinet(visit: Arriving, form: Annotated[CabinetForm, Form()]) -> Response:
    """Register a cabinet; its page then says what its agent must be told."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _add_cabinet(visit, form))


@router.get("/admin/cooperatives/new", dependencies=REGISTRARS)
async def new_cooperative(visit: Arriving) -> Response:
    """The form."""
    return _cooperative_form(visit, CooperativeForm(), None, {}, HTTPStatus.OK)


@router.post("/admin/cooperatives/new", dependencies=REGISTRARS)
async def add_cooperative(visit: Arriving, form: Annotated[CooperativeForm, Form()]) -> Response:
    """Register a cooperative."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _save(visit, form, None))


@router.get("/admin/cooperatives/{cooperative}", dependencies=REGISTRARS)
async def edit_cooperative(visit: Arriving, cooperative: str) -> Response:
    """The form, filled with what the register says."""
    known = must_know(visit, Cooperative, cooperative)
    form = CooperativeForm.model_construct(
        code=known.code,
        name=known.name,
        village=known.village,
        cabinet=known.cabinet,
        number=str(known.compartment),
        members="" if known.members is None else str(known.members),
        credit_code=known.credit_code or "",
    )
    return _cooperative_form(visit, form, known, {}, HTTPStatus.OK)


@router.post("/admin/cooperatives/{cooperative}", dependencies=REGISTRARS)
async def correct_cooperative(visit: Arriving, cooperative: str, form: Annotated[CooperativeForm, Form()]) -> Response:
    """Rename it, or give it another compartment."""
    known = must_know(visit, Cooperative, cooperative)
    return await visit.house.once.answer(once_key(visit, form), lambda: _save(visit, form, known))


async def _add_cabinet(visit: Visit, form: CabinetForm) -> Response:
    errors = _not_numbers(visit, form)
    addresses = read_board_addresses(form.board_addresses) if form.board_addresses.strip() else ()
    if isinstance(addresses, Refusal):
        errors["board_addresses"] = visit.say("板地址写成 1，或者 0,1。")
    if errors or isinstance(addresses, Refusal):
        return page(visit, "cabinet_form.html", {"form": form, "errors": errors}, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = RegisterCabinet(
        by=visit.who.id,
        cabinet=form.cabinet.strip().upper(),
        place=form.place,
        compartments=_number(form.compartments) or 0,
        board=form.board.strip(),
        port=form.port.strip(),
        baud=_number(form.baud),
        board_addresses=",".join(map(str, addresses)),
        lock_feedback=form.lock_feedback.strip(),
    )
    done = await visit.house.writer.run(register_cabinet, asked)
    if isinstance(done, Refused):
        context = {"form": form, "errors": _errors(visit, done)}
        return page(visit, "cabinet_form.html", context, status_of_rule(done.rule))
    return go(f"/admin/cabinets/{done.id}", "place_saved")


async def _save(visit: Visit, form: CooperativeForm, known: Cooperative | None) -> Response:
    errors, credit_code = _not_numbers(visit, form), form.credit_code.strip().upper()
    if credit_code and not is_credit_code(credit_code):
        errors["credit_code"] = visit.say("统一社会信用代码有 18 位，最后一位是校验码。请核对。")
    if errors:
        return _cooperative_form(visit, form, known, errors, HTTPStatus.UNPROCESSABLE_ENTITY)
    asked = RegisterCooperative(
        by=visit.who.id,
        code=form.code.strip(),
        name=form.name,
        village=form.village,
        cabinet=form.cabinet,
        number=_number(form.number) or 0,
        members=_number(form.members),
        credit_code=credit_code or None,
        cooperative=None if known is None else known.id,
    )
    done = await visit.house.writer.run(register_cooperative, asked)
    if isinstance(done, Refused):
        return _cooperative_form(visit, form, known, _errors(visit, done), status_of_rule(done.rule))
    return go("/admin/cooperatives", "place_saved")


def _not_numbers(visit: Visit, form: Typed) -> dict[str, str]:
    typed = {name: getattr(form, name, "").strip() for name in _NUMBERS}
    return {name: visit.say("请写一个整数。") for name, text in typed.items() if text and _number(text) is None}


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() else None


def _errors(visit: Visit, refused: Refused) -> dict[str, str]:
    return refusal(visit, refused, FIELD_OF_RULE.get(refused.rule, "form"))


def _cooperative_form(
    visit: Visit, form: CooperativeForm, known: Cooperative | None, errors: dict[str, str], status: HTTPStatus
) -> Response:
    with visit.house.database.reading() as reader:
        cabinets = cabinets_to_choose(reader)
    context = {"form": form, "cooperative": known, "cabinets": cabinets, "errors": errors}
    return page(visit, "cooperative_form.html", context, status)
