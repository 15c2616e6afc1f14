"""用印情况公开表: what villagers read of their cooperative's seals, for the notice board and the public page."""

from dataclasses import dataclass
from datetime import date

from server.documents.papers.paper import Column, Style, yes_or_no

FORM, TITLE = "disclosure", "用印情况公开表"
NOTHING = "这个月没有用印。"
NOTES = (
    "公开日期：　　　　年　　月　　日　　　公开期限：不少于 5 日　　　审核人（村监委）：　　　　　　　　",
    "监督电话：三资办　　　　　　　　　　镇纪委　　　　　　　　　　有异议扫右上角二维码提出，5 日内答复。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosedUse:
    """One use of seals as everybody may read it: names of villagers masked, certificates about people left out."""

    on: date
    seals: str
    purpose: str
    document: str
    counterparty: str
    amount_cents: int | None
    term: str
    decision: str
    is_off_site: bool
    handled_by: str
    witness: str


COLUMNS: tuple[Column[DisclosedUse], ...] = (
    Column("日期", 11, lambda use: use.on, Style.DATE),
    Column("印章", 13, lambda use: use.seals),
    Column("用印事由(类别)", 22, lambda use: use.purpose),
    Column("文件/合同名称", 24, lambda use: use.document),
    Column("对方(脱敏)", 20, lambda use: use.counterparty),
    Column("金额", 14, lambda use: use.amount_cents, Style.AMOUNT),
    Column("期限", 8, lambda use: use.term),
    Column("决策会议及日期", 16, lambda use: use.decision),
    Column("是否外带", 7, lambda use: yes_or_no(use.is_off_site)),
    Column("经办人", 9, lambda use: use.handled_by),
    Column("监印人", 9, lambda use: use.witness),
)
