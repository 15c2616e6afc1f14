"""柜机: which there are, and how a machine enrols: opened here, compared here by two people."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from firmware_protocol.permit_checks import TrustLevel
from server.custody.administration.changes import Answering, Change, ChangeKind, refuse_to_answer
from server.custody.enrolments import Enrolment, EnrolmentState
from server.custody.facts import Agent, Cabinet
from server.custody.refusals import Refused
from server.custody.roles import MAY_PROPOSE_CHANGES, MAY_SEE_CHANGES
from server.store.database import Reader
from server.store.fact_rows import FactRows, all_facts
from server.store.find_administration import enrolments, waiting_changes
from server.usecases.compare_enrolment import (
    CancelEnrolment,
    CompareEnrolment,
    cancel_enrolment,
    compare_enrolment,
)
from server.usecases.open_enrolment import EnrolmentOpened, OpenEnrolment, open_enrolment
from server.usecases.register_agent import AgentPlan
from server.web.access import declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page, refusal, shown_once
from server.web.desk.places import cabinets_to_choose
from server.web.troubles import status_of_rule
from server.web.views.agents import AgentLine, agent_line, enrolment_line
from server.web.views.proof import qr_code
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
ADMINISTRATORS = may(MAY_PROPOSE_CHANGES)
FIELD_OF_RULE = {"agent_name": "agent", "unknown_cabinet": "cabinets", "cabinet_taken": "cabinets"}
PORT_MAX = 65535
ENDED_SHOWN = 5


class EnrolmentForm(Typed):
    """The agent as typed; where it finds server and broker is filled in by what this server knows of itself."""

    agent: str = Field("", max_length=32)
    cabinets: list[str] = Field(default_factory=list, max_length=64)
    trust: str = Field("log", max_length=8)
    server_url: str = Field("", max_length=200)
    broker_host: str = Field("", max_length=128)
    broker_port: str = Field("", max_length=5)


class ComparedForm(Typed):
    """The code that stood beside the button."""

    seen: str = Field("", max_length=32)


@router.get("/admin/agents", dependencies=may(MAY_SEE_CHANGES))
async def show_agents(visit: Arriving) -> Response:
    """Every agent, and every machine that is about to become one."""
    return _agents(visit, _form_here(visit), {}, HTTPStatus.OK)


@router.post("/admin/agents", dependencies=ADMINISTRATORS)
async def open_one(visit: Arriving, form: Annotated[EnrolmentForm, Form()]) -> Response:
    """Open an enrolment: the answer shows the token, and nothing shows it again."""
    return await visit.house.once.answer(once_key(visit, form), lambda: _open(visit, form))


@router.get("/admin/agents/{enrolment}", dependencies=may(MAY_SEE_CHANGES))
async def show_enrolment(visit: Arriving, enrolment: str) -> Response:
    """What to compare with the machine's screen, and what became of it."""
    return _enrolment(visit, enrolment, None)


@router.post("/admin/agents/{enrolment}/compared", dependencies=ADMINISTRATORS)
async def compared(visit: Arriving, enrolment: str, form: Annotated[ComparedForm, Form()]) -> Response:
    """The first of two people has compared both screens."""

    async def act() -> Response:
        asked = CompareEnrolment(by=visit.who.id, enrolment=enrolment, seen=form.seen)
        done = await visit.house.writer.run(compare_enrolment, asked)
        return _enrolment(visit, enrolment, done) if isinstance(done, Refused) else _told(enrolment, "compared")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/admin/agents/{enrolment}/cancelled", dependencies=ADMINISTRATORS)
async def cancelled(visit: Arriving, enrolment: str, form: Annotated[Typed, Form()]) -> Response:
    """Let it come to nothing."""

    async def act() -> Response:
        done = await visit.house.writer.run(cancel_enrolment, CancelEnrolment(by=visit.who.id, enrolment=enrolment))
        return _enrolment(visit, enrolment, done) if isinstance(done, Refused) else _told(enrolment, "cancelled")

    return await visit.house.once.answer(once_key(visit, form), act)


async def _open(visit: Visit, form: EnrolmentForm) -> Response:
    plan = _plan(visit, form)
    if isinstance(plan, Refused):
        return _agents(visit, form, refusal(visit, plan, "broker_port"), HTTPStatus.UNPROCESSABLE_ENTITY)
    authority = visit.house.settings.authority
    asked = OpenEnrolment(by=visit.who.id, plan=plan, authority="" if authority is None else authority.sha256)
    done = await visit.house.writer.run(open_enrolment, asked)
    if isinstance(done, Refused):
        errors = refusal(visit, done, FIELD_OF_RULE.get(done.rule, "form"))
        return _agents(visit, form, errors, status_of_rule(done.rule))
    return _token(visit, done)


def _plan(visit: Visit, form: EnrolmentForm) -> AgentPlan | Refused:
    if not form.broker_port.isdecimal() or not 0 < int(form.broker_port) <= PORT_MAX:
        return Refused("broker_port", "端口是 1 到 65535 的整数。请核对。")
    trust: TrustLevel = "signed" if form.trust == "signed" else "log"
    return AgentPlan(
        agent=form.agent.strip(),
        cabinets=tuple(form.cabinets),
        server_url=form.server_url.strip().rstrip("/") or visit.address,
        broker_host=form.broker_host.strip() or visit.house.settings.broker[0],
        broker_port=int(form.broker_port),
        trust=trust,
    )


def _token(visit: Visit, opened: EnrolmentOpened) -> Response:
    shown = page(visit, "enrolment_token.html", {"opened": opened, "qr": qr_code(opened.command)})
    return shown_once(shown, f"/admin/agents/{opened.enrolment}")


def _told(enrolment: str, what: str) -> Response:
    return go(f"/admin/agents/{enrolment}", f"enrolment_{what}")


def _form_here(visit: Visit) -> EnrolmentForm:
    host, port = visit.house.settings.broker
    return EnrolmentForm(server_url=visit.address, broker_host=host, broker_port=str(port))


def _agents(visit: Visit, form: EnrolmentForm, errors: dict[str, str], status: HTTPStatus) -> Response:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        compared = {each.wanted["enrolment"] for each in waiting_changes(facts, ChangeKind.ENROLMENT)}
        told = [enrolment_line(each, reading, is_compared=each.id in compared) for each in enrolments(facts)]
        under_way = [each for each in told if each.is_open or each.is_presented]
        context = {
            "agents": _lines(reader, reading),
            "under_way": under_way,
            "ended": [each for each in told if each not in under_way][:ENDED_SHOWN],
            "choices": cabinets_to_choose(reader),
            "may_open": visit.who.holds_any(MAY_PROPOSE_CHANGES),
            "form": form,
            "errors": errors,
        }
        return page(visit, "admin_agents.html", context, status)


def _lines(reader: Reader, reading: Reading) -> list[AgentLine]:
    cabinets = all_facts(reader, Cabinet).values()
    waiting = {each.wanted["agent"] for each in waiting_changes(FactRows(reader), ChangeKind.REVOCATION)}
    driven = {
        agent: tuple(sorted(each.id for each in cabinets if each.agent == agent and each.retired_at is None))
        for agent in all_facts(reader, Agent)
    }
    every = sorted(all_facts(reader, Agent).values(), key=lambda each: each.id)
    return [agent_line(each, driven[each.id], each.id in waiting, reading) for each in every]


def _enrolment(visit: Visit, enrolment_id: str, refused: Refused | None) -> Response:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        enrolment = reading.must(Enrolment, enrolment_id)
        change = _waiting(facts, enrolment)
        is_admin = visit.who.holds_any(MAY_PROPOSE_CHANGES) and change is None
        context = {
            "e": enrolment_line(enrolment, reading, is_compared=change is not None),
            "change": change,
            "compared_by": "" if change is None else reading.name(change.proposed_by),
            "may_compare": is_admin and enrolment.state is EnrolmentState.PRESENTED,
            "may_cancel": is_admin and enrolment.state in (EnrolmentState.OPEN, EnrolmentState.PRESENTED),
            "may_answer": change is not None and refuse_to_answer(Answering(visit.who, change)) is None,
            "errors": {} if refused is None else refusal(visit, refused),
        }
        status = HTTPStatus.OK if refused is None else status_of_rule(refused.rule)
        return page(visit, "enrolment.html", context, status)


def _waiting(facts: FactRows, enrolment: Enrolment) -> Change | None:
    waiting = waiting_changes(facts, ChangeKind.ENROLMENT)
    return next((each for each in waiting if each.wanted["enrolment"] == enrolment.id), None)
