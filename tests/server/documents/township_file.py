"""A small township's workbook, good by default, for tests to spoil: two villages, two cooperatives, nine people.

Row 1 of every sheet is a merged title, row 2 its headings, so the first row of things is row 3.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook as ExcelFile
from openpyxl.worksheet.worksheet import Worksheet

from server.custody.roster import RowProblem
from server.documents.workbook import Workbook, read_workbook

Rows = list[dict[str, Any]]

TODAY = date(2026, 11, 23)
FIRST, SECOND = "清溪镇东坑村第一经济合作社", "清溪镇水口村第八经济合作社"
FIRST_ROW = 3

CABINETS: Rows = [
    {"柜号": "CAB-01", "存放地点": "便民服务大厅", "控制板型号": "通用8A锁控板(24路)", "串口": "/dev/ttyUSB0",
     "波特率": 9600, "板地址": 1, "格口数": 24, "门锁反馈": "锁闭短接"},
    {"柜号": "CAB-02", "存放地点": "便民服务大厅", "控制板型号": "科荣KR-CU16(2块)", "串口": "/dev/ttyUSB1",
     "波特率": 19200, "板地址": "0,1", "格口数": 24, "门锁反馈": "1=锁闭"},
]  # fmt: skip
COOPERATIVES: Rows = [
    {"编号": "44200101", "所属村": "东坑村", "合作社名称": FIRST, "统一社会信用代码": "N2442001MF60313725",
     "成员人数": 113, "理事长": "廖坤东", "报账员": "游少玉", "监事": "孙辉", "委托保管决议日期": date(2025, 9, 21),
     "委托到期日": date(2030, 9, 21), "柜号": "CAB-01", "格口": 1},
    {"编号": "44200308", "所属村": "水口村", "合作社名称": SECOND, "统一社会信用代码": "N2442001MF9436387N",
     "成员人数": 368, "理事长": "江燕强", "报账员": "唐杰豪", "监事": "温火", "委托保管决议日期": date(2025, 11, 9),
     "委托到期日": date(2030, 11, 9), "柜号": "CAB-02", "格口": 4},
]  # fmt: skip
PEOPLE: Rows = [
    {"所属单位": "三资办", "姓名": "林少军", "手机号": "13526018159", "角色": "三资办柜管员", "卡号": "0249103477"},
    {"所属单位": "镇政府", "姓名": "叶海燕", "手机号": "13862527601", "角色": "系统管理员", "卡号": None},
    {"所属单位": "东坑村", "姓名": "詹清", "手机号": "13366712768", "角色": "村监委主任", "卡号": "1193309983"},
    {"所属单位": FIRST, "姓名": "廖坤东", "手机号": "13122330792", "角色": "理事长", "卡号": "1128488133"},
    {"所属单位": FIRST, "姓名": "游少玉", "手机号": "13402685995", "角色": "报账员", "卡号": "4093524416"},
    {"所属单位": FIRST, "姓名": "孙辉", "手机号": "13289078666", "角色": "监事", "卡号": "1692732589"},
    {"所属单位": SECOND, "姓名": "江燕强", "手机号": "13296822081", "角色": "理事长", "卡号": "3730051388"},
    {"所属单位": SECOND, "姓名": "唐杰豪", "手机号": "13950038083", "角色": "报账员", "卡号": "2193860369"},
    {"所属单位": SECOND, "姓名": "温火", "手机号": "13728322706", "角色": "监事", "卡号": "0585194018"},
]
SEALS: Rows = [
    {"合作社名称": FIRST, "印章全称": FIRST, "印章类型": "公章", "印章编码": "4420007056578", "材质": "橡胶",
     "规格": "圆形 42mm", "启用日期": date(2008, 10, 5), "标签号": "E280F2EE19F9919C895FD7B3"},
    {"合作社名称": FIRST, "印章全称": "廖坤东印", "印章类型": "法定代表人名章", "印章编码": None, "材质": "铜",
     "规格": "方形 20mm", "启用日期": "2015年6月1日", "标签号": "E2804093A268AA872607679D"},
]  # fmt: skip
CONTRACTS: Rows = [
    {"合作社名称": FIRST, "合同编号": "44200101-HT-2020-ZC-0002", "合同名称": "东坑村商铺租赁合同", "类别": "资产租赁",
     "对方当事人": "郑炳文", "签订日期": date(2020, 6, 25), "期限(年)": 5, "总金额(元)": 116000, "份数": 4, "页数": 12},
    {"合作社名称": SECOND, "合同编号": "44200308-HT-2026-LW-0001", "合同名称": "水口村保洁服务合同", "类别": "劳务",
     "对方当事人": "清溪镇恒达贸易有限公司", "签订日期": date(2026, 2, 28), "期限(年)": 2, "总金额(元)": 37000,
     "份数": 4, "页数": 20},
]  # fmt: skip
VOUCHERS: Rows = [
    {"合作社名称": FIRST, "年度": 2025, "月份": 3, "册号": 1, "本月共几册": 2, "凭证起讫号": "001-040", "张数": 63},
    {"合作社名称": FIRST, "年度": 2025, "月份": 3, "册号": 2, "本月共几册": 2, "凭证起讫号": "041-072", "张数": 40},
]
GOOD: dict[str, Rows] = {
    "共管柜": CABINETS,
    "合作社": COOPERATIVES,
    "人员": PEOPLE,
    "印章": SEALS,
    "合同": CONTRACTS,
    "财务凭证": VOUCHERS,
}

COUNTS = {"cabinets": 2, "cooperatives": 2, "people": 9, "seals": 2, "contracts": 2, "vouchers": 2}


def _good_sheets() -> dict[str, Rows]:
    return {title: [dict(row) for row in rows] for title, rows in GOOD.items()}


@dataclass
class TownshipFile:
    """Sheets as lists of rows by heading, to be changed and then written. `after` changes the Excel file itself."""

    sheets: dict[str, Rows] = field(default_factory=_good_sheets)
    after: list[Callable[[ExcelFile], None]] = field(default_factory=list)

    def put(self, sheet: str, heading: str, value: object, *, row: int = FIRST_ROW) -> None:
        """Writes one cell, `row` counted as Excel counts."""
        self.sheets[sheet][row - FIRST_ROW][heading] = value

    def add(self, sheet: str, **changes: object) -> int:
        """Adds a copy of the sheet's first row with changes; the number of the new row."""
        rows = self.sheets[sheet]
        rows.append(rows[0] | changes)
        return FIRST_ROW + len(rows) - 1

    def rename(self, sheet: str, heading: str, other: str) -> None:
        """Gives a column another heading."""
        self.sheets[sheet] = [
            {other if name == heading else name: value for name, value in row.items()} for row in self.sheets[sheet]
        ]

    def write(self, path: Path) -> Path:
        """Writes the workbook, without asking whether it is good."""
        book = ExcelFile()
        book.remove(book.worksheets[0])
        for title, rows in self.sheets.items():
            _fill(book.create_sheet(title), f"清溪镇{title}登记表", rows)
        for change in self.after:
            change(book)
        book.save(path)
        return path


def _fill(sheet: Worksheet, title: str, rows: Rows) -> None:
    headings = list(rows[0])
    sheet.append([title])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(headings))
    sheet.append(headings)
    for row in rows:
        sheet.append([row.get(heading) for heading in headings])


def read(file: TownshipFile, folder: Path) -> Workbook:
    """Writes the file and reads it back as the product does."""
    return read_workbook(file.write(folder / "township.xlsx"), today=TODAY)


def counted(workbook: Workbook) -> dict[str, int]:
    """How many rows were read of each kind."""
    return {name: len(getattr(workbook, name)) for name in COUNTS}


def brief(problem: RowProblem) -> tuple[str, int | None, str, str]:
    """What a test compares: sheet, row, column and rule."""
    return problem.sheet, problem.row, problem.column, problem.rule
