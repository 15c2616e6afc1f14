"""The stretches of time one can ask for, by a word or by two days."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from server.documents.intake.cells import Refusal
from server.documents.intake.dates import read_date
from server.web import times
from server.web.language import N_

PERIODS: Mapping[str, str] = {
    "": N_("全部时间"),
    "today": N_("今天"),
    "week": N_("最近 7 天"),
    "month": N_("最近 30 天"),
    "year": N_("最近一年"),
    "dates": N_("自己定日期"),
}
DAYS_OF_PERIOD = {"today": 0, "week": 6, "month": 29, "year": 364}
"""How many days before today a period begins. Dates given in the address count where no period is."""


def read_period(period: str, since: str, until: str, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The first moment and the first no longer wanted; what cannot be read counts as not said."""
    if (days := DAYS_OF_PERIOD.get(period)) is not None:
        return times.start_of_day(now.astimezone(times.ZONE).date() - timedelta(days=days)), None
    first, last = read_date(since), read_date(until)
    return (
        None if isinstance(first, Refusal) else times.start_of_day(first),
        None if isinstance(last, Refusal) else times.start_of_day(last + timedelta(days=1)),
    )
