"""Each form has exactly the official columns, and says in each what belongs there."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from server.documents.papers import (
    archive_register,
    contract_catalogue,
    disclosure,
    handover_list,
    inventory,
    opening_register,
    seal_register,
)
from server.documents.papers.approval_form import approval_grid
from server.documents.papers.paper import Column, Style, headings_of, table, write_cell
from tests.server.documents.papers import paper_rows as rows

OFFICIAL = {
    "用印登记表": (
        seal_register.COLUMNS,
        (
            "序号 | 用印编号 | 用印日期时间 | 合作社(组)名称 | 印章名称 | 用印事由 | 文件名称及文号 | 对方单位/个人 | "
            "金额(元) | 份数 | 盖章次数 | 申请(经办)人 | 批准人 | 审批单号 | 监印人 | 保管人(开柜人) | 取出时间 | "
            "归还时间 | 是否外带 | 附件/影像号 | 备注"
        ),
    ),
    "印章交接清单 一": (
        handover_list.SEAL_COLUMNS,
        "序号 | 印章名称(全称) | 印章编码 | 类型 | 材质/规格 | 数量 | 启用日期 | 外观状况 | 印模 | 柜号/格口 | 备注",
    ),
    "印章交接清单 二": (
        handover_list.CONTRACT_COLUMNS,
        "序号 | 合同编号 | 合同名称 | 签订日期 | 对方 | 期限 | 金额 | 页数 | 正/副本 | 是否原件 | 备注",
    ),
    "印章交接清单 三": (
        handover_list.VOUCHER_COLUMNS,
        "序号 | 年度 | 月份 | 册号(共x第x) | 凭证起讫号 | 张数 | 附件 | 完好情况 | 备注",
    ),
    "会计档案借阅登记表": (
        archive_register.COLUMNS,
        (
            "序号 | 日期 | 查阅/借阅单位 | 查阅人 | 证件/介绍信号 | 查阅目的 | 档案名称 | 年度 | 月份 | 册号 | "
            "凭证号 | 方式(查阅/复制/外借) | 复制页数 | 批准人 | 经办人 | 应还日期 | 归还日期 | 归还时完好情况 | "
            "归还人/接收人签字 | 备注"
        ),
    ),
    "合同档案目录": (
        contract_catalogue.COLUMNS,
        (
            "序号 | 档号 | 合同编号 | 合同名称 | 类别 | 发包(出租)方 | 承包(承租)方 | 标的及坐落(四至) | 面积/数量 | "
            "起止日期 | 年限 | 单价/总金额 | 付款方式及应收日 | 民主决策形式及日期 | 交易方式/交易平台编号 | "
            "签订日期 | 用印编号 | 履行状态 | 欠缴金额 | 份数/页数 | 保管期限 | 存放位置(柜/格) | 备注"
        ),
    ),
    "共管柜开启记录": (
        opening_register.COLUMNS,
        "序号 | 时间 | 柜 | 格 | 原因 | 授权号 | 开启人1 | 开启人2 | 方式 | 关门时间 | 结果",
    ),
    "盘点表": (
        inventory.COLUMNS,
        "序号 | 合作社(组)名称 | 类别 | 名称 | 编号 | 柜号/格口 | 账面 | 实存 | 盈亏 | 原因 | 盘点人 | 监盘人",
    ),
    "用印情况公开表": (
        disclosure.COLUMNS,
        (
            "序号 | 日期 | 印章 | 用印事由(类别) | 文件/合同名称 | 对方(脱敏) | 金额 | 期限 | 决策会议及日期 | "
            "是否外带 | 经办人 | 监印人"
        ),
    ),
}


@pytest.mark.parametrize(("columns", "official"), OFFICIAL.values(), ids=OFFICIAL)
def test_the_columns_are_the_official_ones(columns: tuple[Column[object], ...], official: str) -> None:
    assert " | ".join(headings_of(columns)) == official


def test_the_approval_form_asks_what_the_official_one_asks() -> None:
    official = (
        "编号、申请日期、用印方式、合作社名称、申请人、电话、拟用印章、用印事由、文件名称、份数/页数、对方当事人、"
        "金额(元)、合同期限、是否重大事项、民主决策情况、附件清单、外带地点及事由、随行人、预计归还时间、"
        "社长（理事长）意见、监事会/理财小组意见、村（社区）审核意见、三资办审核意见、镇分管领导意见、"
        "实际用印份数、用印时间、监印人签名、归还确认"
    )
    grid = approval_grid(rows.FORM)
    assert "、".join(field.label for line in grid.lines for field in line) == official
    assert all(sum(field.span for field in line) == 6 for line in grid.lines)


def test_the_approval_form_ticks_what_is_asked_for_and_leaves_room_to_sign() -> None:
    fields = {field.label: field.value for line in approval_grid(rows.FORM).lines for field in line}
    assert fields["拟用印章"] == "☑公章　☐财务专用章"
    assert fields["是否重大事项"] == "是"
    assert fields["三资办审核意见"] == "同意。　何慧敏　2026-11-23 09:30"
    assert str(fields["镇分管领导意见"]).startswith("签名：")


@pytest.mark.parametrize(("found", "difference"), [(1, 0), (0, -1), (2, 1), (None, None)])
def test_the_inventory_says_what_is_too_much_or_missing(found: int | None, difference: int | None) -> None:
    assert replace(rows.THING, found=found).difference == difference


@pytest.mark.parametrize(
    ("price", "amount_cents", "written"),
    [
        ("每亩每年800元", 24_700_000, "每亩每年800元 / 247,000.00"),
        ("每亩每年800元", None, "每亩每年800元"),
        ("", 24_700_000, 24_700_000),
        ("", None, None),
    ],
    ids=["both", "a price alone", "a total alone", "neither"],
)
def test_the_catalogue_says_price_and_total(price: str, amount_cents: int | None, written: object) -> None:
    assert replace(rows.CONTRACT, price=price, amount_cents=amount_cents).amount == written


def test_rows_are_numbered_in_the_order_given() -> None:
    two = table(opening_register.COLUMNS, [rows.DOOR, replace(rows.DOOR, result="已取出")])
    assert [(row[0], row[-1]) for row in two.rows] == [(1, "未结束"), (2, "已取出")]


@pytest.mark.parametrize(
    ("value", "style", "written"),
    [
        (None, Style.TEXT, ""),
        ("=1+1", Style.TEXT, "=1+1"),
        (4, Style.COUNT, "4"),
        (24_700_005, Style.AMOUNT, "247,000.05"),
        ("每亩每年 800 元", Style.AMOUNT, "每亩每年 800 元"),
        (datetime(2026, 11, 22, 16, 5, tzinfo=UTC), Style.TIME, "2026-11-23 00:05"),
        (date(2026, 11, 3), Style.DATE, "2026-11-03"),
    ],
    ids=["nothing", "words", "a figure", "an amount", "an amount in words", "a time, in China's", "a day"],
)
def test_a_cell_is_written_as_people_write_it(value: object, style: Style, written: str) -> None:
    assert write_cell(value, style) == written  # type: ignore[arg-type]
