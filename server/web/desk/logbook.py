"""台账: the log as a sentence one can change and a table without an end; and one entry as it was signed."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from server.custody.bearings import EventGroup
from server.custody.facts import Cooperative
from server.custody.people import Standing
from server.custody.roles import MAY_READ_THE_WHOLE_LOG
from server.custody.states import ItemKind
from server.documents.papers import archive_register, opening_register, seal_register
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import entries, items, registers
from server.store.lists.entries import LogFilter
from server.store.lists.items import ShelfFilter
from server.web.access import MAY_READ_A_LOG, declared_router, may, may_read, may_see, readable
from server.web.desk.entry_query import EntryQuery
from server.web.desk.page import fragment, page, proof_of
from server.web.periods import PERIODS, read_period
from server.web.troubles import NotFound
from server.web.views.cooperatives import villages_of
from server.web.views.log import group_words, told, told_by_day
from server.web.views.papers import papers
from server.web.views.reading import Reading
from server.web.views.words import item_title
from server.web.visit import Arriving, Visit

router = declared_router(include_in_schema=False)
READERS = may(MAY_READ_A_LOG)
ROWS_A_PAGE = 50
CHOICES = 50
"""Of each kind; the page of every thing leads to its log as well."""

REGISTERS = (seal_register.FORM, archive_register.FORM, opening_register.FORM)
"""The papers that tell of the time and the cooperative one is looking at."""


class LogQuery(EntryQuery):
    """What is looked for, as it stands in the address."""

    cooperative: str = Field("", max_length=32)
    item: str = Field("", max_length=32)
    kind: str = Field("", max_length=16)

    def wanted(self, who: Standing, now: datetime) -> LogFilter:
        """The filter, within what this person may read. What cannot be read in it counts as not said."""
        since, until = read_period(self.period, self.since, self.until, now)
        return LogFilter(
            cooperative=readable(who, self.cooperative),
            item=self.item or None,
            person=self.person or None,
            group=EventGroup(self.kind) if self.kind in set(EventGroup) else None,
            since=since,
            until=until,
        )


@router.get("/log", dependencies=READERS)
async def logbook(visit: Arriving, query: Annotated[LogQuery, Query()]) -> Response:
    """The table; with `after`, only its next rows."""
    with visit.house.database.reading() as reader:
        reading = Reading(FactRows(reader), visit.now, visit.language)
        found = entries.log(reader, query.wanted(visit.who, visit.now), query.after or None, ROWS_A_PAGE)
        rows = {"rows": list(told_by_day(found.rows, query.day, reading)), "older": query.older("/log", found)}
        if query.after:
            return fragment(visit, "log_rows.html", rows)
        return page(visit, "log.html", {**rows, **_choices(reader, visit, query, reading), "filter": query})


@router.get("/log/{number}", dependencies=READERS)
async def entry(visit: Arriving, number: int) -> Response:
    """One entry: what it says, its exact bytes, its hash."""
    with visit.house.database.reading() as reader:
        line = entries.entry(reader, number) if 0 <= number < entries.log_size(reader) else None
        if line is None or not may_read(visit.who, line.cooperative):
            raise NotFound
        reading = Reading(FactRows(reader), visit.now, visit.language)
        return page(visit, "entry.html", {"entry": told(line, reading), "line": line, **proof_of(reader, number)})


def _choices(reader: Reader, visit: Visit, query: LogQuery, reading: Reading) -> dict[str, Any]:
    mine = [each for each in registers.every_cooperative(reader) if may_see(visit.who, each.id)]
    return {
        "villages": villages_of(mine),
        "items": _items(reader, query, visit.who, mine, reading),
        "units": _by_unit([who for who in registers.standings(reader) if _is_near(who, visit.who, mine)]),
        "reads_all": visit.who.holds_any(MAY_READ_THE_WHOLE_LOG),
        "periods": [{"code": code, "word": visit.say(word)} for code, word in PERIODS.items()],
        "papers": papers(REGISTERS, visit.say),
        "kinds": [{"code": "", "word": visit.say("全部事情")}, *group_words(reading)],
        "printed": visit.say("%(at)s 由%(who)s打印") % {"at": reading.moment(visit.now), "who": visit.who.name},
    }


def _items(
    reader: Reader, query: LogQuery, who: Standing, mine: Sequence[Cooperative], reading: Reading
) -> list[dict[str, str]]:
    """The newest things of each kind, and the one that is asked for, as far as this person may see it."""
    chosen = query.cooperative or (mine[0].id if len(mine) == 1 else "")
    kinds = ItemKind if any(each.id == chosen for each in mine) else ()
    shelves = (items.shelf(reader, ShelfFilter(cooperative=chosen, kind=kind), limit=CHOICES) for kind in kinds)
    found = [item for shelf in shelves for item in shelf.rows]
    if query.item and all(item.id != query.item for item in found):
        found = [*(each for each in reading.items((query.item,)) if may_see(who, each.cooperative)), *found]
    return [{"id": item.id, "title": item_title(item, reading.say)} for item in found]


def _is_near(who: Standing, reader: Standing, mine: Sequence[Cooperative]) -> bool:
    """Whether a person is offered to choose: anyone to whoever reads everything, else the cooperative's own."""
    return reader.holds_any(MAY_READ_THE_WHOLE_LOG) or not who.cooperatives().isdisjoint(each.id for each in mine)


def _by_unit(people: Sequence[Standing]) -> list[dict[str, Any]]:
    grouped = groupby(people, key=lambda who: who.person.unit)
    return [{"name": unit, "people": list(of_unit)} for unit, of_unit in grouped]
