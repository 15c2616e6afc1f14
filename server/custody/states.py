"""The words for what things are and where they stand: codes for tables and entries, titles for people."""

from enum import StrEnum


class CredentialKind(StrEnum):
    """What a person proves who they are with, beside the card."""

    PASSWORD = "password"  # noqa: S105 - the word, not a password
    PIN = "pin"


class ItemKind(StrEnum):
    """What kind of thing is kept."""

    SEAL = "seal"
    CONTRACT = "contract"
    VOUCHER = "voucher"


class SealType(StrEnum):
    """The five seals a cooperative can have; the first four are those of the roster."""

    OFFICIAL = "official"
    FINANCE = "finance"
    CONTRACT = "contract"
    LEGAL_REPRESENTATIVE = "legal_representative"
    INVOICE = "invoice"


class ItemState(StrEnum):
    """Where an item is, as far as anybody reported."""

    REGISTERED = "registered"
    IN_CABINET = "in_cabinet"
    OUT = "out"
    MISSING = "missing"
    RELEASED = "released"
    DESTROYED = "destroyed"


class SealLife(StrEnum):
    """Whether a seal may be used, wherever it is; every other thing stays in use for good."""

    IN_USE = "in_use"
    FROZEN = "frozen"
    LOST = "lost"
    VOIDED = "voided"
    STOPPED = "stopped"
    SURRENDERED = "surrendered"
    DESTROYED = "destroyed"


class CheckoutState(StrEnum):
    """Where a checkout stands, from the request to the return."""

    FILED = "filed"
    ENDORSED = "endorsed"
    RETURNED_FOR_CORRECTION = "returned_for_correction"
    PERMITTED = "permitted"
    OUT = "out"
    RETURNED = "returned"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class DepositState(StrEnum):
    """Where a deposit stands. An arranged one waits only while its permit's window lasts."""

    ARRANGED = "arranged"
    DEPOSITED = "deposited"
    WITHDRAWN = "withdrawn"


class PermitState(StrEnum):
    """What became of a permit. Only a live one may still open a compartment for taking or depositing."""

    LIVE = "live"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Step(StrEnum):
    """The decisions a checkout can need, in this order; the policy says which."""

    HEAD = "head"
    VILLAGE = "village"
    OFFICE = "office"
    OFFICE_HEAD = "office_head"
    LEADER = "leader"


KIND_TITLES: dict[ItemKind, str] = {ItemKind.SEAL: "印章", ItemKind.CONTRACT: "合同", ItemKind.VOUCHER: "财务凭证"}
SEAL_TITLES: dict[SealType, str] = {
    SealType.OFFICIAL: "公章",
    SealType.FINANCE: "财务专用章",
    SealType.CONTRACT: "合同专用章",
    SealType.LEGAL_REPRESENTATIVE: "法定代表人名章",
    SealType.INVOICE: "发票专用章",
}
ITEM_STATE_TITLES: dict[ItemState, str] = {
    ItemState.REGISTERED: "已登记未入柜",
    ItemState.IN_CABINET: "在柜",
    ItemState.OUT: "已取出",
    ItemState.MISSING: "待查找",
    ItemState.RELEASED: "已交还本社",
    ItemState.DESTROYED: "已销毁",
}
SEAL_LIFE_TITLES: dict[SealLife, str] = {
    SealLife.IN_USE: "在用",
    SealLife.FROZEN: "已冻结",
    SealLife.LOST: "已报遗失",
    SealLife.VOIDED: "已声明作废",
    SealLife.STOPPED: "已停用",
    SealLife.SURRENDERED: "已缴回封存",
    SealLife.DESTROYED: "已销毁",
}
STEP_TITLES: dict[Step, str] = {
    Step.HEAD: "理事长",
    Step.VILLAGE: "村级审核",
    Step.OFFICE: "三资办",
    Step.OFFICE_HEAD: "三资办负责人",
    Step.LEADER: "分管领导",
}
CHECKOUT_STATE_TITLES: dict[CheckoutState, str] = {
    CheckoutState.FILED: "待审批",
    CheckoutState.ENDORSED: "审批中",
    CheckoutState.RETURNED_FOR_CORRECTION: "待补正",
    CheckoutState.PERMITTED: "可取用",
    CheckoutState.OUT: "已取出",
    CheckoutState.RETURNED: "已归还",
    CheckoutState.REFUSED: "未同意",
    CheckoutState.WITHDRAWN: "已撤回",
    CheckoutState.EXPIRED: "过期未取",
}
