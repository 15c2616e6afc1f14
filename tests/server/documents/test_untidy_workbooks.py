"""Workbooks as townships keep them: read all the same, because a person would understand them too."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook as ExcelFile

from server.custody.states import SealType
from tests.server.documents.township_file import COUNTS, FIRST, SECOND, TownshipFile, brief, counted, read

EIGHT_OCLOCK = datetime(2015, 6, 1, 8)  # noqa: DTZ001 - Excel knows no time zones

READ_AS = {
    # sheet, heading, what is written in the first row, the list and attribute it becomes, its value
    "a date with hyphens": ("印章", "启用日期", "2020-9-3", "seals", "used_since", date(2020, 9, 3)),
    "a date in Chinese": ("印章", "启用日期", "2015年6月1日", "seals", "used_since", date(2015, 6, 1)),
    "a date with points": ("印章", "启用日期", "2013.11.20", "seals", "used_since", date(2013, 11, 20)),
    "a date with strokes": ("印章", "启用日期", "2016/8/17", "seals", "used_since", date(2016, 8, 17)),
    "a date in full width": ("印章", "启用日期", "２０１６／８／１７", "seals", "used_since", date(2016, 8, 17)),
    "a date as Excel counts days": ("印章", "启用日期", 42156, "seals", "used_since", date(2015, 6, 1)),
    "a date with its time": ("印章", "启用日期", EIGHT_OCLOCK, "seals", "used_since", date(2015, 6, 1)),
    "a date of eight digits": ("印章", "启用日期", 20150601, "seals", "used_since", date(2015, 6, 1)),
    "a date in Chinese numerals": ("印章", "启用日期", "二〇一五年六月一日", "seals", "used_since", date(2015, 6, 1)),
    "a phone as a number": ("人员", "手机号", 13526018159, "people", "phone", "13526018159"),
    "a phone as a number with a point": ("人员", "手机号", 13526018159.0, "people", "phone", "13526018159"),
    "a phone in full width": ("人员", "手机号", "１３８００１３８０００", "people", "phone", "13800138000"),
    "a phone in three parts": ("人员", "手机号", "+86 138 0013 8000", "people", "phone", "13800138000"),
    "a card as a number": ("人员", "卡号", 2491034770, "people", "card", "2491034770"),
    "a name with spaces": ("人员", "姓名", " 林　少 军　", "people", "name", "林少军"),
    "a name with a zero-width space": ("人员", "姓名", "林\u200b少军", "people", "name", "林少军"),
    "a name with a radical from a PDF": ("人员", "姓名", "⽅少军", "people", "name", "方少军"),
    "财务章": ("印章", "印章类型", "财务章", "seals", "seal_type", SealType.FINANCE),
    "行政章": ("印章", "印章类型", " 行政章 ", "seals", "seal_type", SealType.OFFICIAL),
    "法人章": ("印章", "印章类型", "法人章", "seals", "seal_type", SealType.LEGAL_REPRESENTATIVE),
    "合同章": ("印章", "印章类型", "合同章", "seals", "seal_type", SealType.CONTRACT),
    "a seal code as a number": ("印章", "印章编码", 4420007056578, "seals", "seal_code", "4420007056578"),
    "a size keeps its space": ("印章", "规格", "圆形 42mm", "seals", "size", "圆形 42mm"),
    "an amount in 万": ("合同", "总金额(元)", "24.7万", "contracts", "amount_cents", 24_700_000),
    "an amount with commas and 元": ("合同", "总金额(元)", "247,000.00元", "contracts", "amount_cents", 24_700_000),
    "an amount with a currency sign": ("合同", "总金额(元)", "￥247，000", "contracts", "amount_cents", 24_700_000),
    "an amount with 分": ("合同", "总金额(元)", 1234.56, "contracts", "amount_cents", 123_456),
    "a term with 年": ("合同", "期限(年)", "3年", "contracts", "term_months", 36),
    "a term of half years": ("合同", "期限(年)", 2.5, "contracts", "term_months", 30),
    "a term in months": ("合同", "期限(年)", "7个月", "contracts", "term_months", 7),
    "pages with their word": ("合同", "页数", "12页", "contracts", "pages", 12),
    "a month with its word": ("财务凭证", "月份", "03月", "vouchers", "month", 3),
    "a volume in words": ("财务凭证", "本月共几册", "共2册", "vouchers", "volumes_in_month", 2),
    "a compartment with its word": ("合作社", "格口", "1号格", "cooperatives", "compartment", 1),
    "a 柜号 in small letters": ("共管柜", "柜号", " cab－０１ ", "cabinets", "number", "CAB-01"),
    "an office under its full name": ("人员", "所属单位", "清溪镇三资管理办公室", "people", "unit.name", "三资办"),
    "镇政府 with its township": ("人员", "所属单位", "清溪镇政府", "people", "unit.name", "镇政府"),
    "an owner with spaces": ("印章", "合作社名称", f"　{FIRST} ", "seals", "cooperative", "44200101"),
}  # fmt: skip


@pytest.mark.parametrize(("sheet", "heading", "written", "kind", "attribute", "value"), READ_AS.values(), ids=READ_AS)
def test_a_cell_is_read_as_a_person_would(
    sheet: str, heading: str, written: object, kind: str, attribute: str, value: object, tmp_path: Path
) -> None:
    file = TownshipFile()
    file.put(sheet, heading, written)
    workbook = read(file, tmp_path)
    assert workbook.errors == ()
    read_value = getattr(workbook, kind)[0]
    for name in attribute.split("."):
        read_value = getattr(read_value, name)
    assert read_value == value


def _add_totals(file: TownshipFile) -> None:
    file.sheets["合同"] += [{}, {"合作社名称": "合 计", "总金额(元)": "=SUM(H3:H4)"}, {"合作社名称": "填表人：林少军"}]


def _add_page_break(file: TownshipFile) -> None:
    headings = {heading: heading for heading in file.sheets["人员"][0]}
    file.sheets["人员"][4:4] = [{}, headings]


def _number_the_rows(file: TownshipFile) -> None:
    rows = [{"序号": number} | row for number, row in enumerate(file.sheets["印章"], 1)]
    file.sheets["印章"] = [*rows, {"序号": 3}, {"序号": "合计", "合作社名称": 2}]


def _reverse_columns(file: TownshipFile) -> None:
    for title, rows in file.sheets.items():
        file.sheets[title] = [dict(reversed(row.items())) for row in rows]


def _other_headings(file: TownshipFile) -> None:
    for sheet, heading, other in [
        ("人员", "手机号", "联系\n电话*"),
        ("人员", "姓名", "姓　名"),
        ("人员", "所属单位", "单位（必填）"),
        ("印章", "印章全称", "印章名称（全称）"),
        ("印章", "印章类型", "类 型："),
        ("合同", "总金额(元)", "合同金额 （单位：元）"),
        ("合同", "期限(年)", "合同期限"),
        ("合作社", "格口", "格口号"),
        ("财务凭证", "凭证起讫号", "起止号"),
        ("共管柜", "板地址", "锁控板地址"),
    ]:
        file.rename(sheet, heading, other)


def _no_title(file: TownshipFile) -> None:
    def delete(book: ExcelFile) -> None:
        for sheet in book.worksheets:
            sheet.unmerge_cells(str(next(iter(sheet.merged_cells.ranges))))
            sheet.delete_rows(1)

    file.after.append(delete)


def _three_lines_of_title(file: TownshipFile) -> None:
    def insert(book: ExcelFile) -> None:
        for sheet in book.worksheets:
            sheet.insert_rows(2, 2)
            sheet["A2"] = "填报单位：清溪镇三资办　　填报日期：2026年11月"

    file.after.append(insert)


def _merged_owner(file: TownshipFile) -> None:
    def merge(book: ExcelFile) -> None:
        book["财务凭证"].merge_cells("A3:A4")
        book["财务凭证"].merge_cells("B3:B4")

    file.after.append(merge)


def _longer_titles(file: TownshipFile) -> None:
    file.sheets = {
        {"印章": "合作社印章台账", "人员": "2026年人员 名册", "财务凭证": "凭证(2025)"}.get(title, title): rows
        for title, rows in file.sheets.items()
    }


def _sheets_in_another_order(file: TownshipFile) -> None:
    file.sheets = dict(reversed(file.sheets.items()))


UNTIDY: dict[str, Callable[[TownshipFile], None]] = {
    "totals with a formula, and a foot": _add_totals,
    "headings repeated on the second page": _add_page_break,
    "numbered rows beyond the last": _number_the_rows,
    "columns in another order": _reverse_columns,
    "other headings": _other_headings,
    "no title": _no_title,
    "three lines of title": _three_lines_of_title,
    "an owner's cell merged over its rows": _merged_owner,
    "longer titles of sheets": _longer_titles,
    "sheets in another order": _sheets_in_another_order,
}


@pytest.mark.parametrize("disarrange", UNTIDY.values(), ids=UNTIDY)
def test_an_untidy_workbook_is_read_like_a_tidy_one(disarrange: Callable[[TownshipFile], None], tmp_path: Path) -> None:
    file = TownshipFile()
    disarrange(file)
    workbook = read(file, tmp_path)
    assert workbook.problems == ()
    assert counted(workbook) == COUNTS


def test_a_village_may_be_written_with_its_township(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("人员", "所属单位", "清溪镇 东坑村", row=5)
    assert read(file, tmp_path).people[2].unit.name == "东坑村"


def test_a_card_shown_with_leading_noughts_is_read_as_shown(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("人员", "卡号", 249103477)

    def fill_with_noughts(book: ExcelFile) -> None:
        book["人员"]["E3"].number_format = "0000000000"

    file.after.append(fill_with_noughts)
    assert read(file, tmp_path).people[0].card == "0249103477"


def test_bare_amounts_take_the_unit_of_their_heading(tmp_path: Path) -> None:
    file = TownshipFile()
    file.rename("合同", "总金额(元)", "总金额（万元）")
    file.put("合同", "总金额（万元）", 11.6)
    file.put("合同", "总金额（万元）", "37,000元", row=4)
    assert [contract.amount_cents for contract in read(file, tmp_path).contracts] == [11_600_000, 3_700_000]


def test_an_amount_in_another_currency_is_not_taken_for_yuan(tmp_path: Path) -> None:
    file = TownshipFile()
    file.rename("合同", "总金额(元)", "总金额(港币)")
    assert [brief(problem) for problem in read(file, tmp_path).errors] == [("合同", 2, "总金额(元)", "missing-column")]


def test_two_sheets_of_one_kind_are_both_read(tmp_path: Path) -> None:
    file = TownshipFile()
    volumes = file.sheets.pop("财务凭证")
    file.sheets |= {"2024年凭证": [volumes[0] | {"年度": 2024}], "2025年凭证": volumes}
    workbook = read(file, tmp_path)
    assert [(volume.sheet, volume.row, volume.year) for volume in workbook.vouchers] == [
        ("2024年凭证", 3, 2024), ("2025年凭证", 3, 2025), ("2025年凭证", 4, 2025),
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["共管柜", "合作社", "人员", "印章", "合同", "财务凭证"])
def test_the_other_sheets_are_read_when_one_is_missing(title: str, tmp_path: Path) -> None:
    file = TownshipFile()
    del file.sheets[title]
    workbook = read(file, tmp_path)
    assert brief(workbook.problems[0]) == (title, None, "", "missing-sheet")
    assert not workbook.problems[0].is_reminder
    assert sum(counted(workbook).values()) > 0 or title == "共管柜"


def test_a_missing_column_is_said_once_and_the_sheet_is_left_out(tmp_path: Path) -> None:
    file = TownshipFile()
    file.rename("人员", "手机号", "微信号")
    workbook = read(file, tmp_path)
    assert [brief(problem) for problem in workbook.errors] == [("人员", 2, "手机号", "missing-column")]
    assert workbook.people == ()
    assert len(workbook.seals) == 2


def test_two_columns_with_one_heading_are_refused(tmp_path: Path) -> None:
    file = TownshipFile()
    file.rename("人员", "姓名", "手机号 ")
    assert ("人员", 2, "手机号", "column-twice") in map(brief, read(file, tmp_path).errors)


def test_a_sheet_without_headings_says_which_it_needs(tmp_path: Path) -> None:
    file = TownshipFile()
    file.sheets["印章"] = [{"甲": 1, "乙": 2}]
    (problem,) = read(file, tmp_path).errors
    assert brief(problem) == ("印章", None, "", "no-headings")
    assert "合作社名称、印章全称、印章类型" in problem.expected


def test_a_sheet_that_is_not_read_is_mentioned(tmp_path: Path) -> None:
    file = TownshipFile()
    file.sheets["填表要求"] = [{"要求": "按实填写"}]
    (problem,) = read(file, tmp_path).problems
    assert brief(problem) == ("填表要求", None, "", "other-sheet")
    assert problem.is_reminder


def test_an_old_copy_of_a_sheet_is_not_read_beside_the_sheet(tmp_path: Path) -> None:
    file = TownshipFile()
    file.sheets["人员(旧)"] = [file.sheets["人员"][0] | {"角色": "出纳"}]
    workbook = read(file, tmp_path)
    assert workbook.errors == ()
    assert len(workbook.people) == COUNTS["people"]


def test_items_follow_a_cooperative_under_its_new_name(tmp_path: Path) -> None:
    file = TownshipFile()
    before = read(file, tmp_path).contracts
    for rows in file.sheets.values():
        for row in rows:
            row.update({name: f"{SECOND}（联合）" for name, value in row.items() if value == SECOND})
    assert [contract.key for contract in read(file, tmp_path).contracts] == [contract.key for contract in before]
