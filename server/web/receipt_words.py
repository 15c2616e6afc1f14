"""What is said of a receipt that somebody checks, on the page and at the command line alike."""

from collections.abc import Mapping
from enum import StrEnum

from server.web.language import N_


class Verdict(StrEnum):
    """What it comes to. `OPEN`: nothing is wrong, but not everything could be checked."""

    RIGHT = "right"
    OPEN = "open"
    WRONG = "wrong"


class Said(StrEnum):
    """One thing that was found, in the order of the checks."""

    MALFORMED = "malformed"
    PARTS_MISSING = "parts_missing"
    OTHER_LOG = "other_log"
    FORGED = "forged"
    KEY_OVER = "key_over"
    SIGNED = "signed"
    NOT_PROVEN = "not_proven"
    PROVEN = "proven"
    FALSELY_SEEN = "falsely_seen"
    SEEN = "seen"
    UNSEEN = "unseen"
    NOT_LOOKED = "not_looked"
    DAMAGED = "damaged"
    UNSIGNED_NOW = "unsigned_now"
    SHRUNK = "shrunk"
    REWRITTEN = "rewritten"
    STANDS = "stands"


VERDICTS: Mapping[Verdict, str] = {
    Verdict.RIGHT: N_("凭证是真的"),
    Verdict.OPEN: N_("还没有核对完"),
    Verdict.WRONG: N_("凭证不对"),
}
SENTENCES: Mapping[Said, str] = {
    Said.MALFORMED: N_("凭证不成形：没有抄全，或者抄错了。请再扫一次，或者完整地贴进来。"),
    Said.PARTS_MISSING: N_("完整证明共 {count} 张码，还差第 {missing} 张。请接着扫，或者把它们的文字都贴在一起。"),
    Said.OTHER_LOG: N_("这不是本镇这本台账开出的凭证：签它的是另一把钥匙。请核对单据上印的公钥指纹。"),
    Said.FORGED: N_("签名不对：它不是这本台账开出的，或者有字被改过。请保留单据，告诉镇纪委。"),
    Said.KEY_OVER: N_("签它的密钥那时已经停用，或者还没有换上：密钥可能被盗过。请保留单据，告诉镇纪委。"),
    Said.SIGNED: N_("签名对：台账确实公布过共 {size} 条时的这个树头，单据说第 {index} 条在里面。"),
    Said.NOT_PROVEN: N_("单据自带的证明不对：第 {index} 条不在它所说的台账里。请保留单据，告诉镇纪委。"),
    Said.PROVEN: N_("单据自带的证明对：第 {index} 条当时就在台账里。"),
    Said.FALSELY_SEEN: N_("{witness} 的见证签名不对：不是它签的，或者有字被改过。请保留单据，告诉镇纪委。"),
    Said.SEEN: N_("见证的签名对，当时的台账它们也看过：{seen}。"),
    Said.UNSEEN: N_("上面没有这里认得的见证签名，只有台账自己的签名。"),
    Said.NOT_LOOKED: N_("没有连上公布的台账，还没有核对这一条现在在不在。有网络时请再核验一次。"),
    Said.DAMAGED: N_(
        "公布的台账缺了文件，或者文件坏了，没法核对这一条。请拿完整的一份再核验；还是这样，请保留单据，告诉镇纪委。"
    ),
    Said.UNSIGNED_NOW: N_("现在公布的台账上没有它自己的签名。请保留单据，告诉镇纪委。"),
    Said.SHRUNK: N_("现在公布的台账只有 {now} 条，比单据上的少：以前的记录不见了。请保留单据，告诉镇纪委。"),
    Said.REWRITTEN: N_("与现在公布的台账对不上：以前的记录被改过。请保留单据，告诉镇纪委。"),
    Said.STANDS: N_("第 {index} 条现在还在公布的台账里，一字未改：{at}，{title}。台账现在共 {now} 条。"),
}
"""Filled in with what the receipt and the log say."""
