"""The register of seal uses as Excel: read back by another library, column by column."""

import io
from dataclasses import replace
from datetime import UTC, datetime

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from firmware_protocol.times import CHINA
from server.documents.register_xlsx import (
    CELL_CHARACTERS_MAX,
    HEADINGS,
    NOTHING,
    RegisterHead,
    RegisterRow,
    register_xlsx,
)

FIRST_ROW = 4
HEAD = RegisterHead(
    township="清溪镇",
    period="2026年11月1日至11月30日",
    printed_at=datetime(2026, 11, 23, 9, 12, tzinfo=CHINA),
    prepared_by="林少军",
)
ROW = RegisterRow(
    number="YY-2026-0001",
    used_at=datetime(2026, 11, 23, 9, 30, tzinfo=CHINA),
    cooperative="清溪镇东坑村第一经济合作社",
    seals="公章、法定代表人名章",
    purpose="签订商铺租赁合同",
    document="东坑村商铺租赁合同（44200101-HT-2026-ZC-0007）",
    counterparty="郑炳文",
    amount_cents=11_600_050,
    copies=4,
    impressions=8,
    applicant="游少玉",
    approvers="廖坤东、何慧敏",
    request="SP-2026-0001",
    witness="孙辉",
    officer="林少军",
    taken_at=datetime(2026, 11, 23, 1, 15, tzinfo=UTC),
    returned_at=None,
    is_off_site=False,
    attachments="",
    note="",
)


def _read_back(*rows: RegisterRow, head: RegisterHead = HEAD) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(register_xlsx(rows, head)))["用印登记表"]
    assert isinstance(sheet, Worksheet)
    return sheet


def _cell(sheet: Worksheet, heading: str, row: int = FIRST_ROW) -> object:
    return sheet.cell(row, HEADINGS.index(heading) + 1).value


def _foot(head: RegisterHead) -> list[str | None]:
    foot = _read_back(ROW, head=head).oddFooter
    assert foot is not None
    return [part.text for part in (foot.left, foot.center, foot.right) if part]


def test_the_columns_are_the_official_ones() -> None:
    official = (
        "序号 | 用印编号 | 用印日期时间 | 合作社(组)名称 | 印章名称 | 用印事由 | 文件名称及文号 | 对方单位/个人 | "
        "金额(元) | 份数 | 盖章次数 | 申请(经办)人 | 批准人 | 审批单号 | 监印人 | 保管人(开柜人) | 取出时间 | "
        "归还时间 | 是否外带 | 附件/影像号 | 备注"
    )
    sheet = _read_back(ROW)
    assert [cell.value for cell in sheet[FIRST_ROW - 1]] == official.split(" | ")


def test_a_row_says_who_what_why_and_when_in_local_time() -> None:
    sheet = _read_back(ROW, replace(ROW, number="YY-2026-0002", is_off_site=True))
    assert [cell.value for cell in sheet[FIRST_ROW]] == [
        1,
        "YY-2026-0001",
        datetime(2026, 11, 23, 9, 30),  # noqa: DTZ001 - Excel knows no time zones
        "清溪镇东坑村第一经济合作社",
        "公章、法定代表人名章",
        "签订商铺租赁合同",
        "东坑村商铺租赁合同（44200101-HT-2026-ZC-0007）",
        "郑炳文",
        116000.5,
        4,
        8,
        "游少玉",
        "廖坤东、何慧敏",
        "SP-2026-0001",
        "孙辉",
        "林少军",
        datetime(2026, 11, 23, 9, 15),  # noqa: DTZ001 - Excel knows no time zones
        None,
        "否",
        None,
        None,
    ]
    assert (_cell(sheet, "序号", FIRST_ROW + 1), _cell(sheet, "是否外带", FIRST_ROW + 1)) == (2, "是")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "@SUM(A1)", "+1", "-1", '=HYPERLINK("http://example.org")', "http://example.org", "00123", "1e5", "\t=1"],
)
def test_what_somebody_typed_stays_text(text: str) -> None:
    sheet = _read_back(replace(ROW, purpose=text, counterparty=text))
    cell = sheet.cell(FIRST_ROW, HEADINGS.index("用印事由") + 1)
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_a_text_too_long_for_a_cell_is_cut_not_lost() -> None:
    sheet = _read_back(replace(ROW, note="长" * (CELL_CHARACTERS_MAX + 1)))
    assert _cell(sheet, "备注") == "长" * CELL_CHARACTERS_MAX


def test_it_prints_on_a4_across_with_heads_on_every_page() -> None:
    sheet = _read_back(ROW)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.freeze_panes == "C4"


def test_every_page_ends_with_who_prepared_and_reviewed_and_its_number() -> None:
    assert _foot(replace(HEAD, reviewed_by="A&B")) == [
        "填表人：林少军　　审核人：A&&B",
        "第 &P 页　共 &N 页",
        "2026-11-23 09:12 打印",
    ]


def test_without_a_name_there_is_a_line_to_sign() -> None:
    assert _foot(replace(HEAD, prepared_by=""))[0] == "填表人：＿＿＿＿＿＿　　审核人：＿＿＿＿＿＿"


def test_a_time_without_use_says_so() -> None:
    sheet = _read_back()
    assert sheet.cell(FIRST_ROW, 1).value == NOTHING
    assert sheet["A1"].value == "清溪镇用印登记表"
    assert sheet["A2"].value == "期间：2026年11月1日至11月30日"


def test_the_same_register_is_the_same_file() -> None:
    assert register_xlsx([ROW], HEAD) == register_xlsx([ROW], HEAD)
