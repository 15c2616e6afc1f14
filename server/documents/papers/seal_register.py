"""用印登记表: every use of a seal, a row each."""

from dataclasses import dataclass
from datetime import datetime

from server.documents.papers.paper import Column, Style, yes_or_no

FORM, TITLE = "seal_register", "用印登记表"
NOTHING = "这段时间没有用印。"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealUse:
    """One use of seals. `amount_cents` in hundredths of 元; `impressions` as entered at the return.

    `officer` opened the compartment with the applicant; `witness` saw the stamping.
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


COLUMNS: tuple[Column[SealUse], ...] = (
    Column("用印编号", 10, lambda use: use.number, Style.CODE),
    Column("用印日期时间", 14, lambda use: use.used_at, Style.TIME),
    Column("合作社(组)名称", 20, lambda use: use.cooperative),
    Column("印章名称", 16, lambda use: use.seals),
    Column("用印事由", 18, lambda use: use.purpose),
    Column("文件名称及文号", 20, lambda use: use.document),
    Column("对方单位/个人", 16, lambda use: use.counterparty),
    Column("金额(元)", 14, lambda use: use.amount_cents, Style.AMOUNT),
    Column("份数", 6, lambda use: use.copies, Style.COUNT),
    Column("盖章次数", 6, lambda use: use.impressions, Style.COUNT),
    Column("申请(经办)人", 10, lambda use: use.applicant),
    Column("批准人", 11, lambda use: use.approvers),
    Column("审批单号", 12, lambda use: use.request, Style.CODE),
    Column("监印人", 9, lambda use: use.witness),
    Column("保管人(开柜人)", 10, lambda use: use.officer),
    Column("取出时间", 14, lambda use: use.taken_at, Style.TIME),
    Column("归还时间", 14, lambda use: use.returned_at, Style.TIME),
    Column("是否外带", 6, lambda use: yes_or_no(use.is_off_site)),
    Column("附件/影像号", 12, lambda use: use.attachments, Style.CODE),
    Column("备注", 10, lambda use: use.note),
)
