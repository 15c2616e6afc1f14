"""Any paper as an Excel file, ready to print and bind: a sheet a block, heads repeated, pages numbered.

Text is always written as text, so that nothing anybody typed becomes a formula in the reader's Excel.
"""

import io
from collections.abc import Callable
from datetime import date, datetime
from itertools import count

import xlsxwriter  # type: ignore[import-untyped]  # the package is annotated, but does not say so
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from firmware_protocol.times import CHINA
from server.documents.papers.paper import Cell, Field, Grid, Paper, Style, Table, write_cell
from server.store.lists.progress import Tell, untold

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_CHARACTERS_MAX = 32_767
SHEET_NAME_CHARACTERS_MAX = 31
GRID_COLUMNS = 12
_GRID_COLUMN_CHARACTERS = 9
_PAPER_A4 = 9
_TO_SIGN = "＿＿＿＿＿＿"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}
_TOLD_EVERY = 250
_TITLE_ROW, _SUBTITLE_ROW, _FIRST_ROW = range(3)
_LINE_POINTS, _ROW_POINTS_MAX = 18, 409
_CODE_LINE_CHARACTERS = 100
_POINTS_A_MM = 72 / 25.4

_CELL = {"font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}
_STYLES: dict[str, dict[str, object]] = {
    "title": {"font_size": 18, "bold": True, "align": "center", "valign": "vcenter"},
    "subtitle": {"font_size": 10, "valign": "vcenter", "text_wrap": True},
    "heading": _CELL | {"bold": True, "align": "center", "bg_color": "#F2F2F2"},
    "nothing": _CELL | {"align": "center"},
    Style.TEXT: _CELL,
    Style.CODE: _CELL,
    Style.COUNT: _CELL | {"num_format": "0", "align": "center"},
    Style.AMOUNT: _CELL | {"num_format": "#,##0.00"},
    Style.TIME: _CELL | {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
    Style.DATE: _CELL | {"num_format": "yyyy-mm-dd", "align": "center"},
}
Styles = dict[str, Format]


def paper_as_xlsx(paper: Paper, tell: Tell = untold) -> bytes:
    """The paper as the bytes of an .xlsx file; the same paper gives the same bytes. `tell` hears of rows written."""
    file, row_written = io.BytesIO(), _counting(paper.rows, tell)
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": paper.title, "created": _local(paper.printed_at)})
        styles = {str(name): book.add_format(properties) for name, properties in _STYLES.items()}
        for block in paper.blocks:
            sheet = book.add_worksheet((block.caption or paper.title)[:SHEET_NAME_CHARACTERS_MAX])
            _write_block(sheet, paper, block, styles, row_written)
    return file.getvalue()


def _counting(total: int, tell: Tell) -> Callable[[], None]:
    """Counts the rows as they are written, and tells of every so many."""
    numbers = count(1)

    def row_written() -> None:
        written = next(numbers)
        if written % _TOLD_EVERY == 0 or written == total:
            tell(written, total)

    return row_written


def _write_block(
    sheet: Worksheet, paper: Paper, block: Table | Grid, styles: Styles, row_written: Callable[[], None]
) -> None:
    last = len(block.headings) - 1 if isinstance(block, Table) else GRID_COLUMNS - 1
    _set_up_pages(sheet, paper, is_landscape=isinstance(block, Table) and paper.is_landscape)
    _write_head(sheet, paper, last, styles)
    if isinstance(block, Table):
        line = _write_table(sheet, block, styles, row_written)
    else:
        line = _write_grid(sheet, block, styles)
    _write_end(sheet, paper, line, last, styles)


def _set_up_pages(sheet: Worksheet, paper: Paper, *, is_landscape: bool) -> None:
    if is_landscape:
        sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    prepared, reviewed = (_in_foot(name) or _TO_SIGN for name in (paper.prepared_by, paper.reviewed_by))
    printed = f"{_local(paper.printed_at):%Y-%m-%d %H:%M} {_in_foot(paper.printed_by)}打印"
    sheet.set_footer(f"&L填表人：{prepared}　　审核人：{reviewed}&C第 &P 页　共 &N 页&R{printed}")


def _write_head(sheet: Worksheet, paper: Paper, last: int, styles: Styles) -> None:
    sheet.set_row(_TITLE_ROW, 30)
    sheet.merge_range(_TITLE_ROW, 0, _TITLE_ROW, last, "", styles["title"])
    sheet.write_string(_TITLE_ROW, 0, f"{paper.of}{paper.title}"[:CELL_CHARACTERS_MAX], styles["title"])
    _write_across(sheet, _SUBTITLE_ROW, last, "　　".join(f"{label}：{value}" for label, value in paper.head), styles)


def _write_table(sheet: Worksheet, block: Table, styles: Styles, row_written: Callable[[], None]) -> int:
    """The rows under their headings; returns the first line below."""
    sheet.repeat_rows(_TITLE_ROW, _FIRST_ROW)
    sheet.freeze_panes(_FIRST_ROW + 1, 2)
    sheet.set_row(_FIRST_ROW, 30)
    for number, heading in enumerate(block.headings):
        sheet.set_column(number, number, heading.width)
        sheet.write_string(_FIRST_ROW, number, heading.text, styles["heading"])
    for position, row in enumerate(block.rows, start=_FIRST_ROW + 1):
        if block.row_mm:
            sheet.set_row(position, block.row_mm * _POINTS_A_MM)
        for number, value in enumerate(row):
            _write_cell(sheet, (position, number), value, block.headings[number].style, styles)
        row_written()
    if not block.rows:
        last = len(block.headings) - 1
        sheet.merge_range(_FIRST_ROW + 1, 0, _FIRST_ROW + 1, last, block.nothing, styles["nothing"])
    return _FIRST_ROW + 1 + max(1, len(block.rows))


def _write_grid(sheet: Worksheet, block: Grid, styles: Styles) -> int:
    """Labels and values; every field is a label of one column and a value over the rest of its span."""
    sheet.set_column(0, GRID_COLUMNS - 1, _GRID_COLUMN_CHARACTERS)
    for line, fields in enumerate(block.lines, start=_FIRST_ROW):
        sheet.set_row(line, min(_ROW_POINTS_MAX, _LINE_POINTS * max(map(_lines_of, fields)) + 6))
        at = 0
        for field in fields:
            _write_field(sheet, (line, at), field, styles)
            at += 2 * field.span
    return _FIRST_ROW + len(block.lines)


def _lines_of(field: Field) -> int:
    """How many lines a field takes: Excel makes no room by itself for what stands over several columns."""
    width = _GRID_COLUMN_CHARACTERS * (2 * field.span - 1)
    taken = sum(1 if character.isascii() else 2 for character in write_cell(field.value, field.style))
    return max(field.lines, 1 + taken // width)


def _write_field(sheet: Worksheet, place: tuple[int, int], field: Field, styles: Styles) -> None:
    line, at = place
    last = at + 2 * field.span - 1
    sheet.write_string(line, at, field.label, styles["heading"])
    if last > at + 1:
        sheet.merge_range(line, at + 1, line, last, "", styles[field.style])
    _write_cell(sheet, (line, at + 1), field.value, field.style, styles)


def _write_end(sheet: Worksheet, paper: Paper, line: int, last: int, styles: Styles) -> None:
    said = (*paper.notes, *(f"{signer}：{_TO_SIGN}" for signer in paper.signers), paper.fingerprint)
    for number, text in enumerate(said, start=line):
        _write_across(sheet, number, last, text, styles)
    if paper.receipt:
        below = line + len(said)
        _write_across(sheet, below, last, paper.receipt.above_link, styles)
        codes = [paper.receipt.link, *([f"完整凭证码：{paper.receipt.proof.code}"] if paper.receipt.proof else [])]
        for number, code in enumerate(codes, start=below + 1):
            _write_across(sheet, number, last, code, styles)
            sheet.set_row(number, _LINE_POINTS * (1 + len(code) // _CODE_LINE_CHARACTERS))


def _write_across(sheet: Worksheet, line: int, last: int, text: str, styles: Styles) -> None:
    sheet.merge_range(line, 0, line, last, "", styles["subtitle"])
    sheet.write_string(line, 0, text[:CELL_CHARACTERS_MAX], styles["subtitle"])


def _write_cell(sheet: Worksheet, place: tuple[int, int], value: Cell, style: Style, styles: Styles) -> None:
    line, at = place
    drawn = styles[style]
    match value:
        case None | "":
            sheet.write_blank(line, at, None, drawn)
        case str():
            sheet.write_string(line, at, value[:CELL_CHARACTERS_MAX], drawn)
        case datetime():
            sheet.write_datetime(line, at, _local(value), drawn)
        case date():
            sheet.write_datetime(line, at, datetime(value.year, value.month, value.day), drawn)  # noqa: DTZ001
        case _:
            sheet.write_number(line, at, value / 100 if style is Style.AMOUNT else value, drawn)


def _local(moment: datetime) -> datetime:
    """China's time without an offset, since Excel knows none."""
    return moment.astimezone(CHINA).replace(tzinfo=None)


def _in_foot(name: str) -> str:
    """A name in a page's foot, where & begins a code."""
    return name.replace("&", "&&")
