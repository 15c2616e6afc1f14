"""Times and amounts read as people write them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from server.web import times

NOW = datetime(2026, 11, 23, 9, 32, tzinfo=times.ZONE)


def same(source: str) -> str:
    return source


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (datetime(2026, 11, 23, 9, 12, tzinfo=times.ZONE), "11月23日 周一 09:12", "Mon 23 Nov 09:12"),
        (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "11月23日 周一 00:30", "Mon 23 Nov 00:30"),
        (datetime(2025, 12, 31, 23, 59, tzinfo=times.ZONE), "2025年12月31日 周三 23:59", "Wed 31 Dec 2025 23:59"),
    ],
    ids=["this morning", "told in UTC", "another year"],
)
def test_a_moment_names_day_weekday_and_minute(at: datetime, zh: str, en: str) -> None:
    assert (times.moment(at, NOW, "zh"), times.moment(at, NOW, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "刚才"),
        (timedelta(minutes=20), "20 分钟前"),
        (timedelta(hours=3, minutes=59), "3 小时前"),
        (timedelta(days=1), ""),
        (timedelta(seconds=-1), ""),
    ],
    ids=["seconds", "minutes", "hours", "no longer fresh", "not yet"],
)
def test_only_what_is_fresh_says_how_long_ago(passed: timedelta, words: str) -> None:
    assert times.ago(NOW - passed, NOW, same) == words


@pytest.mark.parametrize(
    ("to_go", "words"),
    [
        (timedelta(minutes=18, seconds=59), "还有 18 分钟"),
        (timedelta(seconds=5), "还有 1 分钟"),
        (timedelta(hours=23), "还有 23 小时"),
        (timedelta(minutes=-12), "已超 12 分钟"),
        (timedelta(days=-3), "已超 3 天"),
    ],
    ids=["minutes left", "almost due", "hours left", "minutes late", "days late"],
)
def test_what_is_held_counts_down_and_then_up(to_go: timedelta, words: str) -> None:
    assert times.remaining(NOW + to_go, NOW, same) == words


@pytest.mark.parametrize(
    ("cents", "words"), [(1_234_500, "12,345.00"), (5, "0.05"), (0, "0.00"), (24_700_000, "247,000.00")], ids=str
)
def test_amounts_have_thousands_and_two_decimals(cents: int, words: str) -> None:
    assert times.yuan(cents) == words


def test_a_day_begins_at_midnight_in_the_hall() -> None:
    assert times.iso(times.start_of_day(date(2026, 11, 23))) == "2026-11-23T00:00:00+08:00"
