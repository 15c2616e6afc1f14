"""合作社、共管柜: as the register has them; a cabinet's boards, compartments and agent, and that agent's draft."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.facts import Agent, Cabinet, Cooperative
from server.custody.refusals import Refused
from server.custody.roles import MAY_REGISTER_PLACES, MAY_SEE_CHANGES
from server.documents.agent_wiring import as_sheet_row, wiring_skeleton
from server.store.database import Reader
from server.store.fact_rows import FactRows, all_facts
from server.store.lists import registers
from server.store.lists.registers import CabinetLine, CompartmentLine
from server.usecases.register_places import Retire, retire
from server.web.access import declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, refusal
from server.web.live import AgentNow
from server.web.troubles import NotFound, status_of_rule
from server.web.views.cooperatives import by_village
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


class RetireForm(Typed):
    """Which compartment ('' for the whole cabinet), and why."""

    number: str = Field("", max_length=4)
    reason: str = Field("", max_length=300)


@dataclass(frozen=True, slots=True, kw_only=True)
class CabinetRow:
    """A cabinet in the list: how many compartments are whose, and how its agent stands."""

    id: str
    place: str
    compartments: int
    owned: int
    agent: str
    state: str
    state_word: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorRow:
    """A compartment of a cabinet: whose it is, how much is kept there, and whether it can be retired."""

    number: int
    owner: Cooperative | None
    kept: int
    retired: bool


@router.get("/admin/cooperatives", dependencies=may(MAY_SEE_CHANGES))
async def show_cooperatives(visit: Arriving) -> Response:
    """Every cooperative with its compartment and how much is where."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        lines = registers.cooperatives(reader)
        context = {
            "villages": by_village(lines, reading),
            "total": len(lines),
            "may_register": visit.who.holds_any(MAY_REGISTER_PLACES),
        }
        return page(visit, "admin_cooperatives.html", context)


@router.get("/admin/cabinets", dependencies=may(MAY_SEE_CHANGES))
async def show_cabinets(visit: Arriving) -> Response:
    """Every cabinet and how its agent stands."""
    with visit.house.database.reading() as reader:
        rows = [_row(visit, line, reader) for line in registers.cabinet_map(reader)]
    may_register = visit.who.holds_any(MAY_REGISTER_PLACES)
    return page(visit, "admin_cabinets.html", {"cabinets": rows, "may_register": may_register})


@router.get("/admin/cabinets/{cabinet}", dependencies=may(MAY_SEE_CHANGES))
async def show_cabinet(visit: Arriving, cabinet: str) -> Response:
    """One cabinet: boards, compartments, agent, and the agent's configuration."""
    return _cabinet(visit, cabinet, None)


@router.post("/admin/cabinets/{cabinet}/retire", dependencies=may(MAY_REGISTER_PLACES))
async def take_out_of_service(visit: Arriving, cabinet: str, form: Annotated[RetireForm, Form()]) -> Response:
    """Take a compartment, or the whole cabinet, out of service."""

    async def act() -> Response:
        number = int(form.number) if form.number.isdecimal() else None
        asked = Retire(by=visit.who.id, cabinet=cabinet, number=number, reason=form.reason)
        done = await visit.house.writer.run(retire, asked)
        return _cabinet(visit, cabinet, done) if isinstance(done, Refused) else go(_page_of(cabinet), "place_retired")

    return await visit.house.once.answer(once_key(visit, form), act)


def _page_of(cabinet: str) -> str:
    return f"/admin/cabinets/{cabinet}"


def _cabinet(visit: Visit, cabinet_id: str, refused: Refused | None) -> Response:
    with visit.house.database.reading() as reader:
        line = next((each for each in registers.cabinet_map(reader) if each.cabinet.id == cabinet_id), None)
        if line is None:
            raise NotFound
        row, cabinet = _row(visit, line, reader), line.cabinet
        context: dict[str, Any] = {
            "row": row,
            "cabinet": cabinet,
            "doors": [_door(door, cabinet) for door in line.compartments],
            "wiring": wiring_skeleton([as_sheet_row(cabinet)], cabinet.agent),
            "may_retire": visit.who.holds_any(MAY_REGISTER_PLACES) and cabinet.retired_at is None,
            "errors": {} if refused is None else refusal(visit, refused),
        }
    return page(
        visit, "admin_cabinet.html", context, HTTPStatus.OK if refused is None else status_of_rule(refused.rule)
    )


def _row(visit: Visit, line: CabinetLine, reader: Reader) -> CabinetRow:
    state, word = _agent_state(visit, line.cabinet, reader)
    return CabinetRow(
        id=line.cabinet.id,
        place=line.cabinet.place,
        compartments=line.cabinet.compartments,
        owned=sum(door.cooperative is not None for door in line.compartments),
        agent=line.cabinet.agent or "",
        state=state,
        state_word=word,
    )


def _agent_state(visit: Visit, cabinet: Cabinet, reader: Reader) -> tuple[str, str]:
    if cabinet.retired_at is not None:
        return "off", visit.say("已停用")
    agent = FactRows(reader).get(Agent, cabinet.agent) if cabinet.agent else None
    if agent is None or not agent.is_active:
        return "off", visit.say("还没有柜机")
    is_online = visit.house.live.agents().get(agent.id, AgentNow()).online
    return ("good", visit.say("柜机在线")) if is_online else ("bad", visit.say("柜机离线"))


def _door(door: CompartmentLine, cabinet: Cabinet) -> DoorRow:
    retired = door.number in cabinet.out_of_service or cabinet.retired_at is not None
    return DoorRow(number=door.number, owner=door.cooperative, kept=sum(door.kept.values()), retired=retired)


def cabinets_to_choose(reader: Reader) -> list[Cabinet]:
    """The cabinets in service, by 柜号."""
    every = sorted(all_facts(reader, Cabinet).values(), key=lambda each: each.id)
    return [each for each in every if each.retired_at is None]
