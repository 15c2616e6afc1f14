"""共管柜: the cabinets as they stand in the hall, live."""

from starlette.responses import Response

from server.store import find
from server.store.fact_rows import FactRows
from server.store.lists import registers
from server.web.access import SIGNED_IN, declared_router
from server.web.desk.page import page
from server.web.live import AgentNow
from server.web.views.cabinets import draw, health
from server.web.views.reading import Reading
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)


@router.get("/cabinets", dependencies=SIGNED_IN)
async def cabinets(visit: Arriving) -> Response:
    """The map: names and marks for everybody signed in, what is inside behind a tap for whoever may see it."""
    live = visit.house.live
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        now = live.agents()
        active = [line.agent.id for line in registers.agents(reader) if line.agent.is_active]
        broken = {each.agent: each for each in find.journal_breaks(FactRows(reader))}
        context = {
            "agents": [health(agent, now.get(agent, AgentNow()), broken.get(agent), reading) for agent in active],
            "cabinets": draw(registers.cabinet_map(reader), live.doors(), reading),
        }
        return page(visit, "cabinets.html", context)
