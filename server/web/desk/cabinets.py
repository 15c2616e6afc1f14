"""共管柜: the cabinets as they stand in the hall, live."""

from typing import Annotated

from fastapi import Form
from pydantic import Field
from starlette.responses import Response

from server.custody.refusals import Refused
from server.custody.roles import MAY_REVOKE_AGENTS, MAY_RUN_HANDOVERS
from server.store import find
from server.store.fact_rows import FactRows
from server.store.lists import registers
from server.usecases.order_count import ClearCabinet, clear_cabinet
from server.usecases.revoke_agent import RevokeAgent, revoke_agent
from server.web.access import SIGNED_IN, declared_router, may
from server.web.desk.forms import Typed
from server.web.desk.page import go, once_key, page_after
from server.web.live import AgentNow
from server.web.views.cabinets import draw, health
from server.web.views.reading import Reading
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)


class WhyForm(Typed):
    """Why a cabinet has to be cleared, or an agent put out of service."""

    reason: str = Field("", max_length=300)


@router.get("/cabinets", dependencies=SIGNED_IN)
async def cabinets(visit: Arriving) -> Response:
    """The map: names and marks for everybody signed in, what is inside behind a tap for whoever may see it."""
    return _page(visit)


@router.post("/cabinets/agents/{agent}/revocation", dependencies=may(MAY_REVOKE_AGENTS))
async def put_out_of_service(visit: Arriving, agent: str, form: Annotated[WhyForm, Form()]) -> Response:
    """Put an agent out of service: nobody listens to it any more, and what waited there is worth nothing.

    Another administrator confirms it or lets the agent go on.
    """

    async def act() -> Response:
        asked = RevokeAgent(agent=agent, by=visit.who.id, note=form.reason)
        done = await visit.house.writer.run(revoke_agent, asked)
        return _page(visit, done, form) if isinstance(done, Refused) else go("/cabinets", "agent_revoked")

    return await visit.house.once.answer(once_key(visit, form), act)


@router.post("/cabinets/{cabinet}/clearing", dependencies=may(MAY_RUN_HANDOVERS))
async def clear(visit: Arriving, cabinet: str, form: Annotated[WhyForm, Form()]) -> Response:
    """Have every compartment of a cabinet opened, because what is inside has to come out at once."""

    async def act() -> Response:
        asked = ClearCabinet(by=visit.who.id, cabinet=cabinet, reason=form.reason)
        done = await visit.house.writer.run(clear_cabinet, asked)
        return _page(visit, done, form) if isinstance(done, Refused) else go("/cabinets", "clearing_ordered")

    return await visit.house.once.answer(once_key(visit, form), act)


def _page(visit: Visit, refused: Refused | None = None, form: Typed | None = None) -> Response:
    """The map; after a refusal with what was written still there."""
    live = visit.house.live
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        now = live.agents()
        active = [line.agent.id for line in registers.agents(reader) if line.agent.is_active]
        broken = {each.agent: each for each in find.journal_breaks(FactRows(reader))}
        context = {
            "agents": [health(agent, now.get(agent, AgentNow()), broken.get(agent), reading) for agent in active],
            "cabinets": draw(registers.cabinet_map(reader), live.doors(), reading),
            "revocable": active if visit.who.holds_any(MAY_REVOKE_AGENTS) else [],
            "may_clear": visit.who.holds_any(MAY_RUN_HANDOVERS),
        }
        return page_after(visit, "cabinets.html", context, refused, form)
