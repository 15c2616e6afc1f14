"""A demo that is started again finds what there is to try, and the log says nothing of its looking."""

from pathlib import Path

from sqlalchemy import text

from server.demo.township import arrange_last_deposit, demo_roster, draft_last_handover
from server.township import Township, now, opened
from tests.scenarios.founded import Founded


def test_only_the_first_start_arranges_what_there_is_to_try_and_no_start_is_refused(
    tmp_path: Path, founded: Founded
) -> None:
    with opened(founded.copy_to(tmp_path)) as township:
        first, second = _said_at_a_start(township), _said_at_a_start(township)
    assert ("deposit_arranged" in first, "handover_opened" in first) == (True, True)
    assert [each for each in first if each.endswith("_refused")] == second == []


def _said_at_a_start(township: Township) -> list[str]:
    """The types of the entries that a start of the demo appends."""
    before = _types(township)
    arrange_last_deposit(township, demo_roster(now()))
    draft_last_handover(township, demo_roster(now()))
    return _types(township)[len(before) :]


def _types(township: Township) -> list[str]:
    with township.database.reading() as reader:
        return list(reader.execute(text("SELECT type FROM entries ORDER BY position")).scalars())
