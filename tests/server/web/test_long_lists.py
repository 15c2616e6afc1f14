"""However much there is, no page walks through a table that grows: every query of every page goes by an index."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qsl

import pytest
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from sqlalchemy import Engine, event

from server.custody.states import SealType
from server.store.tables import metadata
from server.web.api.routes import API_ROUTERS
from server.web.desk.routes import DESK_ROUTERS
from server.web.public.routes import PUBLIC_ROUTERS
from tests.server.web.township import ACCOUNTANT, INSPECTOR, REVIEWER, Township

SMALL = frozenset({
    *("townships", "cabinets", "cooperatives", "compartments", "people", "grants", "credentials", "agents"),
    *("policies", "holiday_calendars", "revocation_lists", "delegations", "handovers"),
    *("enrolments", "rotations"),
    *("log_heads", "bookmarks", "roster_documents", "sources"),
})  # fmt: skip
"""Tables that grow with the township, not with what happens in it."""
WHO = {"accountant": ACCOUNTANT, "reviewer": REVIEWER, "inspector": INSPECTOR}
QUERIES = (
    *("kind=alarm", "period=month", "all=1", "all=1&rule=A03", "all=1&level=red"),
    *("state=refused", "q=东坑", "span=year"),
)
ENDLESS = {"/static/{name}", "/api/v1/live"}
Query = tuple[str, Any]
COUNTED_BY_DECISION = {"items": "COVERING INDEX ix_items_cooperative_kind_state"}
"""Walked along an index that has all that is counted: some milliseconds at 50,000."""
_SCANNED = re.compile(r"SCAN (\w+)(?: USING (.*))?")


@contextmanager
def listening() -> Iterator[set[Query]]:
    """Every SELECT that any engine runs until the block ends."""
    heard: set[Query] = set()

    def hear(*told: Any) -> None:
        _connection, _cursor, statement, parameters, *_rest = told
        if statement.startswith("SELECT"):
            heard.add((statement, tuple(parameters)))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def addresses(township: Township) -> list[str]:
    """Everything that can be read of things that are there, bare and with whatever one can ask for."""
    checkout = township.permitted(items=(township.seal(SealType.FINANCE).id,))
    cooperative = township.cooperative()
    known = {
        "checkout": checkout,
        "cooperative": cooperative.id,
        "item": township.seal().id,
        "person": township.person(ACCOUNTANT).id,
        "number": "1",
        "position": "1",
        "version": "1",
        "code": cooperative.code,
        "month": "2026-11",
    }
    named = [f"{key}={known[key]}" for key in ("cooperative", "item", "person", "checkout")]
    both = [f"{first}&{second}" for first in named for second in named if first < second]
    found = [f"{path.format(**known)}{query}" for path, query in _readable(known.keys(), (*named, *QUERIES))]
    return found + [f"/log?{each}" for each in both]


def _readable(known: AbstractSet[str], queries: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each path that needs nothing unknown, bare and with those of the queries that it reads."""
    every = (route for router in (*API_ROUTERS, *DESK_ROUTERS, *PUBLIC_ROUTERS) for route in router.routes)
    gets = {route.path: route for route in every if isinstance(route, APIRoute) and "GET" in (route.methods or ())}
    for path, route in sorted(gets.items()):
        if path not in ENDLESS and set(re.findall(r"{(\w+)}", path)) <= known:
            understood = {parameter.alias for parameter in get_flat_params(route.dependant)}
            yield path, ""
            yield from ((path, f"?{each}") for each in queries if dict(parse_qsl(each)).keys() <= understood)


@pytest.mark.parametrize("who", WHO)
def test_no_page_walks_through_a_table_that_grows(who: str, township: Township) -> None:
    asked, client = addresses(township), township.client(WHO[who])
    with listening() as heard:
        answers = [client.get(path).status_code for path in asked]
    assert answers.count(200) > 60
    walked = ((table, query[0]) for query in heard for table in _walked(township, query))
    assert [each for each in walked if each[0] not in SMALL] == []


def _walked(township: Township, query: Query) -> Iterator[str]:
    """The tables that SQLite would read from end to end for this."""
    with township.database.reading() as reader:
        plan = reader.exec_driver_sql(f"EXPLAIN QUERY PLAN {query[0]}", query[1])
        found = [_SCANNED.match(row.detail) for row in plan]
    for each in (each for each in found if each and each[1] in metadata.tables):
        ends_early = each[2] is not None and "LIMIT" in query[0]
        if not ends_early and each[2] != COUNTED_BY_DECISION.get(each[1], "nothing"):
            yield each[1]
