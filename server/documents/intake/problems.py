"""What is wrong or odd in a workbook, told to the person who will mend it."""

from collections.abc import Iterable

from server.custody.roster import RowProblem

HEADINGS = ("工作表", "行", "列", "现有内容", "要求", "级别")
ERROR = "错误"
REMINDER = "提醒"


def problems_table(problems: Iterable[RowProblem]) -> list[list[str]]:
    """The problems as a table of texts for a screen or a CSV file; the first line is its headings."""
    return [list(HEADINGS), *(_line(problem) for problem in problems)]


def _line(problem: RowProblem) -> list[str]:
    row = "" if problem.row is None else str(problem.row)
    severity = REMINDER if problem.is_reminder else ERROR
    return [problem.sheet, row, problem.column, problem.found, problem.expected, severity]
