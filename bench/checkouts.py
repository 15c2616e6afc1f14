"""Whole checkouts through the API: file, the head reads and agrees, the reviewer reads and agrees; 8 clients at once.

A real server on SQLite; everybody is signed in before. Three of the five requests commit, so the floors are the web
server doing nothing, and SQLite committing eight rows at a time. Clients and server share the machine's cores.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from bench.figures import Figure, spread
from bench.floors import NOTE, bare_requests_per_s, durable_commits_ms
from bench.load import CLIENTS, Journey, drive, request
from bench.processes import desk
from bench.township import Town
from bench.visitors import Office

COMMITS = 300
RATIO_MIN = 0.05
P99_MS_MAX = 50.0


@dataclass(frozen=True, slots=True)
class Asking:
    """An item, and the cookies of the three who deal with it."""

    item: str
    accountant: str
    head: str
    reviewer: str


def measure(town: Town, checkouts: int) -> list[Figure]:
    """File and approve so many requests, as fast as it goes."""
    with desk(town) as server, Office(town, server.port) as office:
        asked = list(islice(_askings(town, office), checkouts))
        load = drive(server.port, map(_checkout, asked))
    commit_ms = spread(durable_commits_ms(town.data, COMMITS, [NOTE] * CLIENTS))["p50"]
    floors = {"bare ASGI": bare_requests_per_s(), "group commit": CLIENTS * 1000 / commit_ms}
    took = spread(load.requests_ms)
    return [
        Figure(
            what=f"API: {len(asked)} whole checkouts",
            unit="/s",
            measured={"requests": load.requests_per_s, "checkouts": len(asked) / load.seconds},
            floors=floors,
            target=f"requests ≥ {RATIO_MIN} × bare",
            is_met=load.requests_per_s >= RATIO_MIN * floors["bare ASGI"],
        ),
        Figure(
            what="API: each request of those",
            unit="ms",
            measured=took,
            floors={"group commit": commit_ms},
            target=f"p99 ≤ {P99_MS_MAX:.0f} ms",
            is_met=took["p99"] <= P99_MS_MAX,
        ),
    ]


def _askings(town: Town, office: Office) -> Iterator[Asking]:
    for cooperative in town.cooperatives:
        people = cooperative.accountant, cooperative.head, town.reviewer
        cookies = [office.of(who).cookie for who in people]
        for item in cooperative.vouchers:
            yield Asking(item, *cookies)


def _checkout(asking: Asking) -> Journey:
    asked = {"items": [asking.item], "mode": "read", "purpose": "查阅凭证"}
    filed = json.loads((yield request("POST", "/api/v1/requests", asking.accountant, asked)))
    here = f"/api/v1/requests/{filed['checkout']}"
    for approver in (asking.head, asking.reviewer):
        read = json.loads((yield request("GET", here, approver)))
        yield request("POST", f"{here}/approvals", approver, {"agrees": True, "shown": read["shown"]})
