"""Times and amounts as people here write them: 11月23日 周一 09:12, 20 分钟前, 12,345.00 元.

Instants are aware; what is shown is China Standard Time, which knows no summer time.
"""

from datetime import date, datetime, time, timedelta, timezone

from server.web.language import Translate

ZONE = timezone(timedelta(hours=8), "CST")
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(at: date, this_year: int, code: str) -> str:
    """11月23日 周一 (`code` zh) or Mon 23 Nov (`code` en); the year only when it is not this one."""
    if code == "en":
        year = "" if at.year == this_year else f" {at.year}"
        return f"{WEEKDAYS_EN[at.weekday()]} {at.day} {MONTHS_EN[at.month - 1]}{year}"
    year = "" if at.year == this_year else f"{at.year}年"
    return f"{year}{at.month}月{at.day}日 {WEEKDAYS[at.weekday()]}"


def clock(at: datetime) -> str:
    """09:12."""
    return f"{at.astimezone(ZONE):%H:%M}"


def moment(at: datetime, now: datetime, code: str) -> str:
    """11月23日 周一 09:12."""
    here = at.astimezone(ZONE)
    return f"{day(here.date(), now.astimezone(ZONE).year, code)} {here:%H:%M}"


def ago(at: datetime, now: datetime, _: Translate) -> str:
    """20 分钟前, while that is fresher than a day; otherwise nothing."""
    passed = now - at
    if not timedelta(0) <= passed < DAY:
        return ""
    if passed < MINUTE:
        return _("刚才")
    if passed < HOUR:
        return _("%(n)s 分钟前") % {"n": passed // MINUTE}
    return _("%(n)s 小时前") % {"n": passed // HOUR}


def span(length: timedelta, _: Translate) -> str:
    """A length of time in its largest fitting unit: 18 分钟, 3 小时, 2 天; at least one minute."""
    if length < 2 * HOUR:
        return _("%(n)s 分钟") % {"n": max(1, length // MINUTE)}
    if length < 2 * DAY:
        return _("%(n)s 小时") % {"n": length // HOUR}
    return _("%(n)s 天") % {"n": length // DAY}


def remaining(due: datetime, now: datetime, _: Translate) -> str:
    """还有 18 分钟, or 已超 12 分钟."""
    if now < due:
        return _("还有 %(span)s") % {"span": span(due - now, _)}
    return _("已超 %(span)s") % {"span": span(now - due, _)}


def iso(at: datetime) -> str:
    """RFC 3339 with offset, for machines and `datetime` attributes."""
    return at.astimezone(ZONE).isoformat(timespec="seconds")


def start_of_day(at: date) -> datetime:
    """The first moment of the day in the hall."""
    return datetime.combine(at, time(), ZONE)


def yuan(cents: int) -> str:
    """12,345.00 for 1234500 hundredths of 元."""
    return f"{cents // 100:,}.{cents % 100:02d}"


def month(at: date, code: str) -> str:
    """2026年11月 (`code` zh) or Nov 2026 (`code` en)."""
    return f"{MONTHS_EN[at.month - 1]} {at.year}" if code == "en" else f"{at.year}年{at.month}月"


def date_with_year(at: date, code: str) -> str:
    """2030年9月21日 (`code` zh) or 21 Sep 2030 (`code` en)."""
    return f"{at.day} {MONTHS_EN[at.month - 1]} {at.year}" if code == "en" else f"{at.year}年{at.month}月{at.day}日"
