"""What is possible but odd: a 提醒 at its cell, and the row is read all the same."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.server.documents.township_file import COUNTS, FIRST, SECOND, TownshipFile, brief, counted, read

ONE_CELL = {
    "a lease over twenty years": ("合同", 3, "期限(年)", 25, "lease-over-20-years"),
    "a lease over twenty years by its months": ("合同", 3, "期限(年)", "241个月", "lease-over-20-years"),
    "an expired mandate": ("合作社", 4, "委托到期日", date(2026, 11, 22), "mandate-expired"),
    "a mandate of more than a term": ("合作社", 4, "委托到期日", date(2031, 11, 9), "mandate-long"),
    "no date to the mandate": ("合作社", 4, "委托到期日", None, "no-mandate"),
    "a resolution not yet passed": ("合作社", 4, "委托保管决议日期", "2027-01-01", "future"),
    "a wrong check digit": ("合作社", 4, "统一社会信用代码", "N2442001MF9436387M", "credit-code"),
    "a code with the letter O for a nought": ("合作社", 4, "统一社会信用代码", "N2442OO1MF9436387N", "credit-code"),
    "a code of seventeen characters": ("合作社", 4, "统一社会信用代码", "N2442001MF9436387", "credit-code"),
    "another village than in the name": ("合作社", 4, "所属村", "石龙村", "village-not-in-name"),
    "a Cyrillic letter in a name": ("合作社", 4, "合作社名称", f"{SECOND}С", "odd-name"),
    "a stand-in for a character": ("人员", 3, "姓名", "林□军", "odd-name"),
    "a Latin letter in a person's name": ("人员", 3, "姓名", "林少军A", "odd-name"),
    "a private character": ("人员", 3, "姓名", "林\ue863军", "odd-name"),
    "a 名章 of somebody else": ("印章", 4, "印章全称", "何英国印", "seal-of-another"),
    "a 公章 of somebody else": ("印章", 3, "印章全称", "清溪镇石龙村第一经济合作社", "seal-of-another"),
    "a seal code of twelve digits": ("印章", 3, "印章编码", "442000705657", "seal-code"),
    "the code of another seal": ("印章", 4, "印章编码", "4420007056578", "seal-code-taken"),
    "a seal from the future": ("印章", 3, "启用日期", "2026-11-24", "future"),
    "a contract from the future": ("合同", 4, "签订日期", "2026-12-01", "future"),
    "a contract number of another's": ("合同", 4, "合同编号", "44200101-HT-2026-LW-0001", "number-of-another"),
    "a contract number of another year": ("合同", 4, "合同编号", "44200308-HT-2025-LW-0001", "number-of-another"),
    "a contract number of another category": ("合同", 4, "合同编号", "44200308-HT-2026-CG-0001", "number-of-another"),
    "an unusual category": ("合同", 4, "类别", "保密协议", "unusual-category"),
    "fewer sheets than vouchers": ("财务凭证", 3, "张数", 39, "fewer-sheets"),
    "a range nobody can read": ("财务凭证", 3, "凭证起讫号", "收001-020、付001-009", "unreadable-range"),
    "no range at all": ("财务凭证", 3, "凭证起讫号", None, "unreadable-range"),
    "a card whose nought Excel ate": ("人员", 5, "卡号", 193309983, "card-padded"),
    "a zero-width space in a name": ("人员", 6, "姓名", "廖\u200b坤东", "invisible"),
    "an isolate mark in a phone": ("人员", 6, "手机号", "\u206813122330792\u2069", "invisible"),
    "a soft hyphen in a title": ("合同", 3, "合同名称", "东坑村商铺\u00ad租赁合同", "invisible"),
    "an unknown board": ("共管柜", 4, "控制板型号", "智能柜锁控板", "unknown-board"),
    "more compartments than locks": ("共管柜", 4, "格口数", 33, "boards-do-not-fit"),
    "a feedback that settles nothing": ("共管柜", 4, "门锁反馈", "锁闭短接", "unknown-feedback"),
}  # fmt: skip


@pytest.mark.parametrize(("sheet", "row", "heading", "value", "rule"), ONE_CELL.values(), ids=ONE_CELL)
def test_an_odd_cell_is_read_and_reported(
    sheet: str, row: int, heading: str, value: object, rule: str, tmp_path: Path
) -> None:
    file = TownshipFile()
    file.put(sheet, heading, value, row=row)
    workbook = read(file, tmp_path)
    assert (sheet, row, heading, rule) in map(brief, workbook.problems)
    assert heading == "合作社名称" or counted(workbook) == COUNTS


def test_the_good_township_has_nothing_odd(tmp_path: Path) -> None:
    assert read(TownshipFile(), tmp_path).problems == ()


ORDINARY = {
    "a lease of twenty years": ("合同", 3, "期限(年)", 20),
    "land for thirty years": ("合同", 4, "期限(年)", 30),
    "the most a term can be": ("合同", 4, "期限(年)", 70),
    "a mandate to its last day": ("合作社", 4, "委托到期日", date(2026, 11, 23)),
    "a mandate of exactly five years": ("合作社", 4, "委托到期日", date(2030, 11, 9)),
    "no 统一社会信用代码": ("合作社", 4, "统一社会信用代码", None),
    "as many sheets as vouchers": ("财务凭证", 3, "张数", 40),
    "a seal used from today": ("印章", 3, "启用日期", date(2026, 11, 23)),
    "a name with a dot": ("人员", 3, "姓名", "买买提·吐尔逊"),
    "a name with a rare character": ("人员", 3, "姓名", "林𬱖军"),
    "a seal without tag": ("印章", 3, "标签号", None),
    "a seal without date": ("印章", 3, "启用日期", None),
}


@pytest.mark.parametrize(("sheet", "row", "heading", "value"), ORDINARY.values(), ids=ORDINARY)
def test_what_is_ordinary_is_not_reported(sheet: str, row: int, heading: str, value: object, tmp_path: Path) -> None:
    file = TownshipFile()
    file.put(sheet, heading, value, row=row)
    assert read(file, tmp_path).problems == ()


def test_a_padded_card_is_read_with_its_nought(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("人员", "卡号", 193309983, row=5)
    workbook = read(file, tmp_path)
    assert [person.card for person in workbook.people if person.name == "詹清"] == ["0193309983"]


def test_a_name_with_a_character_nobody_sees_is_the_name_everybody_sees(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("人员", "姓名", "廖\u200b坤\u2067东\u2069", row=6)
    workbook = read(file, tmp_path)
    assert "廖坤东" in [person.name for person in workbook.people]
    (problem,) = workbook.problems
    assert problem.expected == "里面有看不见的字符（U+200B），已经去掉；请在表里也去掉。"


OFFICERS: dict[str, tuple[Callable[[TownshipFile], object], tuple[str, str, str]]] = {
    "named, but not among the people": (
        lambda file: file.put("合作社", "报账员", "宋水阿"),
        ("报账员", "宋水阿", "《人员》表里这个合作社的报账员是游少玉，请核对。"),
    ),
    "among the people, but not named": (
        lambda file: file.put("合作社", "监事", None),
        ("监事", "（空）", "《人员》表里的监事是孙辉，请补上。"),
    ),
    "nobody has the role": (
        lambda file: file.sheets["人员"].pop(5),
        ("监事", "孙辉", "《人员》表里没有读到这位监事，补上之前不能登录和开柜。"),
    ),
}


@pytest.mark.parametrize(("spoil", "expected"), OFFICERS.values(), ids=OFFICERS)
def test_officers_are_compared_with_the_people(
    spoil: Callable[[TownshipFile], object], expected: tuple[str, str, str], tmp_path: Path
) -> None:
    file = TownshipFile()
    spoil(file)
    (problem,) = read(file, tmp_path).problems
    assert (problem.column, problem.found, problem.expected) == expected
    assert problem.is_reminder


def test_one_person_in_two_offices_of_a_cooperative_is_odd(tmp_path: Path) -> None:
    file = TownshipFile()
    file.put("合作社", "报账员", "廖坤东")
    assert "one-person-two-offices" in [problem.rule for problem in read(file, tmp_path).problems]


def test_one_person_may_serve_two_cooperatives(tmp_path: Path) -> None:
    file = TownshipFile()
    row = file.add("人员", 所属单位=SECOND, 姓名="游少玉", 手机号="13402685995", 角色="报账员", 卡号=None)
    workbook = read(file, tmp_path)
    assert [brief(problem) for problem in workbook.problems] == [("人员", row, "手机号", "second-role")]
    assert [person.unit.name for person in workbook.people if person.name == "游少玉"] == [FIRST, SECOND]


def test_a_second_head_of_a_cooperative_is_odd(tmp_path: Path) -> None:
    file = TownshipFile()
    row = file.add("人员", 所属单位=FIRST, 姓名="何英国", 手机号="13708227654", 角色="理事长", 卡号=None)
    assert [brief(problem) for problem in read(file, tmp_path).problems] == [("人员", row, "姓名", "another-head")]
