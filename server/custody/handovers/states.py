"""The words of a handover: codes for tables and entries, titles for people."""

from collections.abc import Mapping
from enum import StrEnum


class HandoverKind(StrEnum):
    """Why things are counted and signed for."""

    FIRST = "first"
    INVENTORY = "inventory"
    CUSTODIAN = "custodian"
    ELECTION = "election"
    EXIT = "exit"


class HandoverState(StrEnum):
    """Where a handover stands, from the draft of its list to the last signature."""

    DRAFT = "draft"
    COUNTING = "counting"
    DISCREPANCY = "discrepancy"
    RESOLVED = "resolved"
    SIGNING = "signing"
    DONE = "done"
    CANCELLED = "cancelled"


class Found(StrEnum):
    """What counting one line came to."""

    AS_LISTED = "as_listed"
    DIFFERENT = "different"
    NOT_FOUND = "not_found"


class Resolution(StrEnum):
    """How a difference was settled before anybody signed."""

    EXPLAINED = "explained"
    CORRECTED = "corrected"
    ACCEPTED_MISSING = "accepted_missing"


class Part(StrEnum):
    """In which part somebody signs."""

    HANDS_OVER = "hands_over"
    RECEIVES = "receives"
    COUNTS = "counts"
    WATCHES = "watches"
    WATCHES_COUNT = "watches_count"


class SignedBy(StrEnum):
    """How somebody proved who they are at signing: by their own session, or by password on a shared tablet."""

    SESSION = "session"
    PASSWORD = "password"  # noqa: S105 - the word, not a password


HANDOVER_KIND_TITLES: Mapping[HandoverKind, str] = {
    HandoverKind.FIRST: "首次进柜",
    HandoverKind.CUSTODIAN: "岗位变动",
    HandoverKind.ELECTION: "换届启封",
    HandoverKind.EXIT: "退出共管",
    HandoverKind.INVENTORY: "年度盘点",
}
HANDOVER_STATE_TITLES: Mapping[HandoverState, str] = {
    HandoverState.DRAFT: "清单待核",
    HandoverState.COUNTING: "清点中",
    HandoverState.DISCREPANCY: "有差异待处理",
    HandoverState.RESOLVED: "待签字",
    HandoverState.SIGNING: "签字中",
    HandoverState.DONE: "已办结",
    HandoverState.CANCELLED: "已取消",
}
FOUND_TITLES: Mapping[Found, str] = {
    Found.AS_LISTED: "相符",
    Found.DIFFERENT: "不符",
    Found.NOT_FOUND: "未见",
}
RESOLUTION_TITLES: Mapping[Resolution, str] = {
    Resolution.EXPLAINED: "已说明",
    Resolution.CORRECTED: "已更正登记",
    Resolution.ACCEPTED_MISSING: "按缺失移交",
}
PART_TITLES: Mapping[Part, str] = {
    Part.HANDS_OVER: "移交人",
    Part.RECEIVES: "接收人",
    Part.COUNTS: "盘点人",
    Part.WATCHES: "监交人",
    Part.WATCHES_COUNT: "监盘人",
}
