"""What is left out for another row's fault is told in one line a sheet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.custody.roster import RowProblem
from server.custody.roster_problems import RANGES_MAX, row_ranges, summed_up


def problem(row: int, because: str = "", sheet: str = "印章") -> RowProblem:
    """One row that was not read."""
    return RowProblem(
        sheet=sheet, row=row, column="合作社名称", found="某某社", expected="写好。", rule="x", because=because
    )


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([5], "5"),
        ([5, 6], "5–6"),
        ([4, 9, 10, 11, 20], "4、9–11、20"),
        (list(range(1, 99, 2)), "、".join(map(str, range(1, 2 * RANGES_MAX, 2))) + "等"),
    ],
    ids=["one", "two neighbours", "some apart", "too many to say"],
)
def test_rows_are_said_in_ranges(rows: list[int], said: str) -> None:
    assert row_ranges(rows) == said


CAUSES = ("", "《合作社》第 5 行", "《合作社》第 6 行")
problems = st.lists(
    st.builds(problem, st.integers(1, 60), st.sampled_from(CAUSES), st.sampled_from(["印章", "合同"])),
    unique_by=lambda each: (each.sheet, each.row),
)


@given(found=problems)
def test_no_row_is_lost_and_no_cause_is_told_twice_in_a_sheet(found: list[RowProblem]) -> None:
    told = summed_up(found)
    assert sum(each.rows for each in told) == len(found)
    assert [each for each in told if not each.because] == [each for each in found if not each.because]
    followers = [(each.sheet, each.because) for each in told if each.because]
    assert len(followers) == len(set(followers))
