"""What a township's uses come to: counted, and how long people waited. Pure; shown with denominators, never ranked."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from firmware_protocol.times import CHINA
from server.custody.states import ItemKind

HOURS = range(24)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class OneUse:
    """One checkout that was taken. `permitted_at` is None where no permit is on record; `was_late` on its return."""

    cooperative: str
    kinds: frozenset[ItemKind]
    off_site: bool
    filed_at: datetime
    permitted_at: datetime | None
    taken_at: datetime
    was_late: bool

    @property
    def turnaround_minutes(self) -> int | None:
        """From the request to the permit."""
        return None if self.permitted_at is None else max(0, (self.permitted_at - self.filed_at) // MINUTE)


@dataclass(frozen=True, slots=True)
class Turnaround:
    """How long approvals took: half of them at most `median_minutes`, nine of ten at most `p90_minutes`."""

    requests: int
    median_minutes: int
    p90_minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of a stretch of time. `by_week` is keyed by each week's Monday, the earliest first."""

    uses: int
    off_site: int
    late: int
    turnaround: Turnaround | None
    by_cooperative: Mapping[str, int]
    by_kind: Mapping[ItemKind, int]
    by_hour: tuple[int, ...]
    by_week: Mapping[date, Turnaround]


def figures_of(uses: Iterable[OneUse]) -> Figures:
    """Count everything once."""
    every = tuple(uses)
    hours = Counter(each.taken_at.astimezone(CHINA).hour for each in every)
    return Figures(
        uses=len(every),
        off_site=sum(each.off_site for each in every),
        late=sum(each.was_late for each in every),
        turnaround=turnaround_of(every),
        by_cooperative=dict(Counter(each.cooperative for each in every).most_common()),
        by_kind=dict(Counter(kind for each in every for kind in each.kinds)),
        by_hour=tuple(hours[hour] for hour in HOURS),
        by_week=_by_week(every),
    )


def turnaround_of(uses: Iterable[OneUse]) -> Turnaround | None:
    """How long the approvals of these took; None where nothing was approved."""
    minutes = sorted(each.turnaround_minutes for each in uses if each.turnaround_minutes is not None)
    if not minutes:
        return None
    return Turnaround(len(minutes), percentile(minutes, 50), percentile(minutes, 90))


def percentile(ordered: Sequence[int], percent: int) -> int:
    """The smallest value that is at least as large as `percent` of the values (nearest rank). `ordered` ascending."""
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)]


def _by_week(uses: Sequence[OneUse]) -> dict[date, Turnaround]:
    weeks: dict[date, list[OneUse]] = {}
    for each in sorted(uses, key=lambda each: each.filed_at):
        weeks.setdefault(_monday(each.filed_at), []).append(each)
    found = ((monday, turnaround_of(of_week)) for monday, of_week in weeks.items())
    return {monday: turnaround for monday, turnaround in found if turnaround is not None}


def _monday(at: datetime) -> date:
    here = at.astimezone(CHINA).date()
    return here - timedelta(days=here.weekday())
