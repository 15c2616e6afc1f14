"""东坑村 as a workbook would have it: three cooperatives with their seals and contracts, and everybody's roles."""

from datetime import date

from server.custody.roles import Role
from server.custody.roster import CabinetRow, CooperativeRow, ItemRow, PersonRow, Roster
from server.custody.states import ItemKind, SealType

_COOPERATIVES = {"东坑一社": "第一", "东坑二社": "第二", "东坑三社": "第三"}
_PEOPLE = (
    ("三资办", "林少军", Role.CABINET_OFFICER),
    ("三资办", "何慧敏", Role.REVIEWER),
    ("三资办", "谢文彬", Role.REVIEWER),
    ("三资办", "赵文斌", Role.OFFICE_HEAD),
    ("镇纪委", "周建国", Role.INSPECTOR),
    ("镇政府", "叶海燕", Role.SYSTEM_ADMIN),
    ("镇政府", "潘振东", Role.SECURITY_ADMIN),
    ("第一", "廖坤东", Role.HEAD),
    ("第一", "游少玉", Role.ACCOUNTANT),
    ("第一", "孙辉", Role.SUPERVISOR),
    ("第二", "柯火梅", Role.HEAD),
    ("第二", "蓝观润", Role.ACCOUNTANT),
    ("第二", "温振", Role.SUPERVISOR),
    ("镇政府", "苏志伟", Role.TOWNSHIP_LEADER),
)


def full_name(ordinal: str) -> str:
    """清溪镇东坑村第一经济合作社."""
    return f"清溪镇东坑村{ordinal}经济合作社"


def roster() -> Roster:
    """Three cooperatives, thirteen people with cards, three seals and a contract each."""
    return Roster(
        cabinets=(CabinetRow(row=3, id="CAB-01", place="便民服务大厅", compartments=24),),
        cooperatives=tuple(_cooperative(n, ordinal) for n, ordinal in enumerate(_COOPERATIVES.values(), 1)),
        people=tuple(_person(n, *line) for n, line in enumerate(_PEOPLE, 1)),
        items=tuple(item for ordinal in _COOPERATIVES.values() for item in _items(ordinal)),
        document="00" * 32,
    )


def _cooperative(number: int, ordinal: str) -> CooperativeRow:
    return CooperativeRow(
        row=number + 2,
        code=f"4420010{number}",
        village="东坑村",
        name=full_name(ordinal),
        cabinet="CAB-01",
        compartment=number,
        resolved_on=date(2025, 9, 21),
        expires_on=date(2030, 9, 21),
    )


def _person(number: int, unit: str, name: str, role: Role) -> PersonRow:
    in_cooperative = unit.startswith("第")
    return PersonRow(
        row=number + 2,
        unit=full_name(unit) if in_cooperative else unit,
        name=name,
        phone=f"1380000{number:04}",
        role=role,
        card=f"{number:010}",
    )


def _items(ordinal: str) -> list[ItemRow]:
    name = full_name(ordinal)
    seals = (SealType.OFFICIAL, SealType.FINANCE, SealType.LEGAL_REPRESENTATIVE)
    return [
        *(
            ItemRow(row=3, kind=ItemKind.SEAL, cooperative=name, key=f"{name}/{each}", name=name, seal_type=each)
            for each in seals
        ),
        ItemRow(row=3, kind=ItemKind.CONTRACT, cooperative=name, key=f"{ordinal}-HT-1", name="路灯采购合同"),
    ]
