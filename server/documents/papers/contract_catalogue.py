"""合同档案目录: every contract a cooperative has in keeping, a row each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from server.documents.papers.paper import Cell, Column, Style, write_cell

FORM, TITLE = "contract_catalogue", "合同档案目录"
NOTHING = "没有登记合同。"


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguedContract:
    """One contract. `written` are its registered particulars by their official heading; what is not there stays empty.

    `amount_cents` in hundredths of 元.
    """

    name: str
    owner: str
    counterparty: str
    signed_on: date | None
    term: str
    amount_cents: int | None
    price: str
    copies_and_pages: str
    uses: str
    place: str
    written: Mapping[str, str]

    @property
    def amount(self) -> Cell:
        """The unit price in words where one is on record, with the total behind it, or the total alone."""
        total = write_cell(self.amount_cents, Style.AMOUNT)
        return " / ".join(part for part in (self.price, total) if part) if self.price else self.amount_cents


COLUMNS: tuple[Column[CataloguedContract], ...] = (
    Column("档号", 12, lambda row: row.written.get("档号"), Style.CODE),
    Column("合同编号", 14, lambda row: row.written.get("合同编号"), Style.CODE),
    Column("合同名称", 22, lambda row: row.name),
    Column("类别", 9, lambda row: row.written.get("类别")),
    Column("发包(出租)方", 18, lambda row: row.owner),
    Column("承包(承租)方", 18, lambda row: row.counterparty),
    Column("标的及坐落(四至)", 14, lambda row: row.written.get("标的及坐落")),
    Column("面积/数量", 8, lambda row: row.written.get("面积/数量")),
    Column("起止日期", 12, lambda row: row.written.get("起止日期")),
    Column("年限", 7, lambda row: row.term),
    Column("单价/总金额", 16, lambda row: row.amount, Style.AMOUNT),
    Column("付款方式及应收日", 10, lambda row: row.written.get("付款方式及应收日")),
    Column("民主决策形式及日期", 12, lambda row: row.written.get("民主决策形式及日期")),
    Column("交易方式/交易平台编号", 12, lambda row: row.written.get("交易方式/交易平台编号"), Style.CODE),
    Column("签订日期", 12.5, lambda row: row.signed_on, Style.DATE),
    Column("用印编号", 10, lambda row: row.uses, Style.CODE),
    Column("履行状态", 8, lambda row: row.written.get("履行状态")),
    Column("欠缴金额", 9, lambda row: row.written.get("欠缴金额")),
    Column("份数/页数", 11, lambda row: row.copies_and_pages),
    Column("保管期限", 8, lambda row: row.written.get("保管期限")),
    Column("存放位置(柜/格)", 12, lambda row: row.place),
    Column("备注", 8, lambda row: row.written.get("备注")),
)
