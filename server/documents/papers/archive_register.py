"""会计档案借阅（查阅）登记表: every volume of vouchers that was read or taken out, a row each."""

from dataclasses import dataclass
from datetime import datetime

from server.documents.papers.paper import Column, Style

FORM, TITLE = "archive_register", "会计档案借阅（查阅）登记表"
NOTHING = "这段时间没有查阅、借阅会计档案。"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveReading:
    """One volume read by one person. `mode`: 查阅, 复制 or 外借."""

    at: datetime | None
    unit: str
    reader: str
    letter: str
    purpose: str
    archive: str
    year: str
    month: str
    volume: str
    numbers: str
    mode: str
    pages_copied: int | None
    approvers: str
    handled_by: str
    due_at: datetime | None
    returned_at: datetime | None
    condition: str
    returned_by: str
    note: str


COLUMNS: tuple[Column[ArchiveReading], ...] = (
    Column("日期", 14, lambda row: row.at, Style.TIME),
    Column("查阅/借阅单位", 18, lambda row: row.unit),
    Column("查阅人", 9, lambda row: row.reader),
    Column("证件/介绍信号", 14, lambda row: row.letter, Style.CODE),
    Column("查阅目的", 20, lambda row: row.purpose),
    Column("档案名称", 18, lambda row: row.archive),
    Column("年度", 7, lambda row: row.year, Style.COUNT),
    Column("月份", 5, lambda row: row.month, Style.COUNT),
    Column("册号", 8, lambda row: row.volume, Style.COUNT),
    Column("凭证号", 10, lambda row: row.numbers, Style.CODE),
    Column("方式(查阅/复制/外借)", 9, lambda row: row.mode),
    Column("复制页数", 6, lambda row: row.pages_copied, Style.COUNT),
    Column("批准人", 14, lambda row: row.approvers),
    Column("经办人", 9, lambda row: row.handled_by),
    Column("应还日期", 14, lambda row: row.due_at, Style.TIME),
    Column("归还日期", 14, lambda row: row.returned_at, Style.TIME),
    Column("归还时完好情况", 10, lambda row: row.condition),
    Column("归还人/接收人签字", 14, lambda row: row.returned_by),
    Column("备注", 9, lambda row: row.note),
)
