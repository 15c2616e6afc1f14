"""What a seal lives through: the table is complete, every rule says no where it should, and nothing else does."""

from dataclasses import replace
from typing import Any

import pytest

from server.custody.lives import (
    REPLACEABLE,
    SEAL_LIFECYCLE,
    Change,
    LifeStep,
    Succession,
    life_after,
    refuse_change,
    refuse_succession,
    refuse_unused_seals,
    seal_diagram,
    steps_from,
)
from server.custody.refusals import Refused
from server.custody.states import ItemState, SealLife, SealType
from tests.server.cast import (
    ACCOUNTANT,
    CABINET_OFFICER,
    HEAD,
    NEIGHBOUR,
    OFFICE_HEAD,
    REVIEWER,
    SUPERVISOR,
    blocked,
    contract,
    seal,
)
from tests.server.custody.handovers.lists import INSPECTOR, OWN_REVIEWER

SURRENDERED = seal(life=SealLife.SURRENDERED)
SUCCESSOR = seal(id="i-new")


def rule(refused: Refused | None) -> str | None:
    return None if refused is None else refused.rule


def change(**changes: Any) -> Change:
    """何慧敏 stops a seal after a change of name."""
    usual = Change(who=REVIEWER, item=seal(), step=LifeStep.STOP, reason="更名")
    return replace(usual, **changes)


def destruction(**changes: Any) -> Change:
    """A surrendered seal is destroyed before two people."""
    usual = {"item": SURRENDERED, "step": LifeStep.DESTROY, "watchers": (INSPECTOR, CABINET_OFFICER), "photos": 1}
    return change(**{**usual, **changes})


CHANGES: dict[str, tuple[Change, str | None]] = {
    "stopped by the reviewer": (change(), None),
    "frozen by the office's head": (change(who=OFFICE_HEAD, step=LifeStep.FREEZE), None),
    "stopped by the officer": (change(who=CABINET_OFFICER), "seal_role"),
    "stopped by somebody blocked": (change(who=blocked(REVIEWER)), "seal_role"),
    "stopped by its own": (change(who=OWN_REVIEWER), "own_cooperative"),
    "reported lost by its head": (change(who=HEAD, step=LifeStep.LOSE), None),
    "reported lost by its accountant": (change(who=ACCOUNTANT, step=LifeStep.LOSE), None),
    "reported lost by a neighbour": (change(who=NEIGHBOUR, step=LifeStep.LOSE), "seal_role"),
    "reported lost by its supervisor": (change(who=SUPERVISOR, step=LifeStep.LOSE), "seal_role"),
    "a contract": (change(item=contract()), "not_a_seal"),
    "on no ground": (change(reason=" "), "no_reason"),
    "stopped twice": (change(item=seal(life=SealLife.STOPPED)), "seal_step"),
    "voided before it was lost": (change(step=LifeStep.VOID), "seal_step"),
    "surrendered while outside": (
        change(step=LifeStep.SURRENDER, item=seal(life=SealLife.STOPPED, state=ItemState.OUT)),
        "not_inside",
    ),
    "surrendered inside": (change(step=LifeStep.SURRENDER, item=seal(life=SealLife.STOPPED)), None),
    "destroyed before two": (destruction(), None),
    "destroyed, and nobody took a picture": (destruction(photos=0), "no_photo"),
    "destroyed before one": (destruction(watchers=(INSPECTOR,)), "two_watchers"),
    "destroyed before one, named twice": (destruction(watchers=(INSPECTOR, INSPECTOR)), "two_watchers"),
    "destroyed before oneself": (destruction(watchers=(INSPECTOR, REVIEWER)), "two_watchers"),
    "destroyed before somebody blocked": (destruction(watchers=(INSPECTOR, blocked(HEAD))), "two_watchers"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_step_is_taken_only_by_the_rules(case: str) -> None:
    asked, expected = CHANGES[case]
    assert rule(refuse_change(asked)) == expected


SUCCESSIONS: dict[str, tuple[Succession, str | None]] = {
    "the new one": (Succession(who=REVIEWER, item=SURRENDERED, successor=SUCCESSOR), None),
    "by the head": (Succession(who=HEAD, item=SURRENDERED, successor=SUCCESSOR), "seal_role"),
    "by its own": (Succession(who=OWN_REVIEWER, item=SURRENDERED, successor=SUCCESSOR), "own_cooperative"),
    "of one in use": (Succession(who=REVIEWER, item=seal(), successor=SUCCESSOR), "not_replaceable"),
    "of one that has one": (
        Succession(who=REVIEWER, item=replace(SURRENDERED, successor="i-x"), successor=SUCCESSOR),
        "not_replaceable",
    ),
    "itself": (Succession(who=REVIEWER, item=SURRENDERED, successor=SURRENDERED), "unlike_successor"),
    "of another kind": (
        Succession(who=REVIEWER, item=SURRENDERED, successor=seal(SealType.FINANCE)),
        "unlike_successor",
    ),
    "of another cooperative": (
        Succession(who=REVIEWER, item=SURRENDERED, successor=replace(SUCCESSOR, cooperative="c-other")),
        "unlike_successor",
    ),
}


@pytest.mark.parametrize("case", SUCCESSIONS)
def test_a_seal_is_succeeded_only_by_its_like(case: str) -> None:
    asked, expected = SUCCESSIONS[case]
    assert rule(refuse_succession(asked)) == expected


@pytest.mark.parametrize("life", SealLife)
def test_only_a_seal_in_use_is_used(life: SealLife) -> None:
    assert rule(refuse_unused_seals([contract(), seal(life=life)])) == (
        None if life is SealLife.IN_USE else "seal_not_in_use"
    )


def test_every_life_is_reached_and_destruction_is_the_end() -> None:
    reached = {SealLife.IN_USE}
    while more := {b for (a, _), b in SEAL_LIFECYCLE.items() if a in reached} - reached:
        reached |= more
    assert reached == set(SealLife)
    assert steps_from(SealLife.DESTROYED) == ()
    assert {life for life in SealLife if life_after(life, LifeStep.DESTROY)} == {SealLife.SURRENDERED}


def test_whatever_is_replaced_cannot_simply_be_used_again() -> None:
    assert all(life_after(life, step) is not SealLife.IN_USE for life in REPLACEABLE for step in LifeStep)


def test_the_diagram_shows_every_line_of_the_table() -> None:
    assert len(seal_diagram().splitlines()) == len(SEAL_LIFECYCLE) + 2
