"""What a roster would do, row by row, as pages show it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from server.usecases.roster_plan import PlannedRow
from server.web.language import N_
from server.web.views.reading import Reading

MEANS: Mapping[str, str] = {
    "cabinet_registered": N_("登记共管柜"),
    "cooperative_registered": N_("登记合作社"),
    "cooperative_changed": N_("更正登记"),
    "mandate_recorded": N_("登记委托保管授权"),
    "person_registered": N_("登记人员"),
    "person_changed": N_("更正登记"),
    "role_granted": N_("授予职务"),
    "card_issued": N_("发放门卡"),
    "item_registered": N_("登记保管物"),
    "item_changed": N_("更正登记"),
}
"""What each type of event that a roster can lead to means."""


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row that is new or different: its sheet, what it is about, and what would be recorded, in words."""

    sheet: str
    what: str
    is_new: bool
    means: str


def roster_rows(rows: Iterable[PlannedRow], reading: Reading) -> tuple[RosterRow, ...]:
    """The rows in the order of the sheets."""
    return tuple(
        RosterRow(row.sheet, row.what, row.is_new, reading.say("、").join(_means(row.events, reading))) for row in rows
    )


def _means(events: Iterable[str], reading: Reading) -> Iterable[str]:
    return dict.fromkeys(reading.say(MEANS[event]) for event in events)
