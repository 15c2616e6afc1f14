"""Why a request is sent back to be corrected: a fixed word for the log, a sentence for the applicant."""

from enum import StrEnum


class Correction(StrEnum):
    """A reason code; what is written beside it says more."""

    PURPOSE = "purpose"
    DOCUMENT = "document"
    AMOUNT = "amount"
    VOTE = "vote"
    EVIDENCE = "evidence"
    ITEMS = "items"
    ANOTHER_DAY = "another_day"
    OTHER = "other"


CORRECTION_TITLES: dict[Correction, str] = {
    Correction.PURPOSE: "事由没写清楚",
    Correction.DOCUMENT: "文件或份数不对",
    Correction.AMOUNT: "金额和合同不一致",
    Correction.VOTE: "表决情况不清楚",
    Correction.EVIDENCE: "材料不齐",
    Correction.ITEMS: "用的章不对",
    Correction.ANOTHER_DAY: "请改天再用",
    Correction.OTHER: "其他",
}
