"""The office says which days are not worked, and which weekend days are."""

from dataclasses import dataclass
from datetime import date

from server.custody.refusals import Refused
from server.custody.roles import MAY_SET_HOLIDAYS
from server.store.work import Work
from server.usecases.refusing import acting, refuse

DAYS_MAX = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHolidays:
    """The whole calendar as it is to be: it replaces the one before."""

    by: str
    holidays: tuple[date, ...]
    exchanged: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class HolidaysSet:
    """How many days off, and how many worked in exchange, the calendar has now."""

    holidays: int
    exchanged: int


def set_holidays(work: Work, asked: SetHolidays) -> HolidaysSet | Refused:
    """Set the calendar, or say why not."""
    who = acting(work, asked.by)
    if not who.person.is_active or not who.holds_any(MAY_SET_HOLIDAYS):
        return refuse(work, Refused("holidays_role", "节假日由三资办负责人设定。请联系三资办负责人。"), asked.by)
    if len(asked.holidays) + len(asked.exchanged) > DAYS_MAX or set(asked.holidays) & set(asked.exchanged):
        said = "同一天不能又放假又上班，一共最多写 400 天。请核对。"
        return refuse(work, Refused("holidays_days", said), asked.by)
    days = {name: sorted(day.isoformat() for day in set(getattr(asked, name))) for name in ("holidays", "exchanged")}
    work.record("holidays_set", {"person": asked.by, **days})
    return HolidaysSet(len(days["holidays"]), len(days["exchanged"]))
