"""统计: what the township's uses come to, with pictures; for whoever supervises, and about the office itself too."""

import asyncio
from datetime import timedelta

from starlette.responses import Response

from server.custody.figures import Figures, figures_of
from server.store.fact_rows import FactRows
from server.store.lists.figures import uses_since
from server.web import times
from server.web.access import MAY_SEE_STATISTICS, declared_router, may
from server.web.desk.page import page
from server.web.language import N_
from server.web.views.reading import Reading
from server.web.views.statistics import big_figures, pictures
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
SPANS = {"month": (N_("最近 30 天"), 30), "quarter": (N_("最近 90 天"), 90), "year": (N_("最近一年"), 365)}
USUAL = "quarter"


@router.get("/statistics", dependencies=may(MAY_SEE_STATISTICS))
async def statistics(visit: Arriving, span: str = USUAL) -> Response:
    """The figures of a month, a quarter or a year; counted at most every ten minutes."""
    chosen = span if span in SPANS else USUAL
    figures = await figures_for(visit, chosen)
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        context = {
            "spans": [{"code": code, "word": visit.say(word)} for code, (word, _days) in SPANS.items()],
            "span": chosen,
            "figures": big_figures(figures, visit.say),
            "pictures": pictures(figures, reading),
        }
        return page(visit, "statistics.html", context)


async def figures_for(visit: Visit, span: str) -> Figures:
    """The figures of a span that ends now; counted in a thread, since a year of a busy township takes a second."""
    days = SPANS[span][1]
    since = times.start_of_day(visit.now.astimezone(times.ZONE).date() - timedelta(days=days - 1))

    def count() -> Figures:
        with visit.house.database.reading() as reader:
            return figures_of(uses_since(reader, since, visit.now))

    return await asyncio.to_thread(visit.house.figures.answer, span, visit.now, count)
