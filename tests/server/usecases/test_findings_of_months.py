"""What a supervisor is told of months that were not made public."""

from datetime import datetime

import pytest

from firmware_protocol.times import CHINA
from server.usecases.export_paper import ExportPaper, export_paper
from tests.server.town import Town
from tests.server.usecases.test_findings import is_quiet, verifies, watches

DECEMBER_15 = datetime(2026, 12, 15, 9, 0, tzinfo=CHINA)


def uses_its_seal(town: Town) -> None:
    """东坑一社's seal goes out and comes back."""
    assert town.hall is not None
    decided = town.permitted()
    for way in ("take", "return"):
        town.hall.opens(way, decided, town.item("东坑一社"))
    town.hall.sends()


def prints(town: Town, month: str) -> None:
    """The office prints 东坑一社's table of that month."""
    asked = ExportPaper(
        by=town.person("何慧敏").id,
        form="disclosure",
        format="pdf",
        rows=1,
        sha256="0" * 64,
        cooperative=town.cooperative("东坑一社"),
        checkout=None,
        title="用印情况公开表",
        period=month,
        month=month,
    )
    town.do(export_paper, asked)


@pytest.mark.parametrize(
    ("printed", "noticed"),
    [
        ((), True),
        ((("2026-11", 20),), False),
        ((("2026-11", 2),), True),
        ((("2026-12", 20),), True),
    ],
    ids=["never", "in December", "while November lasted", "another month"],
)
def test_a_month_whose_table_nobody_printed_is_noticed_after_the_fifteenth(
    town: Town, printed: tuple[tuple[str, int], ...], noticed: bool
) -> None:
    uses_its_seal(town)
    for month, days in printed:
        town.passes(days=days)
        prints(town, month)
    town.now = DECEMBER_15
    assert watches(town).findings == ()
    town.passes(days=1)
    assert watches(town).findings == ((f"A26:{town.cooperative('东坑一社')}:2026-11",) if noticed else ())
    assert is_quiet(town)
    assert verifies(town)
