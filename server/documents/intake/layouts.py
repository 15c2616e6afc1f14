"""The six sheets as a table: field, headings, reader, what is expected. Everything about a column stands here."""

from typing import Any

from server.custody.roles import TITLES
from server.custody.states import SEAL_TITLES
from server.documents.intake.boards import read_board_addresses
from server.documents.intake.fields import (
    Field,
    Layout,
    cabinet_number,
    count,
    day,
    owner,
    read_owned_name,
    read_words,
    words,
)
from server.documents.intake.identifiers import code_like, read_card, read_phone
from server.documents.intake.numbers import read_amount_cents, read_arrears_cents, read_term_months, whole_number
from server.documents.intake.records import Cabinet, Contract, Cooperative, Person, Seal, VoucherVolume
from server.documents.intake.refusals import (
    CABINET_REFUSALS,
    CONTRACT_REFUSALS,
    COOPERATIVE_REFUSALS,
    PERSON_REFUSALS,
    SEAL_REFUSALS,
    VOUCHER_REFUSALS,
)
from server.documents.intake.reminders import (
    CABINET_REMINDERS,
    CONTRACT_REMINDERS,
    COOPERATIVE_REMINDERS,
    PERSON_REMINDERS,
    SEAL_REMINDERS,
    VOUCHER_REMINDERS,
)
from server.documents.intake.town import find_cabinet, find_unit
from server.documents.intake.vocabulary import read_category, read_role, read_seal_type

# Two or three short lines a column, as a table is read; a line for every argument would hide the table.
# fmt: off

CABINETS = Layout(
    sheet="共管柜", others="柜子", record=Cabinet, known_by="number",
    refusals=CABINET_REFUSALS, reminders=CABINET_REMINDERS,
    fields=(
        cabinet_number("number"),
        words("place", "存放地点", "地点 位置 存放位置", blank=""),
        Field("compartments", "格口数", "格口总数 格数 格口数量",
              whole_number("格", "个", "个格口", most=999), "写格口的总数，1 到 999。"),
        words("board_model", "控制板型号", "锁控板型号 控制板 锁控板 板型号", blank=""),
        words("port", "串口", "串口号 端口", blank=""),
        Field("baud", "波特率", "串口波特率",
              whole_number("bps", least=1200, most=921600), "写 9600、19200 这样的波特率。", blank=None),
        Field("board_addresses", "板地址", "控制板地址 锁控板地址 地址",
              read_board_addresses, "写板上拨码的地址，几块板用逗号隔开，例如 0,1。", blank=()),
        words("lock_feedback", "门锁反馈", "反馈 锁反馈 门锁反馈方式", blank=""),
    ),
)

COOPERATIVES = Layout(
    sheet="合作社", others="", record=Cooperative, known_by="name",
    refusals=COOPERATIVE_REFUSALS, reminders=COOPERATIVE_REMINDERS,
    fields=(
        Field("code", "编号", "合作社编号 组织编号 代码",
              code_like(r"[A-Z0-9][A-Z0-9-]{0,31}", "code"), "写数字编号，例如 44200101。"),
        words("village", "所属村", "村 村名 行政村 村(社区)"),
        Field("name", "合作社名称", "合作社 合作社(组)名称 合作社全称 名称 经济合作社名称 单位名称",
              read_owned_name, "写合作社全称。"),
        Field("credit_code", "统一社会信用代码", "社会信用代码 信用代码 统一信用代码",
              code_like(r"[0-9A-Z]{1,32}", "credit-code"), "写 18 位数字和字母；没有的留空。", blank=None),
        count("members", "成员人数", "成员数 人数 社员人数", "人", blank=None),
        words("head", "理事长", "社长 理事长姓名 法定代表人 负责人", blank=""),
        words("accountant", "报账员", "报账员姓名", blank=""),
        words("supervisor", "监事", "监事长 监事姓名", blank=""),
        day("resolved_on", "委托保管决议日期", "决议日期 委托决议日期 委托日期", blank=None),
        day("expires_on", "委托到期日", "委托到期日期 到期日 到期日期 委托保管到期日", blank=None),
        cabinet_number("cabinet", find_cabinet),
        Field("compartment", "格口", "格口号 格号 柜格 格口编号",
              whole_number("号格口", "号格", "格口", "号", "格"), "写格口的号，例如 7。"),
    ),
)

PEOPLE = Layout(
    sheet="人员", others="", record=Person,
    refusals=PERSON_REFUSALS, reminders=PERSON_REMINDERS,
    fields=(
        Field("unit", "所属单位", "单位 单位名称 所在单位 合作社名称 工作单位",
              read_words, "写三资办、镇纪委、镇政府、村名或合作社全称。", find=find_unit),
        words("name", "姓名", "人员姓名 名字"),
        Field("phone", "手机号", "手机 手机号码 联系电话 电话 电话号码 联系方式",
              read_phone, "写 11 位手机号，以 1 开头。"),
        Field("role", "角色", "岗位 职务 岗位角色", read_role, f"写下列角色之一：{'、'.join(TITLES.values())}。"),
        Field("card", "卡号", "门禁卡号 IC卡号 卡片号 工卡号",
              read_card, "写卡面上的 10 位数字，前面的 0 也要写；单元格设为文本。", blank=None),
    ),
)

SEALS = Layout(
    sheet="印章", others="公章", record=Seal,
    refusals=SEAL_REFUSALS, reminders=SEAL_REMINDERS,
    fields=(
        owner(),
        Field("name", "印章全称", "印章名称 印章名称(全称) 章名 印文 全称", read_owned_name, "写章面上的全称。"),
        Field("seal_type", "印章类型", "类型 印章种类 种类 印章类别",
              read_seal_type, f"写下列类型之一：{'、'.join(SEAL_TITLES.values())}。"),
        Field("seal_code", "印章编码", "编码 防伪编码 印章编号",
              code_like(r"[0-9A-Z-]{1,32}", "seal-code"), "写章面上的 13 位数字；没有的留空。", blank=""),
        words("material", "材质", "印章材质", blank=""),
        words("size", "规格", "规格尺寸 尺寸", blank=""),
        day("used_since", "启用日期", "启用时间 启用日", blank=None),
        Field("tag", "标签号", "标签 电子标签 电子标签号 RFID标签号 EPC",
              code_like(r"[0-9A-F]{8,32}", "tag"), "写标签上的 24 位数字和字母（A 到 F）；没有的留空。", blank=None),
    ),
)

CONTRACTS = Layout(
    sheet="合同", others="", record=Contract,
    refusals=CONTRACT_REFUSALS, reminders=CONTRACT_REMINDERS,
    fields=(
        owner(),
        Field("number", "合同编号", "合同号 编号 档号",
              code_like(r"\S{1,64}", "contract-number"), "写合同编号，最多 64 个字。"),
        words("name", "合同名称", "名称 合同标题"),
        Field("category", "类别", "合同类别 合同类型 类型", read_category, "写合同类别，例如资产租赁。", blank="其他"),
        words("counterparty", "对方当事人", "对方 对方单位 对方单位/个人 乙方 承包方 承租方", blank=""),
        day("signed_on", "签订日期", "签订时间 签约日期 签署日期"),
        Field("term_months", "期限(年)", "合同期限 年限 租期",
              read_term_months, "期限写大于 0 的数，最长 70 年，例如 3、1.5 或 7个月。",
              units={"年": "", "月": "个月", "个月": "个月"}),
        Field("amount_cents", "总金额(元)", "金额 合同金额 合同总金额 合同价款",
              read_amount_cents, "金额写大于 0 的数，例如 247000、247,000.00元 或 24.7万。",
              units={"元": "", "人民币": "", "千元": "千元", "万元": "万元"}),
        count("copies", "份数", "合同份数", "份"),
        count("pages", "页数", "合同页数", "页"),
        words("archive_number", "档号", "合同档号", blank=""),
        words("subject", "标的及坐落", "标的 坐落 标的物", blank=""),
        words("extent", "面积/数量", "面积 数量", blank=""),
        words("payment", "付款方式及应收日", "付款方式 缴款方式 应收日", blank=""),
        words("decision", "民主决策形式及日期", "民主决策 决策会议及日期", blank=""),
        words("transaction", "交易方式/交易平台编号", "交易方式 交易平台编号 交易编号", blank=""),
        words("performance", "履行状态", "履行情况", blank=""),
        Field("arrears_cents", "欠缴金额(元)", "欠缴 欠款 欠款金额",
              read_arrears_cents, "写欠缴的金额，例如 12000；不欠的写 0 或留空。", blank=None,
              units={"元": "", "人民币": "", "千元": "千元", "万元": "万元"}),
        day("arrears_since", "欠缴起始日", "欠缴日期 欠缴起始日期 欠款日期", blank=None),
        words("retention", "保管期限", "", blank=""),
        words("original_or_copy", "正/副本", "正副本", blank=""),
        words("is_original", "是否原件", "原件", blank=""),
        words("note", "备注", "", blank=""),
    ),
)

VOUCHERS = Layout(
    sheet="财务凭证", others="凭证", record=VoucherVolume,
    refusals=VOUCHER_REFUSALS, reminders=VOUCHER_REMINDERS,
    fields=(
        owner(),
        Field("year", "年度", "年份 年 会计年度",
              whole_number("年度", "年", least=1949, most=2100), "写四位年份，例如 2025。"),
        Field("month", "月份", "月 会计月份", whole_number("月份", "月", most=12), "写 1 到 12 的月份。"),
        Field("volume", "册号", "册次 第几册 本册号", whole_number("册", most=999), "写本月的第几册，例如 1。"),
        Field("volumes_in_month", "本月共几册", "本月册数 共几册 总册数 本月共册",
              whole_number("册", most=999), "写本月一共几册，例如 1。"),
        words("numbers", "凭证起讫号", "起讫号 凭证号 凭证起止号 起止号", blank=""),
        count("sheets", "张数", "凭证张数 总张数", "张"),
    ),
)
# fmt: on

LAYOUTS: tuple[Layout[Any], ...] = (CABINETS, COOPERATIVES, PEOPLE, SEALS, CONTRACTS, VOUCHERS)
"""In the order in which rows may refer to each other."""
