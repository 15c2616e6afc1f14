"""Dates as people write them: 2020-9-3, 2015年6月1日, 2013.11.20, 20150601, 二〇一五年六月一日, or real ones."""

import re
import unicodedata
from datetime import date, datetime, timedelta

from server.documents.intake.cells import CellValue, Refusal, as_text, tidy

EXPECTED = "日期写成 2026-11-23 或 2026年11月23日 都可以，年月日要写全。"
YEAR_MIN = 1900
YEAR_MAX = 2100
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_SERIAL_MIN = 18264  # 1950-01-01
_SERIAL_MAX = 73415  # 2100-12-31
_TIME_OF_DAY = r"(?:[\sT]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?"
_WEEKDAY = r"(?:\s*\(?(?:星期|周)[一二三四五六日天]\)?)?"
_SEPARATED = re.compile(
    rf"(\d{{4}})\s*[-./、。,年]\s*(\d{{1,2}})\s*[-./、。,月]\s*(\d{{1,2}})\s*[日号]?{_WEEKDAY}{_TIME_OF_DAY}", re.ASCII
)
_RUN_TOGETHER = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_IN_CHINESE = re.compile(
    "([〇零0一二三四五六七八九]{4})年([一二三四五六七八九]|十[一二]?)月([一二三四五六七八九]?十?[一二三四五六七八九]?)[日号]"
)
_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_VARIANTS = str.maketrans(dict.fromkeys("○Oo", "〇") | dict.fromkeys("‐‑‒–—―−﹣", "-"))


def read_date(value: CellValue) -> date | Refusal:
    """The day a cell means, its time of day left out. A number is a day as Excel counts them, or eight digits."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, bool):
        return Refusal("date")
    if isinstance(value, float) and _SERIAL_MIN <= value < _SERIAL_MAX + 1:
        value = int(value)
    return _from_text(as_text(value))


def _from_text(text: str) -> date | Refusal:
    text = unicodedata.normalize("NFKC", tidy(text).translate(_VARIANTS)).strip()
    if text.isascii() and text.isdigit() and _SERIAL_MIN <= int(text[:9]) <= _SERIAL_MAX:
        return _EXCEL_DAY_ZERO + timedelta(days=int(text))
    if match := _SEPARATED.fullmatch(text) or _RUN_TOGETHER.fullmatch(text):
        return _day(*(int(part) for part in match.groups()))
    if match := _IN_CHINESE.fullmatch(text):
        return _day(_digits(match[1]), _chinese_number(match[2]), _chinese_number(match[3]))
    return Refusal("date")


def _chinese_number(numeral: str) -> int:
    """十一 is 11, 二十 is 20, 三 is 3."""
    tens, ten, ones = numeral.rpartition("十")
    return 10 * _digits(tens or "一" if ten else "〇") + _digits(ones or "〇")


def _digits(numeral: str) -> int:
    return int(numeral.translate(_CHINESE_DIGITS))


def _day(year: int, month: int, day: int) -> date | Refusal:
    if not YEAR_MIN <= year <= YEAR_MAX:
        return Refusal("date", f"年份应在 {YEAR_MIN} 到 {YEAR_MAX} 之间。")
    if not 1 <= month <= 12:
        return Refusal("no-such-date", f"没有 {month} 月，请核对日期。")
    try:
        return date(year, month, day)
    except ValueError:
        return Refusal("no-such-date", f"{year} 年 {month} 月没有 {day} 日，请核对日期。")
