"""One row of each form, valid by default, with the long names and the odd characters that real ones have."""

from datetime import UTC, date, datetime

from firmware_protocol.times import CHINA
from server.documents.papers import seal_register
from server.documents.papers.approval_form import ApprovalForm
from server.documents.papers.archive_register import ArchiveReading
from server.documents.papers.contract_catalogue import CataloguedContract
from server.documents.papers.disclosure import DisclosedUse
from server.documents.papers.handover_list import HandedOverContract, HandedOverSeal, HandedOverVolume
from server.documents.papers.inventory import CountedThing
from server.documents.papers.opening_register import OpenedDoor
from server.documents.papers.paper import Grid, Paper, Table, table
from server.documents.papers.seal_register import SealUse

NINE_THIRTY = datetime(2026, 11, 23, 9, 30, tzinfo=CHINA)
LONG_NAME = "清溪镇水口村第八经济合作社法定代表人名章"
FINGERPRINT = "日志 gongguan/abc，共 12,345 条，树根 " + "ab" * 32

USE = SealUse(
    number="日志1234",
    used_at=NINE_THIRTY,
    cooperative="清溪镇东坑村第一经济合作社",
    seals="公章、法定代表人名章",
    purpose="签订商铺租赁合同",
    document="东坑村商铺租赁合同（44200101-HT-2026-ZC-0007）",
    counterparty="郑炳文",
    amount_cents=11_600_050,
    copies=4,
    impressions=8,
    applicant="游少玉",
    approvers="廖坤东、何慧敏",
    request="k-abcdefghij234567",
    witness="孙辉",
    officer="林少军",
    taken_at=datetime(2026, 11, 23, 1, 15, tzinfo=UTC),
    returned_at=None,
    is_off_site=False,
    attachments="",
    note="",
)
READING = ArchiveReading(
    at=NINE_THIRTY,
    unit="清溪镇东坑村第一经济合作社",
    reader="游少玉",
    letter="",
    purpose="核对报账",
    archive="2024年2月凭证 第1册（共1册）",
    year="2024",
    month="2",
    volume="1",
    numbers="001-040",
    mode="查阅",
    pages_copied=None,
    approvers="廖坤东、何慧敏",
    handled_by="林少军",
    due_at=NINE_THIRTY,
    returned_at=NINE_THIRTY,
    condition="完好",
    returned_by="游少玉、林少军",
    note="",
)
CONTRACT = CataloguedContract(
    name="东坑村路灯采购合同",
    owner="清溪镇东坑村第一经济合作社",
    counterparty="清溪镇恒达贸易有限公司",
    signed_on=date(2021, 12, 9),
    term="3年",
    amount_cents=24_700_000,
    price="",
    copies_and_pages="4份/8页",
    uses="日志1234",
    place="CAB-01/1",
    written={"合同编号": "44200101-HT-2021-CG-0001", "类别": "采购"},
)
DOOR = OpenedDoor(
    at=NINE_THIRTY,
    cabinet="CAB-01",
    compartment="7",
    reason="取用：签合同",
    permit="m-abcdefghij234567",
    first="游少玉",
    second="林少军",
    way="凭许可",
    closed_at=None,
    result="未结束",
)
THING = CountedThing(
    cooperative="清溪镇东坑村第一经济合作社",
    kind="公章",
    name=LONG_NAME,
    number="4420007056578",
    place="CAB-01/1",
    booked=1,
    found=0,
    reason="外带未还",
    counter="林少军",
    overseer="周建国",
)
SEAL = HandedOverSeal(
    name=LONG_NAME,
    code="4420007056578",
    type="法定代表人名章",
    material_and_size="橡胶 方形 20mm",
    used_since=date(2008, 10, 5),
    condition="完好",
    place="CAB-01/1",
    note="",
)
HANDED_CONTRACT = HandedOverContract(
    number="44200101-HT-2021-CG-0001",
    name="东坑村路灯采购合同",
    signed_on=date(2021, 12, 9),
    counterparty="清溪镇恒达贸易有限公司",
    term="3年",
    amount_cents=24_700_000,
    pages="8",
    original_or_copy="正本",
    is_original="是",
    note="",
)
VOLUME = HandedOverVolume(
    year="2024",
    month="2",
    volume="共1第1",
    numbers="001-040",
    sheets="63",
    enclosures="银行回单 12 张",
    condition="完好",
    note="",
)
DISCLOSED = DisclosedUse(
    on=date(2026, 11, 23),
    seals="公章",
    purpose="签土地承包合同",
    document="土地承包合同",
    counterparty="张*",
    amount_cents=None,
    term="10年",
    decision="成员大会 2026-10-01",
    is_off_site=True,
    handled_by="游少玉",
    witness="孙辉",
)
FORM = ApprovalForm(
    number="k-abcdefghij234567",
    filed_at=NINE_THIRTY,
    cooperative="清溪镇东坑村第一经济合作社",
    applicant="游少玉",
    phone="13402685995",
    seals=(("公章", True), ("财务专用章", False)),
    others="",
    purpose="签订商铺租赁合同",
    document="东坑村商铺租赁合同",
    copies_and_pages="4份/12页",
    counterparty="郑炳文",
    amount_cents=11_600_050,
    term="3年",
    is_major=True,
    decision="成员大会 2026-10-01 应到 113 实到 100 同意 90",
    attachments=("合同.pdf", "会议记录.jpg"),
    way="现场",
    place="",
    companion="",
    due_at=NINE_THIRTY,
    opinions={"三资办审核意见": "同意。　何慧敏　2026-11-23 09:30"},
    copies_used="4",
    used_at=NINE_THIRTY,
    witness="",
    returned="",
)


def paper(*blocks: Table | Grid, **changes: object) -> Paper:
    """A paper of the township with these blocks, or with one use of a seal."""
    usual: dict[str, object] = {
        "form": seal_register.FORM,
        "title": seal_register.TITLE,
        "of": "清溪镇",
        "blocks": blocks or (table(seal_register.COLUMNS, [USE], nothing=seal_register.NOTHING),),
        "printed_at": NINE_THIRTY,
        "printed_by": "何慧敏",
        "fingerprint": FINGERPRINT,
        "head": (("期间", "2026-11-01 至 2026-11-30"),),
        "prepared_by": "林少军",
    }
    return Paper(**(usual | changes))  # type: ignore[arg-type]
