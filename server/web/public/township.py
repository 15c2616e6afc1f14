"""镇里的情况: a township's own slowness, in the open. Numbers only; nobody signs in here."""

from starlette.responses import Response

from server.store.lists import registers
from server.web.access import PUBLIC, declared_router
from server.web.desk.page import page
from server.web.desk.statistics import USUAL, figures_for
from server.web.views.statistics import duration, minutes_words
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)


@router.get("/public", dependencies=PUBLIC)
async def township(visit: Arriving) -> Response:
    """How many uses there were in the last 90 days, how long approvals took, how many came back late."""
    figures = await figures_for(visit, USUAL)
    turnaround = figures.turnaround
    with visit.house.database.reading() as reader:
        cooperatives = registers.every_cooperative(reader)
    context = {
        "uses": figures.uses,
        "late": figures.late,
        "median": duration(turnaround, visit.say),
        "p90": "–" if turnaround is None else minutes_words(turnaround.p90_minutes, visit.say),
        "requests": 0 if turnaround is None else turnaround.requests,
        "cooperatives": cooperatives,
    }
    return page(visit, "public_township.html", context)
