"""The register of seal uses (用印登记表) as an Excel file, in the official columns, ready to print and bind.

Text is always written as text, so that nothing anybody typed becomes a formula in the reader's Excel.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter  # type: ignore[import-untyped]  # the package is annotated, but does not say so
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from firmware_protocol.times import CHINA

TITLE = "用印登记表"
NOTHING = "这段时间没有用印。"
CELL_CHARACTERS_MAX = 32_767
_PAPER_A4 = 9
_TITLE_ROW, _SUBTITLE_ROW, _HEADING_ROW, _FIRST_ROW = range(4)
_TO_SIGN = "＿＿＿＿＿＿"
_OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterRow:
    """One use of a seal as the register tells it. Times are aware; "" and None leave a cell empty.

    `officer` opened the compartment with the applicant; `witness` saw the stamping. `amount_cents` in hundredths of 元.
    """

    number: str
    used_at: datetime | None
    cooperative: str
    seals: str
    purpose: str
    document: str
    counterparty: str
    amount_cents: int | None
    copies: int | None
    impressions: int | None
    applicant: str
    approvers: str
    request: str
    witness: str
    officer: str
    taken_at: datetime | None
    returned_at: datetime | None
    is_off_site: bool
    attachments: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterHead:
    """What stands around the table. Without a name the page leaves a line to sign."""

    township: str
    period: str
    printed_at: datetime
    prepared_by: str = ""
    reviewed_by: str = ""


Content = str | int | float | datetime | None


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the form: its heading, its width in characters, and what a row has in it."""

    heading: str
    width: float
    content: Callable[[RegisterRow], Content]
    style: str = "text"


_COLUMNS = (
    _Column("用印编号", 14, lambda row: row.number),
    _Column("用印日期时间", 16, lambda row: row.used_at, "time"),
    _Column("合作社(组)名称", 22, lambda row: row.cooperative),
    _Column("印章名称", 20, lambda row: row.seals),
    _Column("用印事由", 20, lambda row: row.purpose),
    _Column("文件名称及文号", 22, lambda row: row.document),
    _Column("对方单位/个人", 18, lambda row: row.counterparty),
    _Column("金额(元)", 13, lambda row: None if row.amount_cents is None else row.amount_cents / 100, "amount"),
    _Column("份数", 6, lambda row: row.copies, "count"),
    _Column("盖章次数", 6, lambda row: row.impressions, "count"),
    _Column("申请(经办)人", 10, lambda row: row.applicant),
    _Column("批准人", 12, lambda row: row.approvers),
    _Column("审批单号", 14, lambda row: row.request),
    _Column("监印人", 9, lambda row: row.witness),
    _Column("保管人(开柜人)", 10, lambda row: row.officer),
    _Column("取出时间", 16, lambda row: row.taken_at, "time"),
    _Column("归还时间", 16, lambda row: row.returned_at, "time"),
    _Column("是否外带", 6, lambda row: "是" if row.is_off_site else "否"),
    _Column("附件/影像号", 14, lambda row: row.attachments),
    _Column("备注", 14, lambda row: row.note),
)
_SERIAL_NUMBER = "序号"
HEADINGS = (_SERIAL_NUMBER, *(column.heading for column in _COLUMNS))

_CELL = {"font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}
_STYLES: dict[str, dict[str, object]] = {
    "title": {"font_size": 18, "bold": True, "align": "center", "valign": "vcenter"},
    "subtitle": {"font_size": 10, "valign": "vcenter"},
    "heading": _CELL | {"bold": True, "align": "center", "bg_color": "#F2F2F2"},
    "text": _CELL,
    "time": _CELL | {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
    "amount": _CELL | {"num_format": "#,##0.00"},
    "count": _CELL | {"num_format": "0", "align": "center"},
    "nothing": _CELL | {"align": "center"},
}


def register_xlsx(rows: Sequence[RegisterRow], head: RegisterHead) -> bytes:
    """The register as the bytes of an .xlsx file, rows numbered from 1 in the order given."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": TITLE, "created": _local(head.printed_at)})
        styles = {name: book.add_format(properties) for name, properties in _STYLES.items()}
        sheet = book.add_worksheet(TITLE)
        _set_up_pages(sheet, head)
        _write_head(sheet, head, styles)
        for position, row in enumerate(rows):
            _write_row(sheet, position, row, styles)
        if not rows:
            sheet.merge_range(_FIRST_ROW, 0, _FIRST_ROW, len(_COLUMNS), NOTHING, styles["nothing"])
    return file.getvalue()


def _set_up_pages(sheet: Worksheet, head: RegisterHead) -> None:
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.7)
    sheet.center_horizontally()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(_TITLE_ROW, _HEADING_ROW)
    sheet.freeze_panes(_FIRST_ROW, 2)
    prepared, reviewed = (_in_foot(name) or _TO_SIGN for name in (head.prepared_by, head.reviewed_by))
    sheet.set_footer(
        f"&L填表人：{prepared}　　审核人：{reviewed}&C第 &P 页　共 &N 页&R{_local(head.printed_at):%Y-%m-%d %H:%M} 打印"
    )


def _write_head(sheet: Worksheet, head: RegisterHead, styles: dict[str, Format]) -> None:
    sheet.set_row(_TITLE_ROW, 30)
    sheet.set_row(_HEADING_ROW, 30)
    sheet.set_column(0, 0, 5)
    sheet.merge_range(_TITLE_ROW, 0, _TITLE_ROW, len(_COLUMNS), "", styles["title"])
    sheet.write_string(_TITLE_ROW, 0, f"{head.township}{TITLE}", styles["title"])
    sheet.write_string(_SUBTITLE_ROW, 0, f"期间：{head.period}", styles["subtitle"])
    sheet.write_string(_HEADING_ROW, 0, _SERIAL_NUMBER, styles["heading"])
    for number, column in enumerate(_COLUMNS, start=1):
        sheet.set_column(number, number, column.width)
        sheet.write_string(_HEADING_ROW, number, column.heading, styles["heading"])


def _write_row(sheet: Worksheet, position: int, row: RegisterRow, styles: dict[str, Format]) -> None:
    line = _FIRST_ROW + position
    sheet.write_number(line, 0, position + 1, styles["count"])
    for number, column in enumerate(_COLUMNS, start=1):
        _write_cell(sheet, line, number, column.content(row), styles[column.style])


def _write_cell(sheet: Worksheet, line: int, number: int, content: Content, style: Format) -> None:
    match content:
        case None | "":
            sheet.write_blank(line, number, None, style)
        case str():
            sheet.write_string(line, number, content[:CELL_CHARACTERS_MAX], style)
        case datetime():
            sheet.write_datetime(line, number, _local(content), style)
        case _:
            sheet.write_number(line, number, content, style)


def _local(moment: datetime) -> datetime:
    """China's time without an offset, since Excel knows none."""
    return moment.astimezone(CHINA).replace(tzinfo=None)


def _in_foot(name: str) -> str:
    """A name in a page's foot, where & begins a code."""
    return name.replace("&", "&&")
