"""The first page: for whoever applies, what they hold and what is under way; for the others, where their work is."""

from starlette.responses import Response

from server.custody.facts import Checkout, Cooperative
from server.custody.handovers.facts import Handover
from server.custody.lifecycle import OPEN_CHECKOUTS
from server.custody.roles import MAY_APPLY
from server.store.fact_rows import FactRows
from server.store.lists import checkouts
from server.web import times
from server.web.access import SIGNED_IN, declared_router
from server.web.desk.navigation import foremost
from server.web.desk.page import go, page
from server.web.views.checkouts import Request, held, request
from server.web.views.cooperative_handovers import handover_mark
from server.web.views.cooperatives import mandate_warning
from server.web.views.people import term_warnings
from server.web.views.reading import Reading
from server.web.views.waiting import deciders
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)

RECENT_MAX = 5
MINE_MAX = 100


@router.get("/", dependencies=SIGNED_IN)
async def home(visit: Arriving) -> Response:
    """The page of whoever applies, or the way to what one's role needs first."""
    return _home(visit) if visit.who.holds_any(MAY_APPLY) else go(foremost(visit.who.roles)[0].path)


def _home(visit: Visit) -> Response:
    with visit.house.database.reading() as reader:
        facts = FactRows(reader)
        reading = Reading(facts, visit.now, visit.language)
        mine = checkouts.my_checkouts(reader, visit.who.id, limit=MINE_MAX).rows
        out = checkouts.held_by(reader, visit.who.id)
        under_way = [each for each in mine if each.state in OPEN_CHECKOUTS and each not in out]
        ended = [each for each in mine if each.state not in OPEN_CHECKOUTS][:RECENT_MAX]
        own = [reading.cooperative(each) for each in sorted(visit.who.cooperatives())]
        context = {
            "today": times.day(visit.now.astimezone(times.ZONE).date(), visit.now.year, visit.language.code),
            "held": [held(each, reading) for each in out],
            "ongoing": [_under_way(each, facts, reading) for each in under_way],
            "warnings": [
                *term_warnings(visit.who, reading),
                *(words for each in own if (words := mandate_warning(each, reading))),
            ],
            "handovers": [
                handover_mark(handover, reading) for each in own if (handover := _going_on(each, facts)) is not None
            ],
            "recent": [request(each, (), reading) for each in ended],
        }
        return page(visit, "home.html", context)


def _going_on(cooperative: Cooperative, facts: FactRows) -> Handover | None:
    """The handover of a cooperative that its people count and sign now."""
    return None if cooperative.handover is None else facts.get(Handover, cooperative.handover)


def _under_way(checkout: Checkout, facts: FactRows, reading: Reading) -> Request:
    return request(checkout, deciders(checkout, facts, reading), reading)
