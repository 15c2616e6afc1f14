"""共管柜开启记录: every time a door was pulsed open, a row each."""

from dataclasses import dataclass
from datetime import datetime

from server.documents.papers.paper import Column, Style

FORM, TITLE = "opening_register", "共管柜开启记录"
NOTHING = "这段时间没有开过柜。"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedDoor:
    """One opening. `permit` is the number of what entitled to it, `way` how it was opened, `result` what came of it."""

    at: datetime
    cabinet: str
    compartment: str
    reason: str
    permit: str
    first: str
    second: str
    way: str
    closed_at: datetime | None
    result: str


COLUMNS: tuple[Column[OpenedDoor], ...] = (
    Column("时间", 15, lambda row: row.at, Style.TIME),
    Column("柜", 9, lambda row: row.cabinet, Style.CODE),
    Column("格", 6, lambda row: row.compartment, Style.COUNT),
    Column("原因", 30, lambda row: row.reason),
    Column("授权号", 18, lambda row: row.permit, Style.CODE),
    Column("开启人1", 11, lambda row: row.first),
    Column("开启人2", 11, lambda row: row.second),
    Column("方式", 12, lambda row: row.way),
    Column("关门时间", 15, lambda row: row.closed_at, Style.TIME),
    Column("结果", 14, lambda row: row.result),
)
