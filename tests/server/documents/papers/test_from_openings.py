"""Openings as the register of doors tells them: every end an opening can have is said in words."""

import pytest

from server.custody.facts import Opening
from server.documents.papers.from_openings import ACTIONS, RESULTS, opened_doors
from server.store.lists.registers import Names
from server.web.sentences import ACTIONS as TOLD_ACTIONS
from server.web.sentences import OUTCOMES as TOLD_OUTCOMES
from tests.server.cast import NOW

CUT_SHORT = "interrupted"
"""What an opening came to that its agent never finished; no entry says so of itself."""


def opening(**changes: object) -> Opening:
    known = {"action": "take", "outcome": None, **changes}
    return Opening(
        id="o-1",
        agent="hall-1",
        place="CAB-01/7",
        permit="m-1",
        checkout=None,
        deposit=None,
        persons=("p-1", "p-2", "p-3"),
        intended_at=NOW,
        **known,  # type: ignore[arg-type]
    )


def test_every_outcome_and_action_that_the_log_tells_has_words_on_the_register() -> None:
    assert RESULTS.keys() == {*TOLD_OUTCOMES, CUT_SHORT}
    assert ACTIONS.keys() == TOLD_ACTIONS.keys()


@pytest.mark.parametrize(
    ("outcome", "way", "result"),
    [
        (None, "凭许可", "未结束"),
        ("taken", "凭许可", "已取出"),
        ("counted", "凭许可", "已清点"),
        ("interrupted", "凭许可", "中断，不清楚门开没开"),
        ("cleared", "应急清柜", "应急打开"),
    ],
    ids=["going on", "taken", "counted", "cut short", "a whole cabinet cleared"],
)
def test_a_row_says_how_a_door_was_opened_and_what_came_of_it(outcome: str | None, way: str, result: str) -> None:
    (row,) = opened_doors([opening(outcome=outcome)], Names())
    assert (row.cabinet, row.compartment, row.way, row.result) == ("CAB-01", "7", way, result)
    assert (row.first, row.second) == ("p-1", "p-2、p-3")
