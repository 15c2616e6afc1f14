"""Every reason for which a row is left out: exactly one 错误, at its cell, and nothing else is touched."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.server.documents.township_file import COUNTS, FIRST, SECOND, TownshipFile, brief, counted, read

ONE_CELL = {
    # sheet, row, heading, what is written there, the rule that refuses it
    "a seal of the village committee": ("印章", 3, "印章全称", "清溪镇东坑村村民委员会", "not-a-cooperative"),
    "a seal of a 村委会": ("印章", 3, "印章全称", "东坑村委会财务专用章", "not-a-cooperative"),
    "a seal for village affairs": ("印章", 3, "印章全称", "东坑村村务监督委员会", "not-a-cooperative"),
    "a seal whose owner is a 村委会": ("印章", 3, "合作社名称", "东坑村村民委员会", "not-a-cooperative"),
    "a contract of a 村委会": ("合同", 3, "合作社名称", "东坑村委会", "not-a-cooperative"),
    "a 村委会 as a cooperative": ("合作社", 4, "合作社名称", "清溪镇水口村村民委员会", "not-a-cooperative"),
    "a seal of an unknown cooperative": ("印章", 3, "合作社名称", "清溪镇东坑村第九经济合作社", "unknown-cooperative"),
    "a contract of an unknown cooperative": ("合同", 4, "合作社名称", "东坑", "unknown-cooperative"),
    "a volume of an unknown cooperative": ("财务凭证", 3, "合作社名称", "北栅经济合作社", "unknown-cooperative"),
    "a cabinet nobody registered": ("合作社", 4, "柜号", "CAB-09", "unknown-cabinet"),
    "a 柜号 no agent could use": ("共管柜", 4, "柜号", "一号柜", "cabinet-number"),
    "a compartment the cabinet does not have": ("合作社", 4, "格口", 25, "no-such-compartment"),
    "compartment nought": ("合作社", 4, "格口", 0, "whole-number"),
    "a card that is already someone's": ("人员", 5, "卡号", "0249103477", "card-taken"),
    "a card of nine digits": ("人员", 5, "卡号", "249103477", "card"),
    "a number of eight digits for a card": ("人员", 5, "卡号", 24910347, "card"),
    "somebody's card whose nought Excel ate": ("人员", 5, "卡号", 249103477, "card-taken"),
    "a card of letters": ("人员", 5, "卡号", "A249103477", "card"),
    "a phone that is already someone's": ("人员", 5, "手机号", "１３５２６０１８１５９", "phone-taken"),
    "a phone of ten digits": ("人员", 5, "手机号", 1352601815, "phone"),
    "a phone that begins with 2": ("人员", 5, "手机号", "23526018159", "phone"),
    "two phones in one cell": ("人员", 5, "手机号", "13526018150/13526018151", "phone"),
    "an unknown role": ("人员", 5, "角色", "出纳", "role"),
    "a person of an unknown unit": ("人员", 5, "所属单位", "县供销社", "unknown-unit"),
    "an accountant of the township": ("人员", 7, "所属单位", "三资办", "role-at-wrong-unit"),
    "a cabinet officer of a village": ("人员", 3, "所属单位", "东坑村", "role-at-wrong-unit"),
    "a date that does not exist": ("印章", 3, "启用日期", "2023-02-30", "no-such-date"),
    "a thirteenth month": ("合同", 3, "签订日期", "2023.13.1", "no-such-date"),
    "a month without a day": ("合同", 3, "签订日期", "2023年6月", "date"),
    "a date in American order": ("合同", 3, "签订日期", "6/25/2020", "date"),
    "a mandate that ends before it begins": ("合作社", 4, "委托到期日", date(2025, 11, 8), "mandate-order"),
    "a term of nought": ("合同", 3, "期限(年)", 0, "term"),
    "a negative term": ("合同", 3, "期限(年)", -5, "term"),
    "a term of words": ("合同", 3, "期限(年)", "长期", "term"),
    "a term of 71 years": ("合同", 4, "期限(年)", 71, "term"),
    "an amount of nought": ("合同", 3, "总金额(元)", 0, "positive-amount"),
    "a negative amount": ("合同", 3, "总金额(元)", -116000, "positive-amount"),
    "an amount of words": ("合同", 3, "总金额(元)", "面议", "positive-amount"),
    "an amount with a misplaced comma": ("合同", 3, "总金额(元)", "24,7", "positive-amount"),
    "an amount below one 分": ("合同", 3, "总金额(元)", "247.001", "positive-amount"),
    "an amount with a point that may be a comma": ("合同", 3, "总金额(元)", "247.000", "positive-amount"),
    "half a copy": ("合同", 3, "份数", 1.5, "whole-number"),
    "no pages": ("合同", 3, "页数", 0, "whole-number"),
    "no sheets": ("财务凭证", 3, "张数", 0, "whole-number"),
    "month thirteen": ("财务凭证", 3, "月份", 13, "whole-number"),
    "a year of two digits": ("财务凭证", 3, "年度", 25, "whole-number"),
    "a volume beyond the month's count": ("财务凭证", 4, "册号", 3, "volume-beyond-count"),
    "a range that runs backwards": ("财务凭证", 3, "凭证起讫号", "040-001", "range-backwards"),
    "an unknown type of seal": ("印章", 3, "印章类型", "骑缝章", "seal-type"),
    "a tag that is not hexadecimal": ("印章", 3, "标签号", "标签一", "tag"),
    "a tag that is on another seal": ("印章", 4, "标签号", "E280F2EE19F9919C895FD7B3", "tag-taken"),
    "a formula where text belongs": ("印章", 3, "印章全称", '="清溪镇"&"东坑村"', "formula"),
    "a formula where a number belongs": ("合同", 3, "总金额(元)", "=58000*2", "formula"),
    "a formula in full width": ("人员", 5, "姓名", "＝A1", "formula"),
    "a cell that shows an error": ("合同", 3, "合同名称", "#REF!", "cell-error"),
    "a name that is missing": ("人员", 5, "姓名", "　", "blank"),
    "a term that is missing": ("合同", 3, "期限(年)", None, "blank"),
    "a name as long as a letter": ("合同", 3, "合同名称", "长" * 201, "too-long"),
    "addresses that are the same": ("共管柜", 4, "板地址", "1,1", "board-addresses"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("sheet", "row", "heading", "value", "rule"),
    [pytest.param(*case, id=name) for name, case in ONE_CELL.items()],
)
def test_one_bad_cell_refuses_its_row(
    sheet: str, row: int, heading: str, value: object, rule: str, tmp_path: Path
) -> None:
    file = TownshipFile()
    file.put(sheet, heading, value, row=row)
    problems = read(file, tmp_path).errors
    assert brief(problems[0]) == (sheet, row, heading, rule)
    assert {problem.row for problem in problems if problem.sheet == sheet} == {row}


REPEATED: dict[str, tuple[Callable[[TownshipFile], int], str, str, str]] = {
    "编号": (lambda file: file.add("合作社", 合作社名称="东坑村第二经济合作社", 格口=2), "合作社", "编号", "repeated"),
    "the name of a cooperative": (
        lambda file: file.add("合作社", 编号="44200102", 格口=2),
        "合作社",
        "合作社名称",
        "same-name",
    ),
    "a compartment": (
        lambda file: file.add("合作社", 编号="44200102", 合作社名称="清溪镇东坑村第二经济合作社"),
        *("合作社", "格口", "compartment-taken"),
    ),
    "a person's role": (lambda file: file.add("人员"), "人员", "手机号", "repeated"),
    "a person with a second card": (
        lambda file: file.add("人员", 角色="三资办审核员", 卡号="0505913792"),
        *("人员", "卡号", "second-card"),
    ),
    "印章全称 and 类型": (
        lambda file: file.add("印章", 印章类型="行政章", 标签号=None),
        "印章",
        "印章全称",
        "repeated",
    ),
    "合同编号": (lambda file: file.add("合同", 合同名称="另一份合同"), "合同", "合同编号", "repeated"),
    "合同编号 in another cooperative": (
        lambda file: file.add("合同", 合作社名称=SECOND),
        *("合同", "合同编号", "repeated"),
    ),
    "cooperative, year, month and volume": (lambda file: file.add("财务凭证", 张数=99), "财务凭证", "册号", "repeated"),
    "柜号": (lambda file: file.add("共管柜", 柜号="cab-01", 串口="/dev/ttyUSB7"), "共管柜", "柜号", "repeated"),
}


@pytest.mark.parametrize(("repeat", "sheet", "column", "rule"), REPEATED.values(), ids=REPEATED)
def test_a_key_stands_for_one_row(
    repeat: Callable[[TownshipFile], int], sheet: str, column: str, rule: str, tmp_path: Path
) -> None:
    file = TownshipFile()
    row = repeat(file)
    workbook = read(file, tmp_path)
    assert (sheet, row, column, rule) in map(brief, workbook.errors)
    assert {problem.row for problem in workbook.errors} == {row}
    assert counted(workbook) == COUNTS


def test_two_cooperatives_with_the_same_seal_name_each_keep_theirs(tmp_path: Path) -> None:
    file = TownshipFile()
    file.add("印章", 合作社名称=SECOND, 标签号=None, 印章编码=None)
    assert len(read(file, tmp_path).seals) == 3


def test_a_refusal_says_what_stands_there_and_what_should(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("人员", "卡号", "0249103477", row=5)
    (problem,) = read(file, tmp_path).errors
    assert (problem.found, problem.expected) == ("0249103477", "这张卡已是林少军的（《人员》第 3 行），一人一张卡。")


def test_an_unknown_name_comes_with_the_nearest_known_one(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("印章", "合作社名称", "东坑村第一经济合作社")
    (problem,) = read(file, tmp_path).errors
    assert problem.expected == f"要写《合作社》表里的全称。最接近的是“{FIRST}”。"


def test_everything_wrong_with_a_row_is_said_at_once(tmp_path: Path) -> None:
    file = TownshipFile()
    for heading, value in {"期限(年)": "永久", "总金额(元)": "=1+1", "页数": "许多", "合作社名称": "某某社"}.items():
        file.put("合同", heading, value)
    rules = [problem.rule for problem in read(file, tmp_path).errors]
    assert rules == ["unknown-cooperative", "term", "formula", "whole-number"]


def test_what_belongs_to_a_refused_cooperative_points_to_the_row_to_mend(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("合作社", "成员人数", "约三百人", row=4)
    workbook = read(file, tmp_path)
    assert [(*brief(problem)[:2], problem.rows) for problem in workbook.errors] == [
        ("合作社", 4, 1), ("人员", 9, 3), ("合同", 4, 1),
    ]  # fmt: skip
    assert [problem.expected for problem in workbook.errors[1:]] == [
        "随《合作社》第 4 行一起没有读入的还有 3 行：9–11。请先改好那一行。",
        "这个合作社在《合作社》第 4 行没有读入，请先改好那一行。",
    ]


def test_what_is_read_fits_together_when_a_cabinet_is_refused(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("共管柜", "格口数", "很多")
    workbook = read(file, tmp_path)
    assert [cooperative.name for cooperative in workbook.cooperatives] == [SECOND]
    assert {seal.cooperative for seal in workbook.seals} == set()
    assert brief(workbook.errors[1]) == ("合作社", 3, "柜号", "refused-cabinet")


def test_a_card_of_a_refused_row_is_nobodys(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("人员", "角色", "出纳")
    file.put("人员", "卡号", "0249103477", row=5)
    assert [problem.rule for problem in read(file, tmp_path).errors] == ["role"]
