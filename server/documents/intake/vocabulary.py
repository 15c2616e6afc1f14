"""The words townships use: seals and contracts by their other names, offices, and owners whose things are not kept."""

import re

from server.custody.roles import ROLE_BY_TITLE, Role
from server.custody.states import SEAL_TITLES, SealType
from server.documents.intake.cells import CellValue, Refusal, as_text, compact, tidy
from server.documents.intake.records import UnitKind

OTHER_SEAL_NAMES: dict[SealType, tuple[str, ...]] = {
    SealType.OFFICIAL: ("行政章", "行政公章", "单位公章", "单位章", "合作社公章", "经济合作社公章"),
    SealType.FINANCE: ("财务章", "财务专用", "财务印章", "财务公章"),
    SealType.CONTRACT: ("合同章", "合同专用", "合同印章"),
    SealType.LEGAL_REPRESENTATIVE: (
        *(
            "法人章",
            "法人名章",
            "法人私章",
            "法人代表章",
            "法人代表名章",
            "法定代表人章",
            "法定代表人印章",
            "法定代表人私章",
        ),
        *("法人印章", "名章", "人名章", "私章", "个人名章", "理事长名章", "理事长章", "理事长私章", "负责人名章"),
    ),
    SealType.INVOICE: ("发票章", "发票专用"),
}
SEAL_TYPE_BY_NAME: dict[str, SealType] = {title: seal_type for seal_type, title in SEAL_TITLES.items()} | {
    name: seal_type for seal_type, names in OTHER_SEAL_NAMES.items() for name in names
}

OTHER_CATEGORY_NAMES: dict[str, tuple[str, ...]] = {
    "土地发包": ("土地承包", "发包", "土地", "土地发包承包"),
    "资产租赁": ("租赁", "资产出租", "出租", "物业租赁", "房屋租赁"),
    "工程": ("工程施工", "工程建设", "施工", "建设工程"),
    "采购": ("物资采购", "设备采购", "购置"),
    "劳务": ("劳务服务", "服务", "用工"),
    "投资入股": ("投资", "入股"),
    "其他": ("其它",),
}
CATEGORY_BY_NAME: dict[str, str] = {category: category for category in OTHER_CATEGORY_NAMES} | {
    name: category for category, names in OTHER_CATEGORY_NAMES.items() for name in names
}
CATEGORY_LETTERS: dict[str, str] = {
    "TD": "土地发包",
    "ZC": "资产租赁",
    "GC": "工程",
    "CG": "采购",
    "LW": "劳务",
    "TZ": "投资入股",
    "QT": "其他",
}
"""The category's letters inside a contract number such as 44200101-HT-2021-CG-0001."""

OFFICES: dict[str, str] = {
    "三资办": "三资办",
    "三资管理办公室": "三资办",
    "三资办公室": "三资办",
    "镇纪委": "镇纪委",
    "镇政府": "镇政府",
    "镇人民政府": "镇政府",
}

UNIT_KIND_OF_ROLE: dict[Role, UnitKind] = dict.fromkeys(Role, UnitKind.OFFICE) | {
    Role.HEAD: UnitKind.COOPERATIVE,
    Role.ACCOUNTANT: UnitKind.COOPERATIVE,
    Role.SUPERVISOR: UnitKind.COOPERATIVE,
    Role.VILLAGE_SECRETARY: UnitKind.VILLAGE,
    Role.VILLAGE_SUPERVISOR: UnitKind.VILLAGE,
}

_NOT_A_COOPERATIVE = re.compile("村民?委|村务(?!农)|村监委|党支部|党总支|党委|居民?委|村民小组|人民政府")
_TOWNSHIP_BEFORE = re.compile(r"^[\u4e00-\u9fff]{2,4}[镇乡](?=.)")
ONLY_COOPERATIVES = "只保管组级经济合作社的印章、合同和凭证；村委会等其他单位的请交回原单位。"


def belongs_elsewhere(name: str) -> bool:
    """Whether a name on a seal or in an owner's column is that of a 村委会, a party branch or another body."""
    return _NOT_A_COOPERATIVE.search(compact(name)) is not None


def read_seal_type(value: CellValue) -> SealType | Refusal:
    """The seal's type, also by its other names (财务章, 法人章, 行政章)."""
    written = compact(as_text(value))
    if belongs_elsewhere(written):
        return Refusal("not-a-cooperative", ONLY_COOPERATIVES)
    return SEAL_TYPE_BY_NAME.get(written, Refusal("seal-type"))


def read_role(value: CellValue) -> Role | Refusal:
    """One of the thirteen roles, by its title."""
    return ROLE_BY_TITLE.get(compact(as_text(value)), Refusal("role"))


def read_category(value: CellValue) -> str:
    """The contract's category under its usual name; an unusual one stays as it is written."""
    written = tidy(as_text(value))
    return CATEGORY_BY_NAME.get(compact(written).removesuffix("类").removesuffix("合同"), written)


def office_named(unit: str) -> str | None:
    """The township's office a unit's name means (清溪镇三资办 is 三资办), or None."""
    short = without_township(unit)
    return next((OFFICES[name] for name in (compact(unit), short, f"镇{short}") if name in OFFICES), None)


def without_township(unit: str) -> str:
    """清溪镇东坑村 as 东坑村, 清溪镇三资办 as 三资办."""
    return _TOWNSHIP_BEFORE.sub("", compact(unit))
