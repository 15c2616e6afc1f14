"""查找: people, cooperatives, things and requests by what is written of them, as far as one may see them."""

from starlette.responses import Response

from server.custody.people import Standing
from server.custody.roles import MAY_READ_THE_WHOLE_LOG
from server.custody.searching import FoundKind
from server.store.fact_rows import FactRows
from server.store.lists.search import SearchFilter, search
from server.web.access import MAY_READ_A_LOG, MAY_SEE_PEOPLE, declared_router, may
from server.web.desk.page import page
from server.web.views.reading import Reading
from server.web.views.searching import found_groups
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)
QUERY_LENGTH_MAX = 64


@router.get("/search", dependencies=may(MAY_READ_A_LOG | MAY_SEE_PEOPLE))
async def find_anything(visit: Arriving, q: str = "") -> Response:
    """What fits every word of `q`, kind by kind."""
    query = q.strip()[:QUERY_LENGTH_MAX]
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        reads_all = visit.who.holds_any(MAY_READ_THE_WHOLE_LOG)
        mine = None if reads_all else visit.who.cooperatives()
        hits = search(reader, query, SearchFilter(kinds=kinds_for(visit.who), cooperatives=mine))
        return page(visit, "search.html", {"q": query, "groups": found_groups(hits, reading)})


def kinds_for(who: Standing) -> frozenset[FoundKind]:
    """What kinds of thing this person may look for."""
    people = frozenset({FoundKind.PERSON}) if who.holds_any(MAY_SEE_PEOPLE) else frozenset[FoundKind]()
    others = frozenset(FoundKind) - {FoundKind.PERSON}
    return people | others if who.holds_any(MAY_READ_A_LOG) else people
