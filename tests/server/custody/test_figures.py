"""What uses come to: medians by nearest rank, shares with what they are shares of, hours in China."""

from datetime import timedelta
from typing import Any

import pytest

from server.custody.figures import OneUse, Turnaround, figures_of, percentile, turnaround_of
from server.custody.states import ItemKind
from tests.server.cast import NOW


def use(waited_minutes: int | None = 20, **changes: Any) -> OneUse:
    """One use, approved after a while and taken half an hour later."""
    permitted_at = None if waited_minutes is None else NOW + timedelta(minutes=waited_minutes)
    usual: dict[str, Any] = {"kinds": frozenset({ItemKind.SEAL}), "off_site": False, "was_late": False}
    usual |= {"cooperative": "c-1", "filed_at": NOW, "taken_at": NOW + timedelta(minutes=30)}
    return OneUse(**{"permitted_at": permitted_at, **usual, **changes})


@pytest.mark.parametrize(
    ("values", "median", "nine"),
    [([7], 7, 7), ([1, 9], 1, 9), ([1, 2, 3], 2, 3), (list(range(1, 11)), 5, 9), (list(range(1, 102)), 51, 91)],
    ids=["one", "two", "three", "ten", "a hundred and one"],
)
def test_a_percentile_is_a_value_that_occurred(values: list[int], median: int, nine: int) -> None:
    assert (percentile(values, 50), percentile(values, 90)) == (median, nine)


def test_turnaround_counts_only_what_was_approved() -> None:
    assert turnaround_of([use(10), use(None), use(30), use(20)]) == Turnaround(3, 20, 30)
    assert turnaround_of([use(None)]) is None


def test_a_slow_clock_makes_no_negative_wait() -> None:
    assert turnaround_of([use(-3)]) == Turnaround(1, 0, 0)


def test_everything_is_counted_once() -> None:
    week = timedelta(weeks=1)
    figures = figures_of(
        (
            use(10),
            use(30, off_site=True, kinds=frozenset({ItemKind.SEAL, ItemKind.CONTRACT})),
            use(50, cooperative="c-2", filed_at=NOW - week, permitted_at=NOW - week, was_late=True),
        )
    )
    assert (figures.uses, figures.off_site, figures.late) == (3, 1, 1)
    assert figures.by_cooperative == {"c-1": 2, "c-2": 1}
    assert figures.by_kind == {ItemKind.SEAL: 3, ItemKind.CONTRACT: 1}
    assert figures.by_hour[9] == 3
    assert [(f"{monday}", each.requests) for monday, each in figures.by_week.items()] == [
        ("2026-11-16", 1),
        ("2026-11-23", 2),
    ]


def test_nothing_comes_to_nothing() -> None:
    figures = figures_of(())
    assert (figures.uses, figures.turnaround, sum(figures.by_hour)) == (0, None, 0)
