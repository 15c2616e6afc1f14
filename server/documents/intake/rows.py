"""From a sheet's rows to records: skip what is not a row, read the fields, apply the rules, admit or refuse."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from server.custody.roster import RowProblem
from server.documents.intake.cells import (
    CellValue,
    Mended,
    Refusal,
    as_shown,
    as_text,
    compact,
    formula_in,
    invisible_in,
    is_blank,
)
from server.documents.intake.fields import REQUIRED, Field, Layout
from server.documents.intake.headings import HEADING_ROW_MAX, Column, Headings, find_headings, plain_heading
from server.documents.intake.numbers import with_unit
from server.documents.intake.records import Record
from server.documents.intake.rules import R, Rule
from server.documents.intake.spreadsheet import ROWS_MAX, Sheet, UnreadableWorkbook
from server.documents.intake.town import Town

Progress = Callable[[str, int, int | None], None]
"""Told now and then: the sheet, how many rows of it were read, and how many it claims to have (None: unknown)."""
PROGRESS_EVERY_ROWS = 500
_NOT_A_ROW = re.compile(
    "(合计|总计|小计|共计|累计)|(填表人|制表人|填报人|制表|审核人|负责人|经办人|备注|注|说明|填表日期|制表日期):"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a sheet under its headings: what stands in it, by field."""

    sheet: str
    number: int
    columns: Mapping[str, Column]
    cells: Mapping[str, CellValue]

    def problem(
        self, field: str, rule: str, expected: str, because: str = "", *, is_reminder: bool = False
    ) -> RowProblem:
        """Something to say about the cell of one field; `because` of which other row, where it is not its own fault."""
        column = self.columns.get(field)
        return RowProblem(
            sheet=self.sheet,
            row=self.number,
            column=column.heading if column else "",
            found=as_shown(self.cells.get(field)),
            expected=expected,
            rule=rule,
            is_reminder=is_reminder,
            because=because,
        )


@dataclass(frozen=True, slots=True)
class Admission:
    """What became of one row: the record, or None where it was refused, and everything there is to say about it.

    A sheet's headings are answered for by an admission without a record.
    """

    line: Line
    record: Record | None
    problems: tuple[RowProblem, ...]


def admit_sheet(layout: Layout[Any], sheet: Sheet, town: Town, progress: Progress) -> Iterator[Admission]:
    """Admits a sheet's rows in order. A sheet without usable headings yields only what is wrong with them."""
    rows = _counted(sheet, progress)
    top = list(islice(rows, HEADING_ROW_MAX))
    headings = find_headings(layout, top)
    faults = _heading_faults(layout, sheet, headings)
    if headings is None or faults:
        yield Admission(Line(sheet.title, 0, {}, {}), None, faults)
        return
    for line in _lines(sheet, headings, chain(top, rows)):
        yield admit(layout, line, town)


def admit(layout: Layout[R], line: Line, town: Town) -> Admission:
    """Reads one row and either lets later rows refer to it, or refuses it with every reason there is."""
    values, problems, mended = _read_fields(layout, line, town)
    if not problems:
        record = layout.record(sheet=line.sheet, row=line.number, **values)
        problems = broken_rules(layout.refusals, record, line, town)
        if not problems:
            reminders = broken_rules(layout.reminders, record, line, town, are_reminders=True)
            town.admit(record)
            return Admission(line, record, (*mended, *reminders))
    if layout.known_by:
        town.refuse(layout.record, as_text(line.cells.get(layout.known_by)), f"《{line.sheet}》第 {line.number} 行")
    return Admission(line, None, tuple(problems))


def broken_rules(
    rules: Sequence[Rule[R]], record: R, line: Line, town: Town, *, are_reminders: bool = False
) -> list[RowProblem]:
    """A problem for every rule that the record breaks."""
    answers = ((rule, rule.broken_by(record, town)) for rule in rules)
    return [
        line.problem(rule.column, rule.name, sentence, is_reminder=are_reminders)
        for rule, sentence in answers
        if sentence is not None
    ]


def _read_fields(
    layout: Layout[Any], line: Line, town: Town
) -> tuple[dict[str, Any], list[RowProblem], list[RowProblem]]:
    """The values by field, what refuses the row, and what was read otherwise than it stands there."""
    values: dict[str, Any] = {}
    problems, mended = [], []
    for field in layout.fields:
        value = _read_field(field, line, town)
        if isinstance(value, Refusal):
            problems.append(line.problem(field.name, value.rule, value.expected or field.expected, value.because))
        if isinstance(value, Mended):
            mended.append(line.problem(field.name, value.rule, value.sentence, is_reminder=True))
        if character := invisible_in(line.cells.get(field.name)):
            sentence = f"里面有看不见的字符（U+{ord(character):04X}），已经去掉；请在表里也去掉。"
            mended.append(line.problem(field.name, "invisible", sentence, is_reminder=True))
        values[field.name] = value.value if isinstance(value, Mended) else value
    return values, problems, mended


def _read_field(field: Field, line: Line, town: Town) -> object:
    cell = line.cells.get(field.name)
    if is_blank(cell):
        return Refusal("blank", f"不能空。{field.expected}") if field.blank is REQUIRED else field.blank
    if refusal := formula_in(cell):
        return refusal
    value = field.read(with_unit(cell, line.columns[field.name].unit, field.units))
    return value if field.find is None or isinstance(value, Refusal) else field.find(value, town)


def _counted(sheet: Sheet, progress: Progress) -> Iterator[tuple[int, tuple[CellValue, ...]]]:
    filled = number = 0
    for number, cells in sheet.rows():
        filled += any(cell is not None for cell in cells)
        if filled > ROWS_MAX:
            raise UnreadableWorkbook(f"《{sheet.title}》超过 {ROWS_MAX} 行，请分成几个文件导入。")
        if number % PROGRESS_EVERY_ROWS == 0:
            progress(sheet.title, number, sheet.row_count)
        yield number, cells
    progress(sheet.title, number, number)


def _lines(sheet: Sheet, headings: Headings, rows: Iterator[tuple[int, tuple[CellValue, ...]]]) -> Iterator[Line]:
    """The rows below the headings that are rows: not blank, not a total or a foot, not the headings again."""
    merged = _MergedDownwards(sheet)
    for number, cells in rows:
        filled = merged.fill(number, cells)
        if number <= headings.row or _is_no_row(cells, headings):
            continue
        yield Line(sheet.title, number, headings.columns, _by_field(filled, headings))


def _by_field(cells: Sequence[CellValue], headings: Headings) -> dict[str, CellValue]:
    return {
        name: cells[column.index] if column.index < len(cells) else None for name, column in headings.columns.items()
    }


def _is_no_row(cells: Sequence[CellValue], headings: Headings) -> bool:
    own = _by_field(cells, headings)
    if all(is_blank(value) for value in own.values()):
        return True
    first = next(value for value in cells if not is_blank(value))
    if isinstance(first, str) and _NOT_A_ROW.match(compact(first)):
        return True
    return all(plain_heading(as_text(own[name])) == column.heading for name, column in headings.columns.items())


class _MergedDownwards:
    """Gives the cells below the first of a merged range the value that a person sees in them."""

    def __init__(self, sheet: Sheet) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for column, first, last in sheet.merged:
            self._starts.setdefault(first, []).append((column, last))
        self._held: dict[int, tuple[int, CellValue]] = {}

    def fill(self, number: int, cells: tuple[CellValue, ...]) -> tuple[CellValue, ...]:
        """The row with its merged cells filled; called once for every row, in order."""
        filled = list(cells)
        for column, (last, value) in self._held.items():
            if number <= last and column < len(filled) and filled[column] is None:
                filled[column] = value
        for column, last in self._starts.get(number, ()):
            if column < len(cells):
                self._held[column] = (last, cells[column])
        return tuple(filled)


def _heading_faults(layout: Layout[Any], sheet: Sheet, headings: Headings | None) -> tuple[RowProblem, ...]:
    if headings is None:
        names = "、".join(field.heading for field in layout.fields)
        return (_heading_fault(sheet, None, "", "no-headings", f"没有找到表头。表头这一行要有：{names}。"),)
    missing = [("missing-column", field.heading, f"缺少“{field.heading}”这一列。") for field in headings.missing]
    twice = [
        ("column-twice", field.heading, f"有两列都是“{field.heading}”，请留一列。") for field in headings.ambiguous
    ]
    return tuple(
        _heading_fault(sheet, headings.row, column, rule, expected) for rule, column, expected in missing + twice
    )


def _heading_fault(sheet: Sheet, row: int | None, column: str, rule: str, expected: str) -> RowProblem:
    return RowProblem(sheet=sheet.title, row=row, column=column, found="", expected=expected, rule=rule)
