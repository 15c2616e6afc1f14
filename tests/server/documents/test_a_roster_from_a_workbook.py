"""The workbook in custody's words, and its problems as a table."""

from datetime import date
from pathlib import Path

import pytest

from server.custody.roles import Role
from server.custody.roster import CooperativeRow, ItemRow, PersonRow
from server.custody.states import ItemKind, SealType
from server.documents.intake.problems import problems_table
from server.documents.roster import as_roster
from server.documents.wording import in_years, in_yuan
from tests.server.documents.township_file import FIRST, SECOND, TownshipFile, read


def test_every_good_row_becomes_a_row_of_the_roster(tmp_path: Path) -> None:
    workbook = read(TownshipFile(), tmp_path)
    roster = as_roster(workbook)
    assert [cabinet.board_addresses for cabinet in roster.cabinets] == ["1", "0,1"]
    assert roster.cooperatives[1] == CooperativeRow(
        row=4,
        code="44200308",
        village="水口村",
        name=SECOND,
        cabinet="CAB-02",
        compartment=4,
        credit_code="N2442001MF9436387N",
        members=368,
        resolved_on=date(2025, 11, 9),
        expires_on=date(2030, 11, 9),
        head="江燕强",
        accountant="唐杰豪",
        supervisor="温火",
    )
    assert roster.people[4] == PersonRow(
        row=7, unit=FIRST, name="游少玉", phone="13402685995", role=Role.ACCOUNTANT, card="4093524416"
    )
    assert [item.kind for item in roster.items] == [ItemKind.SEAL] * 2 + [ItemKind.CONTRACT] * 2 + [
        ItemKind.VOUCHER
    ] * 2
    assert (roster.document, roster.problems) == (workbook.document, workbook.problems)


def test_items_carry_their_other_columns_as_text(tmp_path: Path) -> None:
    seal, _, contract, _, volume, _ = as_roster(read(TownshipFile(), tmp_path)).items
    assert seal == ItemRow(
        row=3,
        kind=ItemKind.SEAL,
        cooperative=FIRST,
        key=f"{FIRST}/公章",
        name=FIRST,
        seal_type=SealType.OFFICIAL,
        details={
            "印章编码": "4420007056578",
            "材质": "橡胶",
            "规格": "圆形 42mm",
            "启用日期": "2008-10-05",
            "标签号": "E280F2EE19F9919C895FD7B3",
        },
    )
    assert (contract.key, contract.details["总金额"], contract.details["期限"]) == (
        "44200101-HT-2020-ZC-0002", "116,000.00元", "5年",
    )  # fmt: skip
    assert (volume.key, volume.name) == ("2025-03-1", "2025年3月凭证 第1册（共2册）")


CATALOGUED = {
    "档号": "44200101-HT-2020-ZC-Y-0002",
    "标的及坐落": "东坑圩 3 号商铺",
    "面积/数量": "86 平方米",
    "付款方式及应收日": "每季首月 10 日前转账",
    "民主决策形式及日期": "成员大会 2020-06-01",
    "交易方式/交易平台编号": "公开竞价 QX2020-018",
    "履行状态": "履行中",
    "保管期限": "永久",
    "正/副本": "正本",
    "是否原件": "是",
    "备注": "押金另存",
}


def test_a_contract_carries_what_the_catalogue_and_the_handover_list_have(tmp_path: Path) -> None:
    file = TownshipFile()
    for heading, words in CATALOGUED.items():
        file.put("合同", heading, words)
    contract = next(item for item in as_roster(read(file, tmp_path)).items if item.kind is ItemKind.CONTRACT)
    assert {heading: contract.details[heading] for heading in CATALOGUED} == CATALOGUED
    assert "欠缴金额" not in contract.details


@pytest.mark.parametrize(
    ("written", "owed"),
    [(12_000, "12,000.00元"), ("1.2万", "12,000.00元"), (0, None), ("无", None), (None, None)],
    ids=["a number", "in words", "nothing", "none", "empty"],
)
def test_what_a_contract_owes_is_registered_with_its_day(tmp_path: Path, written: object, owed: str | None) -> None:
    file = TownshipFile()
    file.put("合同", "欠缴金额(元)", written)
    file.put("合同", "欠缴起始日", date(2026, 3, 1) if owed else None)
    details = next(item for item in as_roster(read(file, tmp_path)).items if item.kind is ItemKind.CONTRACT).details
    assert (details.get("欠缴金额"), details.get("欠缴起始日")) == (owed, "2026-03-01" if owed else None)


def test_the_same_file_is_known_by_its_bytes(tmp_path: Path) -> None:
    first = read(TownshipFile(), tmp_path)
    file = TownshipFile()
    file.put("合同", "页数", 13)
    assert first.document != read(file, tmp_path).document
    assert len(first.document) == 64


def test_amounts_and_terms_in_words() -> None:
    assert [in_yuan(24_700_000), in_yuan(5)] == ["247,000.00元", "0.05元"]
    assert [in_years(36), in_years(7), in_years(30)] == ["3年", "7个月", "2年6个月"]


def test_problems_stand_in_a_table_in_the_order_of_the_file(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("合同", "期限(年)", 25)
    file.put("人员", "角色", "=A1", row=4)
    file.put("人员", "姓名", "长" * 201)
    del file.sheets["财务凭证"]
    table = problems_table(read(file, tmp_path).problems)
    assert table[:2] == [
        ["工作表", "行", "列", "现有内容", "要求", "级别"],
        ["财务凭证", "", "", "", "缺少工作表《财务凭证》。", "错误"],
    ]
    assert table[2][:4] == ["人员", "3", "姓名", "长" * 59 + "…"]
    assert table[3:] == [
        ["人员", "4", "角色", "公式 =A1", "这里要写内容本身，不能是公式；请复制后“只粘贴数值”。", "错误"],
        ["合同", "3", "期限(年)", "25", "租赁期限超过 20 年，超过部分无效（民法典第七百零五条）。", "提醒"],
    ]
