"""Two approvers in order, and never the same person twice: who decides a checkout, and when they may not.

First the cooperative's 理事长, or its 监事 where the 理事长 is the applicant or the holder; then a 三资办审核员.
Nobody approves what they applied for, hold, or have approved already, under their own name or under one whose one-time
code they printed; whoever approves does not stand at the door (the permit names the approvers, and the cabinet keeps
them away).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from server.custody.bank_pair import completes_the_pair
from server.custody.facts import Checkout, Cooperative, Item
from server.custody.freezing import refuse_while_frozen
from server.custody.mandates import refuse_without_mandate
from server.custody.people import OneTimeCode, Standing
from server.custody.printed_codes import UNNOTICED_MAX, possible_hand
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_APPLY, TITLES, Role
from server.custody.states import CHECKOUT_STATE_TITLES, ITEM_STATE_TITLES, CheckoutState, ItemState, Step
from server.custody.wording import say_names

STEP_OF_STATE: dict[CheckoutState, Step] = {CheckoutState.FILED: Step.HEAD, CheckoutState.ENDORSED: Step.OFFICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An approver's answer with everything its rules look at.

    `officers` are the cooperative's people; `holder_seals` the seals that the holder has, or asked for, in other open
    checkouts: news from a cabinet may have added to them since this one was filed. `codes` are those with which the
    checkout's people so far have set their passwords.
    """

    approver: Standing
    agrees: bool
    reason: str
    checkout: Checkout
    cooperative: Cooperative
    officers: tuple[Standing, ...]
    items: tuple[Item, ...]
    holder_seals: tuple[Item, ...]
    codes: tuple[OneTimeCode, ...]
    now: datetime


def refuse_answer(answer: Answer) -> Refused | None:
    """The first reason why this answer does not count, or None."""
    return first_refusal(ANSWER_RULES, answer)


def first_approver(
    applicant: str, holder: str, cooperative: Cooperative, officers: tuple[Standing, ...]
) -> tuple[Standing, ...] | Refused:
    """Who can decide the first step: the heads, or where a head is applicant or holder, the supervisors."""
    concerned = {applicant, holder}
    heads = _active(officers, Role.HEAD, cooperative.id)
    role = Role.SUPERVISOR if concerned & {head.id for head in heads} else Role.HEAD
    able = tuple(who for who in _active(officers, role, cooperative.id) if who.id not in concerned)
    if able:
        return able
    return Refused(
        "nobody_decides",
        f"{cooperative.short_name}现在没有能审批这份申请的{TITLES[role]}。请联系三资办核对人员名册。",
    )


def may_decide_first(checkout: Checkout, cooperative: Cooperative, officers: tuple[Standing, ...]) -> tuple[str, ...]:
    """Ids of those who can decide the first step of this checkout."""
    able = first_approver(checkout.applicant, checkout.holder, cooperative, officers)
    return () if isinstance(able, Refused) else tuple(who.id for who in able)


def people_so_far(checkout: Checkout) -> frozenset[str]:
    """Ids of those in whose names something has been done for this checkout, or will be held."""
    return frozenset({checkout.applicant, checkout.holder, *(decision.person for decision in checkout.decisions)})


def _active(officers: tuple[Standing, ...], role: Role, cooperative: str) -> tuple[Standing, ...]:
    return tuple(who for who in officers if who.person.is_active and who.holds(role, cooperative))


def _is_waiting(a: Answer) -> Refused | None:
    if a.checkout.state in STEP_OF_STATE:
        return None
    title = CHECKOUT_STATE_TITLES[a.checkout.state]
    return Refused("not_waiting", f"这份申请现在是“{title}”，不用再审批。请刷新页面看最新情况。")


def _is_not_a_party(a: Answer) -> Refused | None:
    if a.approver.id not in {a.checkout.applicant, a.checkout.holder}:
        return None
    able = first_approver(a.checkout.applicant, a.checkout.holder, a.cooperative, a.officers)
    who = "另一位审批人" if isinstance(able, Refused) else say_names(each.name for each in able)
    return Refused("own_request", f"这份申请由您提出或由您领用，不能由您自己审批。请{who}审批。")


def _has_not_decided_before(a: Answer) -> Refused | None:
    if a.approver.id not in {decision.person for decision in a.checkout.decisions}:
        return None
    return Refused("decided_before", "您已经审批过这份申请，第二步要由另一个人审批。请三资办另一位审核员办理。")


def _printed_no_code_of_theirs(a: Answer) -> Refused | None:
    deeds = (
        (a.checkout.applicant, a.checkout.filed_at),
        (a.checkout.holder, a.now),
        *((decision.person, decision.at) for decision in a.checkout.decisions),
    )
    person = next((who for who, at in deeds if possible_hand(who, at, a.codes) == a.approver.id), None)
    if person is None:
        return None
    name = next((who.name for who in a.officers if who.id == person), "经手人")
    return Refused(
        "printed_code",
        f"{name}的登录密码是用您打印的开通码设的，{UNNOTICED_MAX.days} 天内{name}经手的申请不能由您审批。"
        "请另一位审核员办理。",
    )


def _has_the_role(a: Answer) -> Refused | None:
    if a.checkout.state is CheckoutState.ENDORSED:
        if a.approver.person.is_active and a.approver.holds(Role.REVIEWER):
            return None
        return Refused("approver_role", "这份申请在等三资办审核，不由您审批。请三资办审核员办理。")
    able = first_approver(a.checkout.applicant, a.checkout.holder, a.cooperative, a.officers)
    if isinstance(able, Refused) or a.approver.id in {who.id for who in able}:
        return able if isinstance(able, Refused) else None
    names = say_names(who.name for who in able)
    return Refused("approver_role", f"这份申请由{a.cooperative.short_name}的{names}审批，不由您审批。")


def _says_why_not(a: Answer) -> Refused | None:
    if a.agrees or a.reason.strip():
        return None
    return Refused("no_reason", "退回要写明原因，好让申请人知道怎么改。请补上原因。")


def _mandate_is_valid(a: Answer) -> Refused | None:
    return refuse_without_mandate(a.cooperative, a.now) if a.agrees else None


def _is_not_frozen(a: Answer) -> Refused | None:
    return refuse_while_frozen(a.cooperative) if a.agrees else None


def _holder_may_still_hold(a: Answer) -> Refused | None:
    holder = next((who for who in a.officers if who.id == a.checkout.holder), None)
    if not a.agrees or (
        holder is not None and holder.person.is_active and holder.holds_any(MAY_APPLY, a.cooperative.id)
    ):
        return None
    return Refused(
        "holder_role",
        f"领用人现在不是{a.cooperative.short_name}的报账员或理事长，批了也不能领。请退回，由现任的人重新申请。",
    )


def _items_are_still_there(a: Answer) -> Refused | None:
    absent = next((item for item in a.items if item.state is not ItemState.IN_CABINET), None)
    if not a.agrees or absent is None:
        return None
    state = ITEM_STATE_TITLES[absent.state]
    return Refused("not_in_cabinet", f"{absent.name}现在是“{state}”，批了也取不到。请退回这份申请，并联系三资办核对。")


def _bank_pair_is_kept_apart(a: Answer) -> Refused | None:
    if not a.agrees or not completes_the_pair(a.items, a.holder_seals):
        return None
    return Refused("bank_pair", "领用人手上已有另一枚银行印鉴，两枚不能在一个人手里。请退回，等另一枚归还后再申请。")


ANSWER_RULES: tuple[Callable[[Answer], Refused | None], ...] = (
    _is_waiting,
    _is_not_a_party,
    _has_not_decided_before,
    _has_the_role,
    _printed_no_code_of_theirs,
    _says_why_not,
    _mandate_is_valid,
    _is_not_frozen,
    _holder_may_still_hold,
    _items_are_still_there,
    _bank_pair_is_kept_apart,
)
