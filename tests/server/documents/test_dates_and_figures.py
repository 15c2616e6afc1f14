"""The readers of single cells, by themselves: every form of a date, an amount, a term, a code."""

import sys
import unicodedata
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.documents.intake.cells import (
    CellValue,
    Fault,
    Formula,
    Refusal,
    as_shown,
    compact,
    invisible_in,
    is_blank,
    tidy,
)
from server.documents.intake.dates import read_date
from server.documents.intake.identifiers import is_credit_code, read_card, read_phone
from server.documents.intake.numbers import read_amount_cents, read_term_months, whole_number
from server.documents.intake.vouchers import number_range

DATES = {
    "2020-9-3": date(2020, 9, 3),
    "2020—09—03": date(2020, 9, 3),
    "2015年6月1日": date(2015, 6, 1),
    "2015 年 6 月 1 号": date(2015, 6, 1),
    "2013.11.20": date(2013, 11, 20),
    "2013。11。20": date(2013, 11, 20),
    "2016/8/17": date(2016, 8, 17),
    "２０１６／８／１７": date(2016, 8, 17),
    "20150601": date(2015, 6, 1),
    "42156": date(2015, 6, 1),
    "2020-09-03 00:00:00": date(2020, 9, 3),
    "2020-09-03T08:30": date(2020, 9, 3),
    "2020年9月3日（星期四）": date(2020, 9, 3),
    "二〇一五年六月一日": date(2015, 6, 1),
    "二○二五年十二月二十一日": date(2025, 12, 21),
    "二OO九年十月十日": date(2009, 10, 10),
}


@pytest.mark.parametrize(("written", "meant"), DATES.items(), ids=DATES)
def test_a_date_is_read_as_written(written: str, meant: date) -> None:
    assert read_date(written) == meant


@pytest.mark.parametrize(
    "written",
    ["2015年6月", "2015", "9/3/2020", "15.6.1", "2015-6-1至2016-6-1", "不详", "99999", "1", "2015-06-0112:00"],
)
def test_what_may_be_another_date_is_not_read(written: str) -> None:
    assert read_date(written) == Refusal("date")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2023-02-30", "2023 年 2 月没有 30 日，请核对日期。"),
        ("2023-02-29", "2023 年 2 月没有 29 日，请核对日期。"),
        ("2023.13.1", "没有 13 月，请核对日期。"),
        ("二〇二三年四月三十一日", "2023 年 4 月没有 31 日，请核对日期。"),
        ("20230230", "2023 年 2 月没有 30 日，请核对日期。"),
    ],
)
def test_a_date_that_does_not_exist_is_refused_with_the_reason(written: str, reason: str) -> None:
    assert read_date(written) == Refusal("no-such-date", reason)


def test_leap_days_exist() -> None:
    assert read_date("2024-2-29") == date(2024, 2, 29)


FORMS = ("{0.year}-{0.month}-{0.day}", "{0:%Y年%m月%d日}", "{0.year}.{0.month}.{0.day}", "{0:%Y/%m/%d}", "{0:%Y%m%d}")
FULL_WIDTH = str.maketrans("0123456789-./", "０１２３４５６７８９－．／")


@given(
    day=st.dates(date(1950, 1, 1), date(2100, 12, 31)),
    form=st.sampled_from(FORMS),
    is_full_width=st.booleans(),
    padding=st.text(" 　\t\u00a0", max_size=3),
)
def test_every_day_is_read_in_every_form(day: date, form: str, is_full_width: bool, padding: str) -> None:
    written = form.format(day)
    written = written.translate(FULL_WIDTH) if is_full_width else written
    assert read_date(f"{padding}{written}{padding}") == day


@given(day=st.dates(date(1950, 1, 1), date(2100, 12, 31)), at=st.times())
def test_every_day_is_read_as_excel_has_it(day: date, at: time) -> None:
    serial = (day - date(1899, 12, 30)).days
    assert [read_date(day), read_date(datetime.combine(day, at)), read_date(serial), read_date(serial + 0.4)] == [
        day
    ] * 4


AMOUNTS: dict[CellValue, int] = {
    247000: 24_700_000,
    "247000": 24_700_000,
    "247,000.00元": 24_700_000,
    "人民币247，000元整": 24_700_000,
    "￥ 247 000": 24_700_000,
    "24.7万": 24_700_000,
    "24.7万元": 24_700_000,
    "2.5千元": 250_000,
    "1.2亿元": 12_000_000_000,
    0.01: 1,
    1234.56: 123_456,
    1234.5600000000002: 123_456,
}
NOT_AMOUNTS: list[CellValue] = [
    0, -1, "-247000", 0.001, "24,7", "2,47,000", "24.7.0", "约24万", "24万/年", "247.000", "面议", "万", True, 1e300,
    float("nan"), float("inf"), "9" * 400, time(1), timedelta(1),
]  # fmt: skip


@pytest.mark.parametrize(("written", "cents"), AMOUNTS.items(), ids=map(repr, AMOUNTS))
def test_an_amount_is_read_to_the_cent(written: CellValue, cents: int) -> None:
    assert read_amount_cents(written) == cents


@pytest.mark.parametrize("written", NOT_AMOUNTS, ids=lambda written: repr(written)[:20])
def test_an_amount_that_is_not_plain_is_not_read(written: CellValue) -> None:
    assert isinstance(read_amount_cents(written), Refusal)


@given(cents=st.integers(1, 10**13))
def test_every_amount_is_read_in_every_form(cents: int) -> None:
    yuan = f"{cents // 100}.{cents % 100:02}"
    grouped = f"{cents // 100:,}.{cents % 100:02}元"
    in_wan = f"{cents // 1_000_000}.{cents % 1_000_000:06}万"
    assert [read_amount_cents(form) for form in (yuan, grouped, in_wan)] == [cents] * 3


TERMS: dict[CellValue, int] = {3: 36, "3年": 36, 1.5: 18, "18个月": 18, 70: 840, "７０": 840, "0.5": 6}


@pytest.mark.parametrize(("written", "months"), TERMS.items(), ids=map(repr, TERMS))
def test_a_term_is_read_in_months(written: CellValue, months: int) -> None:
    assert read_term_months(written) == months


@pytest.mark.parametrize("written", [0, -3, 70.5, "841个月", "长期", "3.3", "2021-2024", True, "三年", "1e1"])
def test_a_term_that_is_none_is_not_read(written: CellValue) -> None:
    assert isinstance(read_term_months(written), Refusal)


CREDIT_CODES = {
    "N2442001MF60313725": True,
    "91350100M000100Y43": True,
    "91350100M000100Y44": False,
    "N2442001MF60313752": False,
    "N244200IMF60313725": False,
    "N2442001MF6031372": False,
    "": False,
}


@pytest.mark.parametrize(("code", "is_right"), CREDIT_CODES.items(), ids=CREDIT_CODES)
def test_the_check_character_of_a_credit_code(code: str, is_right: bool) -> None:
    assert is_credit_code(code) is is_right


@given(place=st.integers(0, 17), letter=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_wrong_character_of_a_credit_code_is_always_found(place: int, letter: str) -> None:
    code = "N2442001MF60313725"
    changed = code[:place] + letter + code[place + 1 :]
    assert is_credit_code(changed) is (changed == code)


RANGES = {
    "001-040": (1, 40),
    "1～40": (1, 40),
    "001—040号": (1, 40),
    "记字第001号至040号": (1, 40),
    "记001-记040": (1, 40),
    "7-7": (7, 7),
    "040-001": (40, 1),
    "收001-020、付001-009": None,
    "全部": None,
    "": None,
}


@pytest.mark.parametrize(("written", "numbers"), RANGES.items(), ids=RANGES)
def test_a_range_of_vouchers(written: str, numbers: tuple[int, int] | None) -> None:
    assert number_range(written) == numbers


anything: st.SearchStrategy[CellValue] = st.one_of(
    st.none(),
    st.text(),
    st.text("0123456789０１２３年月日-./,.万元个 　", max_size=14),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.datetimes(),
    st.dates(),
    st.times(),
    st.timedeltas(),
    st.builds(Formula, st.text()),
    st.builds(Fault, st.text()),
)
READERS = [
    read_date,
    read_amount_cents,
    read_term_months,
    read_phone,
    read_card,
    whole_number("页"),
    as_shown,
    is_blank,
]


def test_every_character_that_only_formats_is_known_and_taken_out() -> None:
    formats = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]
    assert [
        f"U+{ord(each):04X}" for each in formats if not invisible_in(each) or tidy(f"廖{each}坤东") != "廖坤东"
    ] == []


@given(value=anything)
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_no_cell_makes_a_reader_fail(reader: object, value: CellValue) -> None:
    assert callable(reader)
    assert reader(value) is not None


@given(text=st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
    assert not any(character.isspace() for character in compact(text))
