"""印章交接清单: seals (block 一), contracts (二) and vouchers (三) that change hands, for three people to sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from server.documents.papers.paper import Column, Style, Table, table

FORM, TITLE = "handover_list", "印章交接清单"
NOTE = "本清单一式三份，移交人、接收人、监交人各执一份。印模栏加盖该枚印章。"
SIGNERS = (
    "移交人（姓名、职务、身份证号后四位）",
    "接收人（姓名、职务、身份证号后四位）",
    "监交人（姓名、职务、身份证号后四位）",
)
IMPRESSION_MM = 42.0
"""A seal is up to 42 mm across, and its impression belongs beside its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOverSeal:
    """One seal. `condition` is what people saw of it."""

    name: str
    code: str
    type: str
    material_and_size: str
    used_since: date | None
    condition: str
    place: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOverContract:
    """One contract. `original_or_copy` 正本 or 副本, `is_original` 是 or 否, both as people said."""

    number: str
    name: str
    signed_on: date | None
    counterparty: str
    term: str
    amount_cents: int | None
    pages: str
    original_or_copy: str
    is_original: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOverVolume:
    """One bound volume of vouchers. `volume` as 共x第x."""

    year: str
    month: str
    volume: str
    numbers: str
    sheets: str
    enclosures: str
    condition: str
    note: str


SEAL_COLUMNS: tuple[Column[HandedOverSeal], ...] = (
    Column("印章名称(全称)", 26, lambda row: row.name),
    Column("印章编码", 13, lambda row: row.code, Style.CODE),
    Column("类型", 11, lambda row: row.type),
    Column("材质/规格", 13, lambda row: row.material_and_size),
    Column("数量", 5, lambda _row: 1, Style.COUNT),
    Column("启用日期", 11, lambda row: row.used_since, Style.DATE),
    Column("外观状况", 12, lambda row: row.condition),
    Column("印模", 25, lambda _row: ""),
    Column("柜号/格口", 10, lambda row: row.place),
    Column("备注", 10, lambda row: row.note),
)
CONTRACT_COLUMNS: tuple[Column[HandedOverContract], ...] = (
    Column("合同编号", 16, lambda row: row.number, Style.CODE),
    Column("合同名称", 28, lambda row: row.name),
    Column("签订日期", 11, lambda row: row.signed_on, Style.DATE),
    Column("对方", 20, lambda row: row.counterparty),
    Column("期限", 8, lambda row: row.term),
    Column("金额", 14, lambda row: row.amount_cents, Style.AMOUNT),
    Column("页数", 6, lambda row: row.pages, Style.COUNT),
    Column("正/副本", 8, lambda row: row.original_or_copy),
    Column("是否原件", 8, lambda row: row.is_original),
    Column("备注", 12, lambda row: row.note),
)
VOUCHER_COLUMNS: tuple[Column[HandedOverVolume], ...] = (
    Column("年度", 8, lambda row: row.year, Style.COUNT),
    Column("月份", 7, lambda row: row.month, Style.COUNT),
    Column("册号(共x第x)", 14, lambda row: row.volume, Style.COUNT),
    Column("凭证起讫号", 16, lambda row: row.numbers, Style.CODE),
    Column("张数", 8, lambda row: row.sheets, Style.COUNT),
    Column("附件", 14, lambda row: row.enclosures),
    Column("完好情况", 16, lambda row: row.condition),
    Column("备注", 18, lambda row: row.note),
)


def handover_blocks(
    seals: Sequence[HandedOverSeal],
    contracts: Sequence[HandedOverContract],
    volumes: Sequence[HandedOverVolume],
) -> tuple[Table, ...]:
    """The three blocks in their order, each with every one of its things; an empty one says so."""
    return (
        table(SEAL_COLUMNS, seals, caption="一、印章", nothing="没有移交印章。", row_mm=IMPRESSION_MM),
        table(CONTRACT_COLUMNS, contracts, caption="二、合同", nothing="没有移交合同。"),
        table(VOUCHER_COLUMNS, volumes, caption="三、财务凭证", nothing="没有移交财务凭证。"),
    )
