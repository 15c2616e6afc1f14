"""The workbook that came with the first township, which the demo imports."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

import server.demo
from server.custody.roles import Role
from server.custody.states import SealType
from server.documents.intake.records import Unit, UnitKind
from server.documents.intake.spreadsheet import open_spreadsheet
from server.documents.workbook import Workbook, read_workbook
from tests.server.documents.township_file import TODAY

ROSTER = Path(server.demo.__file__).with_name("township_roster.xlsx")


@pytest.fixture(scope="module")
def workbook() -> Workbook:
    return read_workbook(ROSTER, today=TODAY)


def test_every_row_of_it_is_read(workbook: Workbook) -> None:
    assert (len(workbook.cabinets), len(workbook.cooperatives), len(workbook.people)) == (2, 37, 130)
    assert (len(workbook.seals), len(workbook.contracts), len(workbook.vouchers)) == (109, 118, 770)
    assert workbook.errors == ()


def test_what_is_odd_in_it_is_found(workbook: Workbook) -> None:
    assert [(problem.sheet, problem.row, problem.rule) for problem in workbook.problems] == [
        ("合作社", 5, "mandate-long"),
        ("合作社", 11, "mandate-expired"),
        ("合作社", 23, "mandate-expired"),
        ("合同", 7, "lease-over-20-years"),
        ("合同", 60, "lease-over-20-years"),
        ("合同", 70, "lease-over-20-years"),
        ("合同", 97, "lease-over-20-years"),
        ("合同", 108, "lease-over-20-years"),
    ]


def test_all_thirteen_roles_are_in_it(workbook: Workbook) -> None:
    roles = Counter(person.role for person in workbook.people)
    assert roles.keys() == set(Role)
    assert roles[Role.HEAD] == roles[Role.ACCOUNTANT] == roles[Role.SUPERVISOR] == 37


def test_its_dates_in_four_forms_are_dates(workbook: Workbook) -> None:
    assert workbook.cooperatives[2].resolved_on == date(2020, 9, 3)
    assert [seal.used_since for seal in workbook.seals[1:4]] == [
        date(2015, 6, 1),
        date(2016, 8, 17),
        date(2013, 11, 20),
    ]


def test_its_phones_as_numbers_and_in_full_width_are_phones(workbook: Workbook) -> None:
    by_name = {person.name: person for person in workbook.people}
    assert by_name["赵文斌"].phone == "13609139099"
    assert by_name["谢文彬"].phone == "13800138000"


def test_a_type_by_another_name_and_spaces_around_a_name_are_put_right(workbook: Workbook) -> None:
    assert workbook.seals[1].seal_type is SealType.FINANCE
    assert workbook.seals[7].name == "清溪镇东坑村第四经济合作社财务专用章"


def test_people_belong_to_an_office_a_village_or_a_cooperative(workbook: Workbook) -> None:
    assert workbook.people[0].unit == Unit(UnitKind.OFFICE, "三资办")
    assert workbook.people[11].unit == Unit(UnitKind.VILLAGE, "东坑村")
    assert workbook.people[13].unit == Unit(UnitKind.COOPERATIVE, "清溪镇东坑村第一经济合作社", "44200101")


def test_keys_are_distinct_and_the_same_at_every_reading(workbook: Workbook) -> None:
    again = read_workbook(ROSTER, today=TODAY)
    for rows in (workbook.cabinets, workbook.cooperatives, workbook.people, workbook.seals, workbook.contracts):
        assert len({row.key for row in rows}) == len(rows)
    assert len({volume.key for volume in workbook.vouchers}) == 770
    assert again == workbook


def test_progress_is_told_sheet_by_sheet() -> None:
    told: list[tuple[str, int, int | None]] = []
    read_workbook(ROSTER, lambda *progress: told.append(progress), today=TODAY)
    assert told == [
        ("共管柜", 4, 4),
        ("合作社", 41, 41),
        ("人员", 132, 132),
        ("印章", 111, 111),
        ("合同", 120, 120),
        ("财务凭证", 500, 772),
        ("财务凭证", 772, 772),
    ]


def test_the_demo_has_the_workbook_with_its_six_sheets() -> None:
    with open_spreadsheet(ROSTER) as sheets:
        assert [sheet.title for sheet in sheets] == ["共管柜", "合作社", "人员", "印章", "合同", "财务凭证"]
