"""The township's calendar as it stands: public holidays, and weekend days worked in exchange."""

from dataclasses import dataclass
from datetime import date

from server.custody.happenings import Known
from server.custody.working_days import WEEKDAYS, Calendar

CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holidays:
    """The one calendar of a township; days as ISO text (`2026-10-01`), in order."""

    id: str
    holidays: tuple[str, ...]
    exchanged: tuple[str, ...]

    @property
    def calendar(self) -> Calendar:
        """The days as `working_days` counts them."""
        return Calendar(_days(self.holidays), _days(self.exchanged))


def calendar_of(known: Known) -> Calendar:
    """The township's calendar, or plain weeks where none was set."""
    holidays = known.get(Holidays, CALENDAR)
    return WEEKDAYS if holidays is None else holidays.calendar


def _days(texts: tuple[str, ...]) -> frozenset[date]:
    return frozenset(date.fromisoformat(text) for text in texts)
