"""总览: what a supervisor has to know at one glance, each figure leading to the list behind it; live."""

from starlette.responses import Response

from server.store.fact_rows import FactRows
from server.store.lists.overview import overview
from server.web.access import MAY_OVERSEE, declared_router, may
from server.web.desk.page import page
from server.web.views.overview import late_lines, overview_figures, slow_lines
from server.web.views.reading import Reading
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)


@router.get("/overview", dependencies=may(MAY_OVERSEE))
async def show_overview(visit: Arriving) -> Response:
    """The township now."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        seen = overview(reader, visit.now)
        context = {
            "figures": overview_figures(seen, visit.who, reading),
            "overdue": late_lines(seen.overdue, reading),
            "slowest": slow_lines(seen.slowest, reading),
        }
        return page(visit, "overview.html", context)
