"""Cards handed out by hand. Card and code together are a whole person at a door: nobody hands out both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.custody.people import OneTimeCode, Person, Standing
from server.custody.printed_codes import UNNOTICED_MAX
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_ISSUE_CARDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CardIssue:
    """`who` gives `other` the card that `card_holder` has already (None: nobody). `codes` are those of `other`."""

    who: Standing
    other: Person
    card: str
    card_holder: Person | None
    codes: tuple[OneTimeCode, ...]
    now: datetime


def refuse_card(issue: CardIssue) -> Refused | None:
    """Why `who` may not hand out this card, or None."""
    return first_refusal((_may_issue, _not_to_oneself, _is_active, _card_is_free, _another_printed_the_code), issue)


def refuse_code_after_card(who: str, other: Person, now: datetime) -> Refused | None:
    """Why `who` may not print a code for `other`, whose card may be in the same hand, or None."""
    handed_out = other.card_at is not None and other.card_by == who and now - other.card_at <= UNNOTICED_MAX
    if not handed_out or other.card_blocked:
        return None
    return Refused("card_and_code", f"{other.name}的门卡是您发的，开通码请另一位同事打印：卡和码不经一个人的手。")


def _may_issue(issue: CardIssue) -> Refused | None:
    if issue.who.person.is_active and issue.who.holds_any(MAY_ISSUE_CARDS):
        return None
    return Refused("card_role", "门卡由三资办负责人或系统、安全管理员发放。请联系他们。")


def _not_to_oneself(issue: CardIssue) -> Refused | None:
    if issue.who.id != issue.other.id:
        return None
    return Refused("own_card", "不能给自己发门卡。请另一位同事办理。")


def _is_active(issue: CardIssue) -> Refused | None:
    if issue.other.is_active:
        return None
    return Refused("person_blocked", f"{issue.other.name}已停用，不能发卡。请先恢复。")


def _card_is_free(issue: CardIssue) -> Refused | None:
    holder = issue.card_holder
    if holder is None:
        return None
    if holder.id != issue.other.id:
        return Refused("card_taken", f"这张卡已经是{holder.name}的。请换一张卡。")
    if issue.other.card_blocked:
        return Refused("card_lost", "这张卡挂失过，不能再用。请换一张卡。")
    return Refused("card_same", f"这张卡就是{holder.name}现在用的，不用再发。")


def _another_printed_the_code(issue: CardIssue) -> Refused | None:
    if not any(_is_in_hand(code, issue.now) for code in _printed_by(issue.codes, issue.who.id)):
        return None
    said = f"{issue.other.name}的开通码是您打的，门卡请另一位同事发：卡和码不经一个人的手。"
    return Refused("card_and_code", said)


def _printed_by(codes: Iterable[OneTimeCode], who: str) -> Iterable[OneTimeCode]:
    return (code for code in codes if code.issued_by == who)


def _is_in_hand(code: OneTimeCode, now: datetime) -> bool:
    """Whether it can still be used, or the password set with it may be known to whoever printed it."""
    if code.used_at is None:
        return now <= code.expires_at
    return now - code.used_at <= UNNOTICED_MAX
