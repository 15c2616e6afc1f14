"""变更历史: every administrative change, for the audit administrator above all."""

from typing import Annotated

from fastapi import Query
from starlette.responses import Response

from server.custody.bearings import EventGroup
from server.custody.roles import MAY_READ_THE_WHOLE_LOG, MAY_SEE_CHANGES
from server.store.fact_rows import FactRows
from server.store.lists import entries
from server.store.lists.entries import LogFilter
from server.web.access import declared_router, may
from server.web.desk.entry_query import EntryQuery
from server.web.desk.page import fragment, page
from server.web.periods import PERIODS, read_period
from server.web.views.history import history
from server.web.views.reading import Reading
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)
ROWS_A_PAGE = 50


@router.get("/admin/history", dependencies=may(MAY_SEE_CHANGES))
async def show_history(visit: Arriving, query: Annotated[EntryQuery, Query()]) -> Response:
    """The table; with `after`, only its next rows."""
    since, until = read_period(query.period, query.since, query.until, visit.now)
    wanted = LogFilter(group=EventGroup.ADMINISTRATION, person=query.person or None, since=since, until=until)
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        found = entries.log(reader, wanted, query.after or None, ROWS_A_PAGE)
        rows = {
            "rows": list(history(found.rows, query.day, reading)),
            "older": query.older("/admin/history", found),
            "may_prove": visit.who.holds_any(MAY_READ_THE_WHOLE_LOG),
        }
        if query.after:
            return fragment(visit, "history_rows.html", rows)
        periods = [{"code": code, "word": visit.say(word)} for code, word in PERIODS.items()]
        whose = reading.name(query.person) if query.person else ""
        return page(visit, "history.html", {**rows, "filter": query, "periods": periods, "whose": whose})
