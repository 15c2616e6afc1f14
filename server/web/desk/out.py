"""取出在外: what is out of the cabinets now, with whom, since when, due when; live."""

from starlette.responses import Response

from server.store.fact_rows import FactRows
from server.store.lists import registers
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see
from server.web.desk.page import page
from server.web.views.out import out_rows
from server.web.views.reading import Reading
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)


@router.get("/out", dependencies=may(MAY_READ_A_LOG))
async def out_now(visit: Arriving) -> Response:
    """Everything for whoever reads the whole log, one's own cooperatives' for the others."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        mine = [item for item in registers.out_now(reader) if may_see(visit.who, item.cooperative)]
        rows = out_rows(mine, reading)
        return page(visit, "out.html", {"rows": rows, "late": sum(row.late for row in rows)})
