"""Who may keep whom out, at once and everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_BLOCK, MAY_ISSUE_CODES, MAY_UNBLOCK, MAY_WITHDRAW_ROLES


@dataclass(frozen=True, slots=True)
class OneToAnother:
    """Somebody who acts, and whom it concerns."""

    who: Standing
    other: Standing


def refuse_to_block(pair: OneToAnother) -> Refused | None:
    """Why `who` may not block `other`, or None."""
    return first_refusal((_may_block, _not_oneself, _is_active), pair)


def refuse_to_unblock(pair: OneToAnother) -> Refused | None:
    """Why `who` may not let `other` in again, or None."""
    return first_refusal((_may_unblock, _is_blocked), pair)


def refuse_to_block_card(pair: OneToAnother) -> Refused | None:
    """Why `who` may not block the card of `other`, or None. One's own card anybody may block."""
    return first_refusal((_own_card_or_may_block, _has_a_card), pair)


def refuse_to_block_pin(pair: OneToAnother, *, has_pin: bool) -> Refused | None:
    """Why `who` may not block the PIN of `other`, or None. `has_pin`: one opens. One's own anybody may."""
    if (refused := _own_pin_or_may_block(pair)) is not None:
        return refused
    return None if has_pin else Refused("pin_not_in_use", f"{pair.other.name}没有在用的开柜密码，不用锁。")


def refuse_to_end_sessions(pair: OneToAnother) -> Refused | None:
    """Why `who` may not end the sessions of `other`, or None. One's own anybody may end."""
    return first_refusal((_own_sessions_or_may_block,), pair)


def refuse_to_issue_code(pair: OneToAnother) -> Refused | None:
    """Why `who` may not print a one-time code for `other`, or None."""
    return first_refusal(_CODE_RULES, pair)


def refuse_to_withdraw_role(pair: OneToAnother) -> Refused | None:
    """Why `who` may not take a role from `other`, or None."""
    return first_refusal((_may_withdraw_roles,), pair)


def _may_withdraw_roles(pair: OneToAnother) -> Refused | None:
    if _acts(pair.who) and pair.who.holds_any(MAY_WITHDRAW_ROLES) and pair.who.id != pair.other.id:
        return None
    return Refused("role_role", "撤销职务由三资办负责人或安全管理员办理，且不能撤销自己的。请联系他们。")


def _acts(who: Standing) -> bool:
    return who.person.is_active


def _may_block(pair: OneToAnother) -> Refused | None:
    if _acts(pair.who) and pair.who.holds_any(MAY_BLOCK):
        return None
    return Refused("block_role", "停用人员由三资办或安全管理员办理。请马上打电话给三资办。")


def _not_oneself(pair: OneToAnother) -> Refused | None:
    return Refused("own_person", "不能停用自己。请另一位同事办理。") if pair.who.id == pair.other.id else None


def _is_active(pair: OneToAnother) -> Refused | None:
    if pair.other.person.is_active:
        return None
    return Refused("already_blocked", f"{pair.other.name}已经停用，不用再办。")


def _may_unblock(pair: OneToAnother) -> Refused | None:
    if _acts(pair.who) and pair.who.holds_any(MAY_UNBLOCK):
        return None
    return Refused("unblock_role", "恢复人员由三资办负责人或安全管理员办理。请联系他们。")


def _is_blocked(pair: OneToAnother) -> Refused | None:
    if not pair.other.person.is_active:
        return None
    return Refused("not_blocked", f"{pair.other.name}没有停用，不用恢复。")


def _own_card_or_may_block(pair: OneToAnother) -> Refused | None:
    if _acts(pair.who) and (pair.who.id == pair.other.id or pair.who.holds_any(MAY_BLOCK)):
        return None
    return Refused("block_role", "挂失别人的门卡由三资办或安全管理员办理。请马上打电话给三资办。")


def _own_pin_or_may_block(pair: OneToAnother) -> Refused | None:
    if _acts(pair.who) and (pair.who.id == pair.other.id or pair.who.holds_any(MAY_BLOCK)):
        return None
    return Refused("block_role", "锁别人的开柜密码由三资办或安全管理员办理。请马上打电话给三资办。")


def _own_sessions_or_may_block(pair: OneToAnother) -> Refused | None:
    if _acts(pair.who) and (pair.who.id == pair.other.id or pair.who.holds_any(MAY_BLOCK)):
        return None
    return Refused("block_role", "结束别人的登录由三资办或安全管理员办理。请马上打电话给三资办。")


def _has_a_card(pair: OneToAnother) -> Refused | None:
    if pair.other.person.card is not None and not pair.other.person.card_blocked:
        return None
    return Refused("no_card", f"{pair.other.name}没有在用的门卡，不用挂失。")


def _may_issue_codes(pair: OneToAnother) -> Refused | None:
    if _acts(pair.who) and pair.who.holds_any(MAY_ISSUE_CODES):
        return None
    return Refused("code_role", "开通码由三资办或系统、安全管理员打印。请联系他们。")


def _not_for_oneself(pair: OneToAnother) -> Refused | None:
    return Refused("own_code", "不能给自己打印开通码。请另一位同事办理。") if pair.who.id == pair.other.id else None


def _is_not_blocked(pair: OneToAnother) -> Refused | None:
    if pair.other.person.is_active:
        return None
    return Refused("person_blocked", f"{pair.other.name}已停用，不能开通。请先恢复。")


_Rule = Callable[[OneToAnother], Refused | None]
_CODE_RULES: tuple[_Rule, ...] = (
    _may_issue_codes,
    _not_for_oneself,
    _is_not_blocked,
)
