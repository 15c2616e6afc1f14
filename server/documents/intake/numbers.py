"""Counts, amounts and terms as people write them: 8页, 247,000.00元, 24.7万, 3年, 18个月."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from server.documents.intake.cells import CellValue, Refusal, as_text, compact

TERM_MONTHS_MAX = 70 * 12
COUNT_MAX = 999_999_999
AMOUNT_CENTS_MAX = 10**15
_NUMBER = r"(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,15})?"
_BARE = re.compile(_NUMBER, re.ASCII)
_AMOUNT = re.compile(rf"(?:人民币|RMB|CNY|¥)*{_NUMBER}(百万|千万|亿|万|千)?(?:元|圆)?整?", re.ASCII)
_TERM = re.compile(rf"{_NUMBER}(个月|年)?", re.ASCII)
_MULTIPLES = {"": 1, "千": 1_000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_NOTHING_OWED = frozenset(("无", "0", "0元", "0.00", "0.00元"))
_HALF_A_YEAR = Decimal("0.5")


def whole_number(*measure_words: str, least: int = 1, most: int = COUNT_MAX) -> Callable[[CellValue], int | Refusal]:
    """A reader of whole numbers within limits, which may carry one of the measure words (8, 8页, 第8页)."""
    words = "|".join(map(re.escape, measure_words))
    written = re.compile(rf"[第共]?{_NUMBER}(?:{words})?", re.ASCII)

    def read(value: CellValue) -> int | Refusal:
        match = None if isinstance(value, bool) else written.fullmatch(compact(as_text(value)))
        number = _decimal(match[1], match[2]) if match else None
        if number is None or number % 1 or not least <= number <= most:
            return Refusal("whole-number")
        return int(number)

    return read


def read_amount_cents(value: CellValue) -> int | Refusal:
    """A positive amount of money in hundredths of 元. Refuses more than two decimals: 12.000 may mean 12,000."""
    match = None if isinstance(value, bool) else _AMOUNT.fullmatch(compact(as_text(value)).upper())
    if match is None:
        return Refusal("positive-amount")
    cents = _decimal(match[1], match[2]) * _MULTIPLES[match[3] or ""] * 100
    if cents % 1 or (match[3] is None and len(match[2] or "") > len(".00")):
        return Refusal("positive-amount", "金额最多写到分，请核对小数点。")
    if not 0 < cents <= AMOUNT_CENTS_MAX:
        return Refusal("positive-amount")
    return int(cents)


def read_arrears_cents(value: CellValue) -> int | Refusal:
    """What somebody still owes, in hundredths of 元; 0 where it says that nothing is owed."""
    if isinstance(value, bool):
        return Refusal("positive-amount")
    return 0 if compact(as_text(value)) in _NOTHING_OWED else read_amount_cents(value)


def read_term_months(value: CellValue) -> int | Refusal:
    """A positive term in months, at most 70 years. A number alone counts years."""
    match = None if isinstance(value, bool) else _TERM.fullmatch(compact(as_text(value)))
    if match is None:
        return Refusal("term")
    months = _decimal(match[1], match[2]) * (1 if match[3] == "个月" else 12)
    if months % 1:
        return Refusal("term", "期限要是整月，例如 3、1.5 或 7个月。")
    if months > TERM_MONTHS_MAX:
        return Refusal("term", "期限最长 70 年，请核对。")
    return int(months) if months > 0 else Refusal("term")


def with_unit(value: CellValue, unit: str, suffixes: Mapping[str, str]) -> CellValue:
    """A bare number in a column headed with another unit (总金额(万元)) gets that unit's suffix."""
    suffix = suffixes.get(unit)
    text = compact(as_text(value))
    return f"{text}{suffix}" if suffix and _BARE.fullmatch(text) else value


def _decimal(whole: str, fraction: str | None) -> Decimal:
    return Decimal(whole.replace(",", "") + (fraction or ""))
