"""The roster of a township of any size: the same cooperatives and people, and as many things as are asked for."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, islice

from server.custody.roles import COOPERATIVE_ROLES, Role
from server.custody.roster import CabinetRow, CooperativeRow, ItemRow, PersonRow, Roster
from server.custody.states import ItemKind, SealType

COOPERATIVES = 100
FULL_SHELF = 160
"""So many contracts and vouchers the first cooperative keeps at least: more of each kind than a page shows."""
ITEMS_MIN = 1_000
"""So that every other one has something of each kind."""
DOORS = 24
VILLAGES = 25
MANDATE = timedelta(days=20 * 365)
_FIRST_PHONE = 13_900_000_000
_HAMLETS = ("东坑", "西坑", "大坪", "石桥", "双溪", "上塘", "下塘", "长岭", "白沙", "水口")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦"
_GIVEN = ("建国", "秀英", "志强", "桂兰", "海燕", "永福", "春生", "玉梅", "国平", "丽华")
_SEALS = {
    SealType.OFFICIAL: "公章",
    SealType.FINANCE: "财务专用章",
    SealType.CONTRACT: "合同专用章",
    SealType.LEGAL_REPRESENTATIVE: "法定代表人章",
}
_CONTRACTS = ("山林承包", "鱼塘出租", "厂房租赁", "果园承包", "店面出租", "道路硬化工程")
_OFFICE = (
    (Role.CABINET_OFFICER, 2),
    (Role.REVIEWER, 2),
    (Role.OFFICE_HEAD, 1),
    (Role.INSPECTOR, 1),
    (Role.TOWNSHIP_LEADER, 1),
    (Role.SYSTEM_ADMIN, 1),
    (Role.SECURITY_ADMIN, 1),
    (Role.AUDIT_ADMIN, 1),
)


def roster_of(items: int, founded: date) -> Roster:
    """Cooperatives, their people, the office's, and so many things: seals first, then contracts and vouchers."""
    cooperatives = tuple(_cooperatives(founded))
    return Roster(
        cabinets=tuple(_cabinets()),
        cooperatives=cooperatives,
        people=tuple(_people(cooperatives)),
        items=tuple(islice(_items(cooperatives, founded.year), items)),
    )


def cabinet_ids() -> tuple[str, ...]:
    """The numbers of the cabinets (柜号)."""
    return tuple(f"CAB-{number:02}" for number in range(1, -(-COOPERATIVES // DOORS) + 1))


def _cabinets() -> Iterator[CabinetRow]:
    for number, cabinet in enumerate(cabinet_ids(), start=1):
        yield CabinetRow(row=number, id=cabinet, place="便民大厅", compartments=DOORS)


def _cooperatives(founded: date) -> Iterator[CooperativeRow]:
    cabinets = cabinet_ids()
    for number in range(COOPERATIVES):
        hamlet, village = _HAMLETS[number % len(_HAMLETS)], number % VILLAGES + 1
        yield CooperativeRow(
            row=number + 2,
            code=f"QX-{number + 1:03}",
            village=f"第{village}村",
            name=f"清溪镇第{village}村{hamlet}{number // VILLAGES + 1}组股份经济合作社",
            cabinet=cabinets[number // DOORS],
            compartment=number % DOORS + 1,
            members=120 + number,
            resolved_on=founded,
            expires_on=founded + MANDATE,
        )


def _people(cooperatives: tuple[CooperativeRow, ...]) -> Iterator[PersonRow]:
    posts = [(each.name, role) for each in cooperatives for role in sorted(COOPERATIVE_ROLES)]
    posts += [("清溪镇三资办", role) for role, how_many in _OFFICE for _ in range(how_many)]
    for number, (unit, role) in enumerate(posts):
        name = _SURNAMES[number % len(_SURNAMES)] + _GIVEN[number // len(_SURNAMES) % len(_GIVEN)]
        yield PersonRow(row=number + 2, unit=unit, name=name, phone=str(_FIRST_PHONE + number), role=role)


def _items(cooperatives: tuple[CooperativeRow, ...], year: int) -> Iterator[ItemRow]:
    numbers = count(2)
    for seal_type, title in _SEALS.items():
        for each in cooperatives:
            name, row = f"{each.name}{title}", next(numbers)
            key = f"{name}/{title}"
            yield ItemRow(row=row, kind=ItemKind.SEAL, cooperative=each.name, key=key, name=name, seal_type=seal_type)
    for each, volume in _volumes(cooperatives):
        row = next(numbers)
        yield _contract(each, volume, row) if volume % 3 == 1 else _voucher(each, year, volume, row)


def _volumes(cooperatives: tuple[CooperativeRow, ...]) -> Iterator[tuple[CooperativeRow, int]]:
    """Whose volume, and its number: first a shelf of the first one's, then everybody's in turn."""
    first, *others = cooperatives
    yield from ((first, volume) for volume in range(1, FULL_SHELF + 1))
    for volume in count(1):
        yield from ((each, volume) for each in (*others, *([first] if volume > FULL_SHELF else [])))


def _contract(cooperative: CooperativeRow, volume: int, row: int) -> ItemRow:
    title = _CONTRACTS[volume % len(_CONTRACTS)]
    return ItemRow(
        row=row,
        kind=ItemKind.CONTRACT,
        cooperative=cooperative.name,
        key=f"{cooperative.code}-HT-{volume:04}",
        name=f"{title}合同（第{volume}号）",
        details={
            "合同编号": f"{cooperative.code}-HT-{volume:04}",
            "类别": title,
            "对方当事人": f"清溪{title[:2]}经营部",
            "总金额": f"{volume * 1_000}.00",
        },
    )


def _voucher(cooperative: CooperativeRow, year: int, volume: int, row: int) -> ItemRow:
    month = volume % 12 + 1
    return ItemRow(
        row=row,
        kind=ItemKind.VOUCHER,
        cooperative=cooperative.name,
        key=f"{year + volume // 36}-{month:02}-{volume}",
        name=f"{year + volume // 36}年{month}月凭证 第{volume}册",
        details={"年度": str(year + volume // 36), "月份": str(month), "册号": str(volume)},
    )
