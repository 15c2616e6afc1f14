"""Papers as Excel: read back by another library, cell by cell."""

import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from server.documents.papers import handover_list, seal_register
from server.documents.papers.approval_form import approval_grid
from server.documents.papers.as_xlsx import CELL_CHARACTERS_MAX, paper_as_xlsx
from server.documents.papers.paper import Paper, headings_of, table
from server.documents.papers.seal_register import SealUse
from tests.server.documents.papers import paper_rows as rows

FIRST_ROW, LINE_POINTS = 4, 18
HEADINGS = headings_of(seal_register.COLUMNS)


def read_back(paper: Paper) -> Worksheet:
    sheet = openpyxl.load_workbook(io.BytesIO(paper_as_xlsx(paper))).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def register(*uses: SealUse, **changes: object) -> Worksheet:
    return read_back(rows.paper(table(seal_register.COLUMNS, uses, nothing=seal_register.NOTHING), **changes))


def cell(sheet: Worksheet, heading: str, row: int = FIRST_ROW) -> object:
    return sheet.cell(row, HEADINGS.index(heading) + 1).value


def foot(**changes: object) -> list[str | None]:
    written = register(rows.USE, **changes).oddFooter
    assert written is not None
    return [part.text for part in (written.left, written.center, written.right) if part]


def test_the_columns_are_those_of_the_form() -> None:
    assert tuple(each.value for each in register(rows.USE)[FIRST_ROW - 1]) == HEADINGS


def test_a_row_says_who_what_why_and_when_in_local_time() -> None:
    sheet = register(rows.USE, replace(rows.USE, number="日志1240", is_off_site=True))
    assert [each.value for each in sheet[FIRST_ROW]] == [
        1,
        "日志1234",
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
        "k-abcdefghij234567",
        "孙辉",
        "林少军",
        datetime(2026, 11, 23, 9, 15),  # noqa: DTZ001 - Excel knows no time zones
        None,
        "否",
        None,
        None,
    ]
    assert (cell(sheet, "序号", FIRST_ROW + 1), cell(sheet, "是否外带", FIRST_ROW + 1)) == (2, "是")


@pytest.mark.parametrize(
    "text",
    ["=1+1", "@SUM(A1)", "+1", "-1", '=HYPERLINK("http://example.org")', "http://example.org", "00123", "1e5", "\t=1"],
)
def test_what_somebody_typed_stays_text(text: str) -> None:
    written = register(replace(rows.USE, purpose=text)).cell(FIRST_ROW, HEADINGS.index("用印事由") + 1)
    assert (written.value, written.data_type, written.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("field", ["of", "head", "notes", "signers", "fingerprint"])
def test_what_stands_around_a_table_stays_text_too(field: str) -> None:
    said = {"of": "=1+1", "fingerprint": "=1+1", "head": (("=1", "=2"),), "notes": ("=1+1",), "signers": ("=1",)}
    sheet = register(rows.USE, **{field: said[field]})
    assert all(each.data_type != "f" for row in sheet.iter_rows() for each in row)


def test_a_text_too_long_for_a_cell_is_cut_not_lost() -> None:
    sheet = register(replace(rows.USE, note="长" * (CELL_CHARACTERS_MAX + 1)))
    assert cell(sheet, "备注") == "长" * CELL_CHARACTERS_MAX


def test_it_prints_on_a4_across_with_heads_on_every_page() -> None:
    sheet = register(rows.USE)
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr is not None
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.print_title_rows, sheet.freeze_panes) == ("$1:$3", "C4")
    assert round(sheet.column_dimensions["D"].width) > round(sheet.column_dimensions["A"].width) > 4


def test_every_page_ends_with_who_prepared_and_reviewed_and_its_number() -> None:
    assert foot(reviewed_by="A&B") == [
        "填表人：林少军　　审核人：A&&B",
        "第 &P 页　共 &N 页",
        "2026-11-23 09:30 何慧敏打印",
    ]


def test_without_a_name_there_is_a_line_to_sign() -> None:
    assert foot(prepared_by="")[0] == "填表人：＿＿＿＿＿＿　　审核人：＿＿＿＿＿＿"


def test_a_time_without_use_says_so() -> None:
    sheet = register()
    assert sheet.cell(FIRST_ROW, 1).value == seal_register.NOTHING
    assert (sheet["A1"].value, sheet["A2"].value) == ("清溪镇用印登记表", "期间：2026-11-01 至 2026-11-30")
    assert sheet["A5"].value == rows.FINGERPRINT


def test_a_handover_list_has_a_sheet_for_each_kind_and_room_for_the_impressions() -> None:
    blocks = handover_list.handover_blocks([rows.SEAL], [rows.HANDED_CONTRACT], [])
    book = openpyxl.load_workbook(io.BytesIO(paper_as_xlsx(rows.paper(*blocks, signers=handover_list.SIGNERS))))
    assert book.sheetnames == ["一、印章", "二、合同", "三、财务凭证"]
    height = book["一、印章"].row_dimensions[FIRST_ROW].height
    assert height is not None
    assert height > 42 / 25.4 * 72 - 1
    assert book["三、财务凭证"].cell(FIRST_ROW, 1).value == "没有移交财务凭证。"
    assert str(book["二、合同"].cell(FIRST_ROW + 1, 1).value).startswith("移交人（姓名、职务、身份证号后四位）：＿")


def test_an_approval_form_stands_upright_with_its_fields_side_by_side() -> None:
    sheet = read_back(rows.paper(approval_grid(rows.FORM), is_landscape=False))
    assert sheet.page_setup.orientation != "landscape"
    values = [each.value for row in sheet.iter_rows() for each in row if each.value is not None]
    assert values[values.index("申请人") + 1] == "游少玉"
    assert values[values.index("金额(元)") + 1] == 116000.5


@pytest.mark.parametrize(("characters", "lines"), [(4, 2), (200, 5), (9_000, 22)], ids=["few", "many", "too many"])
def test_an_approval_form_makes_room_for_a_long_reason(characters: int, lines: int) -> None:
    form = replace(rows.FORM, purpose="租" * characters)
    sheet = read_back(rows.paper(approval_grid(form), is_landscape=False))
    (row,) = (cells[0].row for cells in sheet.iter_rows() if cells[0].value == "用印事由")
    assert sheet.row_dimensions[row].height // LINE_POINTS == lines


def test_the_same_paper_is_the_same_file() -> None:
    assert paper_as_xlsx(rows.paper()) == paper_as_xlsx(rows.paper())
