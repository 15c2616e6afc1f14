"""Until when contracts run and vouchers are kept, and from when a mandate and a role's term warn."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from server.custody.mandates import warned_days, warning_level
from server.custody.people import Grant
from server.custody.roles import Role
from server.custody.states import ItemKind
from server.custody.terms import contract_end, days_of_role, is_ending, is_past_retention, retention_end
from tests.server.cast import DONGKENG_1, NOW, contract, seal

CONTRACTS = {
    "three years": ("2023-11-24", "3年", date(2026, 11, 23)),
    "half a year more": ("2024-05-24", "2年6个月", date(2026, 11, 23)),
    "seven months": ("2026-04-24", "7个月", date(2026, 11, 23)),
    "across the end of a year": ("2025-12-01", "1年", date(2026, 11, 30)),
    "into December": ("2025-06-15", "6个月", date(2025, 12, 14)),
    "from a leap day": ("2024-02-29", "1年", date(2025, 2, 27)),
    "to a short month": ("2025-08-31", "6个月", date(2026, 2, 27)),
    "without a term": ("2024-05-24", "", None),
    "with a term nobody can read": ("2024-05-24", "长期", None),
    "unsigned": ("", "3年", None),
}


@pytest.mark.parametrize("case", CONTRACTS)
def test_a_contract_runs_to_the_day_before_its_anniversary(case: str) -> None:
    signed, term, end = CONTRACTS[case]
    assert contract_end(contract(details={"签订日期": signed, "期限": term})) == end


@pytest.mark.parametrize(
    ("days", "expected"),
    [(-1, True), (0, True), (90, False), (-89, True), (-90, True), (-91, False)],
    ids=["a day before", "the last day", "long over", "89 days before", "90 days before", "91 days before"],
)
def test_a_contract_warns_for_ninety_days(days: int, expected: bool) -> None:
    ends_today = contract(details={"签订日期": "2023-11-24", "期限": "3年"})
    assert is_ending(ends_today, date(2026, 11, 23) + timedelta(days=days), 90) is expected


def test_vouchers_are_kept_for_thirty_years_after_theirs() -> None:
    volume = replace(contract(), kind=ItemKind.VOUCHER, details={"年度": "2024"})
    assert retention_end(volume) == date(2054, 12, 31)
    assert retention_end(replace(volume, details={})) is None


@pytest.mark.parametrize(
    ("today", "expected"),
    [(date(2054, 12, 31), False), (date(2055, 1, 1), True)],
    ids=["the last day", "the day after"],
)
def test_a_volume_is_kept_to_the_last_day(today: date, expected: bool) -> None:
    volume = replace(contract(), kind=ItemKind.VOUCHER, details={"年度": "2024"})
    assert is_past_retention(volume, today) is expected
    assert is_past_retention(replace(volume, details={}), today) is False


@pytest.mark.parametrize(
    ("left", "expected"),
    [(31, None), (30, 30), (0, 0), (-1, None)],
    ids=["31 days", "30 days", "the last day", "over"],
)
def test_a_term_warns_from_thirty_days_before_its_end(left: int, expected: int | None) -> None:
    grant = Grant(person="p-1", role=Role.HEAD, until=NOW.date() + timedelta(days=left))
    assert days_of_role(grant, NOW.date()) == expected
    assert days_of_role(replace(grant, until=None), NOW.date()) is None


def test_a_seal_has_no_term() -> None:
    details = {"签订日期": "2023-11-24", "期限": "3年", "年度": "2024"}
    assert (contract_end(seal(details=details)), retention_end(seal(details=details))) == (None, None)


@pytest.mark.parametrize(
    ("left", "expected"),
    [(61, None), (60, 60), (31, 31), (7, 7), (0, 0), (-1, None)],
    ids=["61 days", "60 days", "31 days", "a week", "the last day", "over"],
)
def test_a_mandate_warns_from_sixty_days_before_its_end(left: int, expected: int | None) -> None:
    cooperative = replace(DONGKENG_1, expires_on=NOW.date() + timedelta(days=left))
    assert warned_days(cooperative, NOW) == expected
    assert warned_days(replace(cooperative, revoked_on=NOW.date()), NOW) is None


@pytest.mark.parametrize(("days", "level"), [(60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7)])
def test_a_warning_has_three_levels(days: int, level: int) -> None:
    assert warning_level(days) == level
