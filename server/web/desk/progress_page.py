"""交接: how far the township has come, and the bundles that are going on or can be opened there."""

from starlette.responses import Response

from server.custody.facts import Cabinet
from server.custody.people import Standing
from server.custody.refusals import Refused
from server.custody.roles import MAY_RUN_HANDOVERS, Role
from server.store import find
from server.store.database import Reader
from server.store.fact_rows import FactRows, all_facts
from server.store.lists import handovers
from server.web.desk.forms import Typed
from server.web.desk.page import page_after
from server.web.views.bundles import bundle_mark, cabinets_to_hand_over
from server.web.views.completion import township_progress
from server.web.views.handovers import Choice
from server.web.views.reading import Reading
from server.web.visit import Visit


def progress_page(visit: Visit, refused: Refused | None = None, form: Typed | None = None) -> Response:
    """The page, with what a rule said to the last thing done there, which was written in `form`."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        context = {
            "progress": township_progress(handovers.township_progress(reader), reading),
            "bundles": _bundles(reader, visit.who, reading),
        }
        return page_after(visit, "handovers.html", context, refused, form)


def _bundles(reader: Reader, who: Standing, reading: Reading) -> dict[str, object]:
    """Those going on, and what a new one is chosen from."""
    facts = FactRows(reader)
    officers = [each for each in find.people_with(facts, [Role.CABINET_OFFICER]) if each.person.is_active]
    return {
        "going_on": [bundle_mark(key, lists, reading) for key, lists in handovers.open_bundles(reader)],
        "may_open": who.holds_any(MAY_RUN_HANDOVERS),
        "cabinets": cabinets_to_hand_over(sorted(all_facts(reader, Cabinet).values(), key=lambda each: each.id)),
        "officers": [Choice(each.id, each.name) for each in officers],
    }
