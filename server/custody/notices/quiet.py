"""When people may be disturbed: at once, in the daytime, or while the township hall works."""

from collections.abc import Callable, Mapping
from datetime import datetime, time
from enum import StrEnum

from firmware_protocol.times import CHINA
from server.custody.working_days import WORKING_HOURS, Calendar, day_of


class Manner(StrEnum):
    """How pressing a step is. What may not be said yet is said when its hours begin, if it is still true."""

    AT_ONCE = "at_once"
    DAYTIME = "daytime"
    WORKING_HOURS = "working_hours"


DAYTIME = (time(7, 30), time(21, 0))


def may_speak(manner: Manner, now: datetime, calendar: Calendar) -> bool:
    """Whether people may be disturbed now."""
    return _MAY_SPEAK[manner](now, calendar)


def _in_daytime(now: datetime, _calendar: Calendar) -> bool:
    return DAYTIME[0] <= now.astimezone(CHINA).time() < DAYTIME[1]


def _in_working_hours(now: datetime, calendar: Calendar) -> bool:
    at = now.astimezone(CHINA).time()
    return calendar.is_working_day(day_of(now)) and WORKING_HOURS[0][0] <= at < WORKING_HOURS[-1][1]


_MAY_SPEAK: Mapping[Manner, Callable[[datetime, Calendar], bool]] = {
    Manner.AT_ONCE: lambda _now, _calendar: True,
    Manner.DAYTIME: _in_daytime,
    Manner.WORKING_HOURS: _in_working_hours,
}
