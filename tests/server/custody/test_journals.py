"""When a journal lacks what the server has of it."""

from datetime import datetime, timedelta

import pytest

from server.custody.contradictions import SENTENCES
from server.custody.journals import BREAKS, is_behind
from tests.server.cast import NOW

SECOND = timedelta(seconds=1)
SAID = {
    "all of it": (7, NOW, False),
    "more than was taken": (8, NOW, False),
    "less, written before": (6, NOW + SECOND, True),
    "less, at the same moment": (6, NOW, True),
    "less, in a message from before": (6, NOW - SECOND, False),
    "nothing": (0, NOW + SECOND, True),
}


@pytest.mark.parametrize(("last_seq", "said_at", "behind"), SAID.values(), ids=SAID.keys())
def test_a_journal_says_how_far_it_goes(last_seq: int, said_at: datetime, behind: bool) -> None:
    assert is_behind(last_seq, said_at, 7, NOW) is behind


def test_every_break_has_its_sentence() -> None:
    assert set(SENTENCES) >= BREAKS
