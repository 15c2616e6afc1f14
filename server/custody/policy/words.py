"""The words of the policy: codes for tables and entries, titles for people. A member is never renamed."""

from enum import StrEnum


class Mode(StrEnum):
    """How something is used."""

    ON_SITE = "on_site"
    OFF_SITE = "off_site"
    READ = "read"
    AWAY = "away"
    INSPECTION = "inspection"
    SEIZURE = "seizure"


class Matter(StrEnum):
    """What it is used for."""

    ROUTINE = "routine"
    PAYMENT = "payment"
    PURCHASE = "purchase"
    WORKS = "works"
    LEASE = "lease"
    LAND = "land"
    CONSTRUCTION_LAND = "construction_land"
    INVESTMENT = "investment"
    DISPOSAL = "disposal"
    CREDIT = "credit"
    HOMESTEAD = "homestead"
    SHARES = "shares"
    COMPENSATION = "compensation"
    MEMBERSHIP = "membership"
    CHARTER = "charter"
    MERGER = "merger"
    GUARANTEE = "guarantee"
    OFFICER_CREDIT = "officer_credit"
    GOVERNMENT_DEBT = "government_debt"
    PARTNERSHIP = "partnership"
    BLANK_PAPER = "blank_paper"


class Tier(StrEnum):
    """How much is at stake: no money, then by amount; a long term counts as the highest."""

    T0 = "t0"
    T1 = "t1"
    T2 = "t2"
    T3 = "t3"
    T4 = "t4"


class Meeting(StrEnum):
    """Who can decide for a cooperative."""

    MEMBERS = "members"
    REPRESENTATIVES = "representatives"
    BOARD = "board"


class Evidence(StrEnum):
    """Papers a request has to come with."""

    DOCUMENT = "document"
    MINUTES = "minutes"
    PARTY_DISCUSSION = "party_discussion"
    LETTER = "letter"
    IDENTITY = "identity"


class Presence(StrEnum):
    """Who stands at the door besides the holder and the cabinet officer."""

    WITNESS = "witness"
    COMPANION = "companion"


LEAVES_THE_HALL = frozenset({Mode.OFF_SITE, Mode.AWAY, Mode.SEIZURE})
"""Modes in which what is taken goes out of the house."""
SEALS_PAPERS = frozenset({Mode.ON_SITE, Mode.OFF_SITE})
"""Modes in which a seal is put on something."""
FOR_OTHERS = frozenset({Mode.INSPECTION, Mode.SEIZURE})
"""Modes in which somebody outside the cooperative's office reads: they are named, with their paper."""
ORDERED = frozenset({Mode.SEIZURE})
"""Modes that an authority orders: no use of the cooperative's own, so that rules, figures and what is published about
how it uses its things leave them out."""

TO_BE_ATTACHED = frozenset({Evidence.MINUTES, Evidence.PARTY_DISCUSSION, Evidence.LETTER})
"""Evidence that has to be handed in as a file; the document itself and a card are shown at the counter."""

MODE_TITLES: dict[Mode, str] = {
    Mode.ON_SITE: "在大厅盖章",
    Mode.OFF_SITE: "带出去盖章",
    Mode.READ: "在大厅查阅",
    Mode.AWAY: "借出去",
    Mode.INSPECTION: "成员查阅",
    Mode.SEIZURE: "上级调取",
}
MATTER_TITLES: dict[Matter, str] = {
    Matter.ROUTINE: "日常证明、报表（不涉及钱）",
    Matter.PAYMENT: "付款、报账",
    Matter.PURCHASE: "采购",
    Matter.WORKS: "工程建设",
    Matter.LEASE: "出租集体资产",
    Matter.LAND: "土地承包、发包",
    Matter.CONSTRUCTION_LAND: "集体经营性建设用地",
    Matter.INVESTMENT: "投资入股",
    Matter.DISPOSAL: "转让、处置资产",
    Matter.CREDIT: "向银行贷款",
    Matter.HOMESTEAD: "宅基地使用",
    Matter.SHARES: "收益权份额量化",
    Matter.COMPENSATION: "土地补偿费分配",
    Matter.MEMBERSHIP: "成员身份确认",
    Matter.CHARTER: "制定、修改章程",
    Matter.MERGER: "合并、分立",
    Matter.GUARANTEE: "为他人债务担保",
    Matter.OFFICER_CREDIT: "借款给理事、监事",
    Matter.GOVERNMENT_DEBT: "替地方政府举债",
    Matter.PARTNERSHIP: "做普通合伙人",
    Matter.BLANK_PAPER: "在空白纸、空白表格上盖章",
}
TIER_TITLES: dict[Tier, str] = {
    Tier.T0: "不涉及钱",
    Tier.T1: "小额",
    Tier.T2: "一般金额",
    Tier.T3: "较大金额",
    Tier.T4: "大额或长期",
}
MEETING_TITLES: dict[Meeting, str] = {
    Meeting.MEMBERS: "成员大会",
    Meeting.REPRESENTATIVES: "成员代表大会",
    Meeting.BOARD: "理事会",
}
EVIDENCE_TITLES: dict[Evidence, str] = {
    Evidence.DOCUMENT: "要盖章的文件",
    Evidence.MINUTES: "会议记录（参会人签名）",
    Evidence.PARTY_DISCUSSION: "党组织研究讨论的记录",
    Evidence.LETTER: "调取函或介绍信",
    Evidence.IDENTITY: "查阅人的身份证件",
}
PRESENCE_TITLES: dict[Presence, str] = {Presence.WITNESS: "监印人", Presence.COMPANION: "随行人"}
