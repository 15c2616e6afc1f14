"""How long things run: a contract to its last day, a volume of vouchers to the end of its retention; a role its term.

Of things it is read from `Item.details`, which keep the roster's columns as text. What cannot be read there has no
end here.
"""

import re
from datetime import date, timedelta

from server.custody.facts import Item
from server.custody.people import Grant
from server.custody.states import ItemKind

RETENTION_YEARS = 30
"""How long vouchers are kept, counted from the first day after their year (会计档案管理办法)."""
ROLE_WARNED_DAYS = 30
"""So many days before its last one a role's term warns whoever holds it."""
_TERM = re.compile(r"(?:(\d{1,3})年)?(?:(\d{1,2})个月)?")


def contract_end(item: Item) -> date | None:
    """The last day of a contract: signed on 签订日期, for 期限 (`3年`, `2年6个月`)."""
    signed, months = _day(item.details.get("签订日期", "")), _months(item.details.get("期限", ""))
    if item.kind is not ItemKind.CONTRACT or signed is None or months is None:
        return None
    return _months_later(signed, months) - timedelta(days=1)


def retention_end(item: Item) -> date | None:
    """The last day on which a volume of vouchers has to be kept."""
    year = item.details.get("年度", "")
    if item.kind is not ItemKind.VOUCHER or not year.isdecimal():
        return None
    return date(int(year) + RETENTION_YEARS, 12, 31)


def is_past_retention(item: Item, today: date) -> bool:
    """Whether a volume of vouchers has been kept for as long as it must be."""
    end = retention_end(item)
    return end is not None and today > end


def days_of_role(grant: Grant, today: date) -> int | None:
    """How many days the role's term still runs, once it warns; 0 on its last day. None while it is far off, or over."""
    if grant.until is None:
        return None
    left = (grant.until - today).days
    return left if 0 <= left <= ROLE_WARNED_DAYS else None


def is_ending(item: Item, today: date, warned_days: int) -> bool:
    """Whether a contract runs out within the days in which somebody should see to it."""
    end = contract_end(item)
    return end is not None and timedelta(0) <= end - today <= timedelta(days=warned_days)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _months(text: str) -> int | None:
    found = _TERM.fullmatch(text) if text else None
    return None if found is None else int(found[1] or 0) * 12 + int(found[2] or 0)


def _months_later(day: date, months: int) -> date:
    """The same day some months later, or the last one of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first_of_next = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), first_of_next - timedelta(days=1))
