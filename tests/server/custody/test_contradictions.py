"""A report that does not fit is named for what does not fit."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.custody.contradictions import SENTENCES, contradictions
from server.custody.happenings import Happening
from tests.server.cast import ACCOUNTANT, DONGKENG_2, HEAD, NOW
from tests.server.happen import (
    FINANCE,
    NEIGHBOURS_SEAL,
    SEAL,
    at_cabinet,
    at_server,
    filed,
    furnished_world,
    intended,
    moved,
    permitted,
)

READY = [filed(), *permitted()]
OPENED = [*READY, intended()]
TAKEN = [*OPENED, moved("items_taken")]
EXPIRED = at_server("checkout_expired", {"checkout": "k-1", "permit": "m-1"})
WITHDRAWN = at_server("checkout_withdrawn", {"checkout": "k-1", "person": ACCOUNTANT.id})
REVOKED = at_server("permit_revoked", {"permit": "m-1", "person": "p-he", "reason": "office"})

DISPUTED = {"kind": "forked", "size": 5, "root": "00" * 32, "shown_size": 7, "shown_root": "ff" * 32}
COPIES = {"opening": "o-1", "compartment": "CAB-01/1", "permit": "m-1", "checkout": "k-1"}


def stated(copies: int, **about: object) -> Happening:
    """So many copies were stamped."""
    return at_cabinet("copies_stated", {**COPIES, "copies": copies, **about})


FITTING: dict[str, tuple[list[Happening], Happening]] = {
    "the first pulse": (READY, intended()),
    "the second pulse": (OPENED, intended(attempt=2, opening="o-2")),
    "a take": (OPENED, moved("items_taken")),
    "a return": ([*TAKEN, intended("return", opening="o-2")], moved("items_returned", opening="o-2")),
    "a return long after the window": (TAKEN, intended("return", opening="o-2", at=NOW + timedelta(days=90))),
    "late news of a timely take": ([*OPENED, EXPIRED], moved("items_taken")),
    "late news of a pulse before the permit was taken back": (
        [*READY, replace(REVOKED, at=NOW + timedelta(hours=1))],
        intended(),
    ),
    "a return under a permit that was taken back": (
        [*TAKEN, REVOKED, intended("return", opening="o-2")],
        moved("items_returned", opening="o-2"),
    ),
    "as many copies as approved": (TAKEN, stated(1)),
    "a seal passed on": (TAKEN, moved("items_transferred", people=(ACCOUNTANT, HEAD))),
    "an item found missing": (OPENED, moved("items_missing", [FINANCE])),
    "a door report without an opening": ([], at_cabinet("door_forced", {"compartment": "CAB-01/1"})),
    "the agent's own affairs": ([], at_cabinet("agent_started", {"boot": 7})),
    "two histories of the log": ([], at_cabinet("log_disputed", DISPUTED)),
}

ODD: dict[str, tuple[list[Happening], Happening, str]] = {
    "an approval signed by an agent": ([], at_cabinet("checkout_approved", {"checkout": "k-1"}), "foreign_type"),
    "a type nobody knows": ([], at_cabinet("seal_kissed", {}), "foreign_type"),
    "half a dispute": ([], at_cabinet("log_disputed", {"kind": "forked"}), "malformed"),
    "half a report": ([], at_cabinet("items_taken", {"items": [SEAL]}), "malformed"),
    "another agent's door": (READY, intended(by="hall-2"), "foreign_permit"),
    "an unknown door": ([], at_cabinet("door_forced", {"compartment": "CAB-77/1"}), "foreign_compartment"),
    "an unknown item": (OPENED, moved("items_taken", ["i-nobody"]), "unknown_item"),
    "a neighbour's item": (OPENED, moved("items_taken", [NEIGHBOURS_SEAL]), "wrong_compartment"),
    "taken twice": (TAKEN, moved("items_taken"), "item_state"),
    "returned without having left": (OPENED, moved("items_returned"), "item_state"),
    "an unknown permit": (READY, intended(permit="m-9"), "unknown_permit"),
    "a permit for another door": (READY, intended(compartment=DONGKENG_2.place), "foreign_permit"),
    "a revoked permit": ([*READY, REVOKED], intended(), "permit_revoked"),
    "too late": (READY, intended(at=NOW + timedelta(days=2)), "permit_late"),
    "too early": (READY, intended(at=NOW - timedelta(hours=1)), "permit_late"),
    "the same attempt again": (OPENED, intended(opening="o-2"), "attempt_reused"),
    "one person twice": (OPENED, moved("items_taken", people=(ACCOUNTANT, ACCOUNTANT)), "one_person"),
    "one copy more": (TAKEN, stated(2), "copies_differ"),
    "copies under no checkout": (TAKEN, stated(1, checkout="k-9"), "unknown_checkout"),
    "copies without a number": (TAKEN, stated(True), "malformed"),
    "copies beyond counting": (TAKEN, stated(10**9), "malformed"),
    "passed on by somebody else": (
        TAKEN,
        moved("items_transferred", people=(HEAD, ACCOUNTANT)),
        "not_the_holder",
    ),
    "passed on to oneself": (TAKEN, moved("items_transferred", people=(ACCOUNTANT, ACCOUNTANT)), "one_person"),
    "passed on without having left": (OPENED, moved("items_transferred", people=(ACCOUNTANT, HEAD)), "item_state"),
    "an unknown item passed on": (
        TAKEN,
        moved("items_transferred", ["i-nobody"], people=(ACCOUNTANT, HEAD)),
        "unknown_item",
    ),
    "passed on under no checkout": (
        TAKEN,
        moved("items_transferred", checkout="k-9", people=(ACCOUNTANT, HEAD)),
        "unknown_checkout",
    ),
    "an unknown checkout": (OPENED, moved("items_taken", checkout="k-9"), "unknown_checkout"),
    "a withdrawn checkout": ([*OPENED, WITHDRAWN], moved("items_taken"), "checkout_state"),
    "a result without a beginning": (READY, moved("items_taken", opening="o-9"), "unknown_opening"),
}


@pytest.mark.parametrize(("before", "report"), FITTING.values(), ids=FITTING.keys())
def test_a_report_that_fits_is_not_flagged(before: list[Happening], report: Happening) -> None:
    world = furnished_world()
    for happening in before:
        world.happen(happening)
    assert contradictions(world, report) == ()


@pytest.mark.parametrize(("before", "report", "rule"), ODD.values(), ids=ODD.keys())
def test_a_report_that_does_not_fit_is_flagged(before: list[Happening], report: Happening, rule: str) -> None:
    world = furnished_world()
    for happening in before:
        world.happen(happening)
    assert rule in {found.rule for found in contradictions(world, report)}


def test_every_contradiction_has_a_sentence() -> None:
    assert {rule for *_, rule in ODD.values()} <= set(SENTENCES)
