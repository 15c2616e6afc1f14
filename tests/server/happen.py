"""A small world for tests of what events make true: 东坑一社 and 东坑二社 in a cabinet, told event by event."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from firmware_protocol.entries import SERVER
from server.custody.facts import Cooperative
from server.custody.happenings import Happening
from server.custody.people import Standing
from server.custody.policy.words import Mode
from server.custody.policy.writing import plain
from server.custody.replay import World
from server.custody.states import SealType
from tests.server.cast import (
    ACCOUNTANT,
    AGENT,
    CABINET_OFFICER,
    DONGKENG_1,
    DONGKENG_2,
    NOW,
    demanded,
)

SEAL, FINANCE, NEIGHBOURS_SEAL = "i-official", "i-finance", "i-neighbour"
AT_THE_DOOR = (ACCOUNTANT, CABINET_OFFICER)


def at_server(
    event_type: str, about: dict[str, Any], body: dict[str, Any] | None = None, at: datetime = NOW
) -> Happening:
    """An event of the server."""
    return Happening(SERVER, at, event_type, about, body or {})


def at_cabinet(event_type: str, about: dict[str, Any], at: datetime = NOW, by: str = AGENT) -> Happening:
    """An event of an agent."""
    return Happening(by, at, event_type, about)


def furnished_world() -> World:
    """Two cooperatives with their things in the cabinet."""
    world = World()
    for happening in _furnishing():
        world.happen(happening)
    return world


def filed(items: Sequence[str] = (SEAL,), checkout: str = "k-1", mode: Mode = Mode.ON_SITE) -> Happening:
    """游少玉 asks."""
    about = {
        "checkout": checkout,
        "cooperative": DONGKENG_1.id,
        "items": list(items),
        "person": ACCOUNTANT.id,
        "mode": mode,
        "matter": "routine",
        "policy": 1,
    }
    texts = {"purpose": "签合同", "document": "合同", "copies": 1}
    return at_server("checkout_filed", about, {"holder": ACCOUNTANT.id, **texts, "demands": plain(demanded(mode))})


def permitted(checkout: str = "k-1", permit: str = "m-1", agent: str = AGENT) -> list[Happening]:
    """Both approvals, and the permit."""
    about = {"permit": permit, "checkout": checkout, "agent": agent, "compartment": DONGKENG_1.place, "document": "00"}
    body = {"document": "", "slip": "", "not_after": "2026-11-24T23:59:59+08:00", "attempts": 3}
    return [
        at_server("checkout_endorsed", {"checkout": checkout, "person": "p-liao", "step": "head"}),
        at_server("checkout_approved", {"checkout": checkout, "person": "p-he", "step": "office"}),
        at_server("permit_issued", about, body),
    ]


def moved(
    event_type: str,
    items: Sequence[str] = (SEAL,),
    *,
    at: datetime = NOW,
    by: str = AGENT,
    people: Sequence[Standing] = AT_THE_DOOR,
    **about: Any,
) -> Happening:
    """Items went out of, into or missing from 东坑一社's compartment."""
    usual = {
        "opening": "o-1",
        "compartment": DONGKENG_1.place,
        "permit": "m-1",
        "checkout": "k-1",
        "items": list(items),
        "persons": [who.id for who in people],
    }
    return at_cabinet(event_type, {**usual, **about}, at, by)


def intended(action: str = "take", attempt: int = 1, at: datetime = NOW, by: str = AGENT, **about: Any) -> Happening:
    """A pulse is about to happen."""
    usual = {
        "opening": "o-1",
        "action": action,
        "compartment": DONGKENG_1.place,
        "permit": "m-1",
        "checkout": "k-1",
        "persons": [who.id for who in AT_THE_DOOR],
        "attempt": attempt,
    }
    return at_cabinet("opening_intended", {**usual, **about}, at, by)


def _furnishing() -> list[Happening]:
    items = ((SEAL, DONGKENG_1, SealType.OFFICIAL), (FINANCE, DONGKENG_1, SealType.FINANCE))
    neighbours = (NEIGHBOURS_SEAL, DONGKENG_2, SealType.OFFICIAL)
    return [
        at_server(
            "cabinet_registered",
            {"cabinet": "CAB-01", "compartments": 24},
            {"place": "", "board": "", "port": "", "baud": None, "board_addresses": "", "lock_feedback": ""},
        ),
        at_server(
            "agent_added",
            {"agent": AGENT, "epoch": 1, "key": "vkey", "cabinets": ["CAB-01"]},
            {"broker_password": "00"},
        ),
        *(_cooperative(each) for each in (DONGKENG_1, DONGKENG_2)),
        *(_registered(*each) for each in (*items, neighbours)),
        at_server("counted_in_for_demonstration", {"items": [SEAL, FINANCE, NEIGHBOURS_SEAL]}),
    ]


def _cooperative(each: Cooperative) -> Happening:
    fields = asdict(each)
    body = {key: fields[key] for key in ("code", "village", "name", "short_name", "credit_code", "members")}
    return at_server("cooperative_registered", {"cooperative": each.id, "compartment": each.place}, body)


def _registered(item: str, cooperative: Cooperative, seal_type: SealType) -> Happening:
    about = {"item": item, "cooperative": cooperative.id, "kind": "seal"}
    return at_server("item_registered", about, {"name": item, "key": item, "seal_type": seal_type, "details": {}})
