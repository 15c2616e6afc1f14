"""Problems of a roster told in few lines: what is left out for one row's fault is one line a sheet, not one a row."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from server.custody.roster import RowProblem

RANGES_MAX = 12


def summed_up(problems: Iterable[RowProblem]) -> tuple[RowProblem, ...]:
    """The problems in their order; those of one sheet with the same `because` become one, where the first one was."""
    groups: dict[object, list[RowProblem]] = {}
    for number, problem in enumerate(problems):
        groups.setdefault((problem.sheet, problem.because) if problem.because else number, []).append(problem)
    return tuple(group[0] if len(group) == 1 else _one_line(group) for group in groups.values())


def row_ranges(rows: Sequence[int]) -> str:
    """Row numbers in ascending order as people write them: `4、9–12、20`; after `RANGES_MAX` ranges only 等."""
    ends = [first for first, second in pairwise(rows) if second != first + 1]
    starts = [second for first, second in pairwise(rows) if second != first + 1]
    ranges = list(zip([rows[0], *starts], [*ends, rows[-1]], strict=True))
    said = "、".join(f"{start}" if start == end else f"{start}–{end}" for start, end in ranges[:RANGES_MAX])
    return said if len(ranges) <= RANGES_MAX else f"{said}等"


def _one_line(group: Sequence[RowProblem]) -> RowProblem:
    first, rows = group[0], sorted({problem.row for problem in group if problem.row is not None})
    expected = f"随{first.because}一起没有读入的还有 {len(rows)} 行：{row_ranges(rows)}。请先改好那一行。"
    return replace(first, expected=expected, rows=len(rows))
