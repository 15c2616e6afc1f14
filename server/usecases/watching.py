"""Looking over the log and over what is out, on a reader: what the rules notice, and how far they have looked.

Entries are looked at once, in the order of the log; what is out, and emergencies that wait, each time. Looking again
at what was looked at before notices the same findings, which are then known already.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from server.custody.findings.breaks_in_the_record import Away
from server.custody.findings.finding import Noticed, Sighting
from server.custody.findings.rulebook import DEFAULT, Rulebook
from server.custody.holidays import calendar_of
from server.store.bookmarks import bookmark
from server.store.database import Reader
from server.store.fact_rows import FactRows
from server.store.lists import entries, sightings
from server.store.uploads import Uploads
from server.usecases.comparing_sealed import Comparing
from server.usecases.gathering import TAG_NEWS, Gathering

READER = "findings"
POSITIONS_A_LOOK = 20_000
AT_ONCE = frozenset(
    {
        *("door_forced", "lock_released", "pulse_unaccounted", "opening_interrupted", "items_missing"),
        *("device_contradiction", "device_equivocated", "log_disputed", "verification_run"),
    }
)
"""Entries after which nobody should wait for the next look."""
FORCED = "door_forced"
IDLE_MAX = 1_000
"""Entries that mean nothing to any rule are passed over without a note of it, up to so many."""
LOOKED_AT = (
    AT_ONCE
    | TAG_NEWS
    | {
        *("door_opened", "items_taken", "items_returned", "copies_stated"),
        *("clock_stepped", "server_clock_stepped"),
        *("checkout_filed", "checkout_corrected", "documents_filed", "handover_completed"),
    }
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What was noticed, and the doors among it that opened without a permit.

    Entries before `position` need not be looked at again; `is_behind` where more are waiting already. `is_idle` where
    there was nothing new to look at.
    """

    noticed: tuple[Noticed, ...]
    forced: tuple[Sighting, ...]
    position: int
    is_behind: bool
    is_idle: bool


def look(
    reader: Reader,
    now: datetime,
    away: Sequence[Away] = (),
    rules: Rulebook = DEFAULT,
    *,
    uploads: Uploads | None = None,
) -> Watched:
    """Look over everything new. `away` are the agents nobody hears of, which only the link knows.

    `uploads` is where the documents lie that are compared with what was approved; None: nobody compares them.
    """
    since, size = bookmark(reader, READER), entries.log_size(reader)
    until = min(size, since + POSITIONS_A_LOOK)
    seen = sightings.sightings(reader, LOOKED_AT, since, until)
    noticed = judged(Comparing(Gathering(reader, FactRows(reader), seen, now), uploads), away, rules)
    forced = tuple(each for each in seen if each.type == FORCED)
    return Watched(noticed, forced, until, is_behind=until < size, is_idle=not seen and until < since + IDLE_MAX)


def judged(comparing: Comparing, away: Sequence[Away], rules: Rulebook) -> tuple[Noticed, ...]:
    """What every rule notices, in the township's own working hours."""
    gathering = comparing.gathering
    seen, calendar = gathering.seen, calendar_of(gathering.facts)
    return tuple(
        chain(
            rules.opened_without_permit.judge(seen),
            rules.forced_doors.judge(seen),
            rules.overdue.judge(gathering.held()),
            replace(rules.after_hours, calendar=calendar).judge(seen),
            rules.copies_differ.judge(comparing.sealed()),
            rules.used_before_approval.judge(gathering.used()),
            rules.often_used.judge(gathering.weeks_of_use()),
            rules.votes.judge(gathering.resolved()),
            rules.forbidden_matters.judge(gathering.matters()),
            rules.two_parts.judge((*gathering.parts(), *gathering.hands())),
            rules.often_off_site.judge(gathering.months_of_use()),
            rules.count_differs.judge(gathering.out_of_place()),
            rules.unpublished.judge(gathering.months_to_publish(rules.unpublished.due_day)),
            replace(rules.breaks_in_the_record, calendar=calendar).judge((*seen, *away)),
            rules.late_handovers.judge(gathering.open_handovers()),
        )
    )
