"""A cooperative's things, kind by kind and page by page: to look at, and to choose from."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from server.custody.facts import Item
from server.custody.states import ItemKind
from server.documents.papers import contract_catalogue, inventory
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import items, registers
from server.store.lists.items import ShelfFilter
from server.store.lists.pages import Page
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_see
from server.web.desk.forms import Typed
from server.web.desk.page import page
from server.web.desk.request_form import RequestForm
from server.web.troubles import NotFound
from server.web.views.papers import papers
from server.web.views.reading import Reading
from server.web.views.shelves import Laid, Shelf, shelf
from server.web.visit import Arriving

router = declared_router(include_in_schema=False)

ROWS_AT_FIRST = 12
ROWS_A_PAGE = 50
CHOICES = 20


class ShelfQuery(Typed):
    """Which things, as it stands in the address; `after` is the key of the last one of the page before."""

    kind: str = Field("", max_length=16)
    q: str = Field("", max_length=64)
    after: str = Field("", max_length=200)

    @property
    def kinds(self) -> tuple[ItemKind, ...]:
        """The kinds that are asked for: the named one, or all."""
        return (ItemKind(self.kind),) if self.kind in set(ItemKind) else tuple(ItemKind)


@router.get("/cooperatives/{cooperative}/things", dependencies=may(MAY_READ_A_LOG))
async def show_things(visit: Arriving, cooperative: str, query: Annotated[ShelfQuery, Query()]) -> Response:
    """The things of one kind, or of all, that have every word of `q`; some each page."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        owner = reading.cooperative(cooperative)
        if not may_see(visit.who, owner.id):
            raise NotFound
        laid = (_laid(reader, owner.id, kind, query) for kind in query.kinds)
        shown = [shelf(each, (), reading) for each in laid if each.items]
        offered = papers((contract_catalogue.FORM, inventory.FORM), visit.say)
        context = {"cooperative": owner, "shelves": shown, "query": query, "papers": offered}
        return page(visit, "things.html", context)


def first_of_each(reader: Reader, cooperative: str, reading: Reading) -> tuple[Shelf, ...]:
    """The first things of each kind that a cooperative has, seals first, and how many there are."""
    totals = _totals(reader, cooperative)
    laid = (_laid(reader, cooperative, kind, ShelfQuery(kind=kind), ROWS_AT_FIRST) for kind in totals)
    return tuple(shelf(replace(each, total=totals[each.kind]), (), reading) for each in laid)


def to_choose_from(reader: Reader, form: RequestForm, cooperative: str, reading: Reading) -> tuple[Shelf, ...]:
    """What the form has chosen, and beside it some things of each kind that have every word looked for."""
    totals = _totals(reader, cooperative)
    chosen = tuple(each for each in reading.items(tuple(form.items)) if each.cooperative == cooperative)
    laid = (_offered(reader, cooperative, kind, form.find.strip(), chosen) for kind in totals)
    return tuple(
        shelf(replace(each, total=totals[each.kind]), form.items, reading, form.corrects) for each in laid if each.items
    )


def _laid(reader: Reader, cooperative: str, kind: ItemKind, query: ShelfQuery, limit: int = ROWS_A_PAGE) -> Laid:
    found = items.shelf(
        reader, ShelfFilter(cooperative=cooperative, kind=kind, typed=query.q), query.after or None, limit
    )
    return Laid(kind=kind, items=found.rows, more=_next(cooperative, kind, query, found), is_all=found.next is None)


def _next(cooperative: str, kind: ItemKind, query: ShelfQuery, found: Page[Item]) -> str:
    if found.next is None:
        return ""
    asked = {"kind": str(kind), "q": query.q, "after": found.next}
    return f"/cooperatives/{cooperative}/things?" + urlencode({name: text for name, text in asked.items() if text})


def _offered(reader: Reader, cooperative: str, kind: ItemKind, typed: str, chosen: tuple[Item, ...]) -> Laid:
    found = items.shelf(reader, ShelfFilter(cooperative=cooperative, kind=kind, typed=typed), limit=CHOICES)
    first = tuple(each for each in chosen if each.kind is kind)
    rest = tuple(each for each in found.rows if each not in first)
    return Laid(kind=kind, items=(*first, *rest), is_all=found.next is None)


def _totals(reader: Reader, cooperative: str) -> Mapping[ItemKind, int]:
    """How many things of each kind there are; kinds in their order, those without any left out."""
    counted: Counter[ItemKind] = Counter()
    for (kind, _state), number in registers.kept_by(reader, cooperative).items():
        counted[kind] += number
    return counted
