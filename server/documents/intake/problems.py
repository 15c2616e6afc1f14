"""What is wrong or odd in a workbook, told to the person who will mend it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """错误: the row is not taken in. 提醒: it is, but somebody should look."""

    ERROR = "错误"
    NOTICE = "提醒"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong or odd. `row` is None where it concerns the sheet as a whole; `rule` is the check's stable name.

    `found` is what stands in the cell as a person sees it, `expected` a Chinese sentence.
    """

    sheet: str
    row: int | None
    column: str
    found: str
    expected: str
    severity: Severity
    rule: str


HEADINGS = ("工作表", "行", "列", "现有内容", "要求", "级别")


def problems_table(problems: Iterable[Problem]) -> list[list[str]]:
    """The problems as a table of texts for a screen or a CSV file; the first line is its headings."""
    return [list(HEADINGS), *(_line(problem) for problem in problems)]


def _line(problem: Problem) -> list[str]:
    row = "" if problem.row is None else str(problem.row)
    return [problem.sheet, row, problem.column, problem.found, problem.expected, problem.severity.value]
