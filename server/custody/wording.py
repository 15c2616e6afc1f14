"""How refusals speak: names of people and places, dates as people write them."""

from collections.abc import Iterable
from datetime import date, datetime

from firmware_protocol.times import CHINA
from server.custody.people import Standing
from server.custody.roles import TITLES, Role

_WEEKDAYS = "一二三四五六日"


def say_date(day: date) -> str:
    """2026年11月23日."""
    return f"{day.year}年{day.month}月{day.day}日"


def say_moment(moment: datetime) -> str:
    """11月23日 周一 09:12, in China."""
    local = moment.astimezone(CHINA)
    return f"{local.month}月{local.day}日 周{_WEEKDAYS[local.weekday()]} {local:%H:%M}"


def say_officer(officers: Iterable[Standing], role: Role, cooperative: str | None = None) -> str:
    """理事长廖坤东, or only the title when nobody active holds it."""
    names = "、".join(o.name for o in officers if o.person.is_active and o.holds(role, cooperative))
    return TITLES[role] + names


def say_names(names: Iterable[str]) -> str:
    """甲、乙、丙."""
    return "、".join(names)
