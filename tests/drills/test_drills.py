"""Every attack is noticed, by whom and in the words that docs/drills.md gives: the page is the table of these tests."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.drills import (
    on_clocks,
    on_databases,
    on_device_events,
    on_entries,
    on_files,
    on_keys,
    on_permits,
    on_server_clocks,
    on_witnesses,
)
from tests.drills.noticed import Drill
from tests.repository.sources import ROOT
from tests.server.operate.test_verify import EDITS

DRILLS: Mapping[str, Drill] = {
    **on_entries.DRILLS,
    **on_files.DRILLS,
    **on_databases.DRILLS,
    **on_device_events.DRILLS,
    **on_permits.DRILLS,
    **on_witnesses.DRILLS,
    **on_clocks.DRILLS,
    **on_server_clocks.DRILLS,
    **on_keys.DRILLS,
}
DRILLS_MIN = 40


def rows(page: str) -> list[tuple[str, ...]]:
    """The numbered rows of the page's tables: what is done, who notices, what they say."""
    found = re.findall(
        r"^\| (\d+) \| (.+?) \| (.+?) \| (.+?) \|$", (ROOT / "docs" / page).read_text("utf-8"), re.MULTILINE
    )
    assert [int(row[0]) for row in found] == list(range(1, len(found) + 1))
    return [row[1:] for row in found]


CHINESE, ENGLISH = rows("drills.md"), rows("drills.en.md")
PROMISED = {name: (who, says) for (name, _, _), (_, who, says) in zip(ENGLISH, CHINESE, strict=True)}


def test_the_pages_list_the_drills_that_are_done() -> None:
    assert len(DRILLS) >= DRILLS_MIN
    assert list(PROMISED) == list(DRILLS)
    assert f"另外 {len(EDITS)} 种手法" in (ROOT / "docs" / "drills.md").read_text("utf-8")
    assert f"Another {len(EDITS)} ways" in (ROOT / "docs" / "drills.en.md").read_text("utf-8")


@pytest.mark.parametrize("name", DRILLS)
def test_it_is_noticed_and_said_as_the_page_promises(name: str, tmp_path: Path) -> None:
    who, says = PROMISED[name]
    noticed = DRILLS[name](tmp_path)
    assert noticed.by == who.strip("`")
    assert says in noticed.says
