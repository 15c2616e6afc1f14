"""Working days: Monday to Friday, less the public holidays, plus the days worked in exchange (调休)."""

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


WEEKDAYS = Calendar()
"""No public holidays: right for a window that is cut at 72 hours anyway."""


def end_of_day(day: date) -> datetime:
    """The last moment of that day in China."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=CHINA)


def end_of_next_working_day(now: datetime, calendar: Calendar) -> datetime:
    """The last moment of the first working day after `now`'s day in China."""
    return end_of_day(calendar.next_working_day(now.astimezone(CHINA).date()))
