"""Working days: Monday to Friday, less the public holidays, plus the days worked in exchange (调休); hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from firmware_protocol.times import CHINA


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are worked. `holidays` are weekdays off, `exchanged` weekend days that are worked."""

    holidays: frozenset[date] = frozenset()
    exchanged: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool:
        """Whether the township hall is open that day."""
        return day in self.exchanged or (day.weekday() < 5 and day not in self.holidays)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        following = day + timedelta(days=1)
        while not self.is_working_day(following):
            following += timedelta(days=1)
        return following


WORKING_HOURS = ((time(8, 30), time(12, 0)), (time(14, 30), time(17, 30)))
"""When the township hall works. Clocks of approvals run only then."""

DAY_MINUTES = 390
"""The minutes of one working day: those of `WORKING_HOURS`."""

WEEKDAYS = Calendar()
"""No public holidays: right for a window that is cut at 72 hours anyway."""


def day_of(moment: datetime) -> date:
    """The day in China."""
    return moment.astimezone(CHINA).date()


def end_of_day(day: date) -> datetime:
    """The last moment of that day in China."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=CHINA)


def end_of_next_working_day(now: datetime, calendar: Calendar) -> datetime:
    """The last moment of the first working day after `now`'s day in China."""
    return end_of_day(calendar.next_working_day(day_of(now)))


def end_of_working_day_after(now: datetime, days: int, calendar: Calendar) -> datetime:
    """The last moment of the `days`-th working day after `now`'s day in China; 0: of that day itself."""
    day = day_of(now)
    for _ in range(days):
        day = calendar.next_working_day(day)
    return end_of_day(day)


def after_working_minutes(since: datetime, minutes: int, calendar: Calendar) -> datetime:
    """The moment when `minutes` of working time have passed since then."""
    left, day = timedelta(minutes=minutes), day_of(since)
    while True:
        for opens, closes in _hours_of(day, calendar):
            worked = closes - max(opens, since)
            if worked >= left:
                return closes - worked + left
            left -= max(worked, timedelta(0))
        day = calendar.next_working_day(day)


def _hours_of(day: date, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    if calendar.is_working_day(day):
        for begins, ends in WORKING_HOURS:
            yield datetime.combine(day, begins, tzinfo=CHINA), datetime.combine(day, ends, tzinfo=CHINA)
