"""Approvers in order, and never the same person twice: who decides a checkout, and when they may not.

Each step names its roles, the first and then its alternates: where the 理事长 is the applicant or the holder, the 监事
decides instead. Nobody approves what they applied for, hold, or have approved already, under their own name or under
one whose one-time code they printed; whoever approves does not stand at the door (the permit names the approvers, and
the cabinet keeps them away). Substitutes are held to the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from server.custody.bank_pair import completes_the_pair
from server.custody.corrections import Correction
from server.custody.delegations import Delegation, substitutes
from server.custody.entitled import may_hold
from server.custody.facts import Checkout, Cooperative, Decision, Item
from server.custody.freezing import refuse_while_frozen
from server.custody.lives import refuse_unused_seals
from server.custody.mandates import refuse_without_mandate
from server.custody.people import OneTimeCode, Standing
from server.custody.policy.demands import Demands, StepDemand
from server.custody.policy.words import ORDERED
from server.custody.printed_codes import UNNOTICED_MAX, possible_hand
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import OF_A_VILLAGE, TITLES, Role
from server.custody.states import CHECKOUT_STATE_TITLES, ITEM_STATE_TITLES, CheckoutState, ItemState, Step
from server.custody.wording import say_names
from server.custody.working_days import Calendar, after_working_minutes, day_of

WAITING = frozenset({CheckoutState.FILED, CheckoutState.ENDORSED})
"""States in which somebody has to decide."""


@dataclass(frozen=True, slots=True)
class Able:
    """Somebody who can take a step: in their own right, or standing in for `absent`."""

    who: Standing
    absent: Standing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """A request's step with everything that decides who can take it.

    `people` are the cooperative's and whoever holds one of the step's roles; `delegations` those in force today;
    `apart` are applicant and holder, `decided` who agreed to this revision before.
    """

    demand: StepDemand
    cooperative: Cooperative
    people: tuple[Standing, ...]
    apart: frozenset[str]
    decided: frozenset[str] = frozenset()
    delegations: tuple[Delegation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An approver's answer with everything its rules look at.

    Without `agrees` it is a refusal, or with a `correction` sent back for that. `people` as in `Bench`; `holder_seals`
    are the seals that the holder has, or asked for, in other open checkouts: news from a cabinet may have added to
    them. `codes` are those with which the checkout's people so far have set their passwords.
    """

    approver: Standing
    agrees: bool
    reason: str
    checkout: Checkout
    cooperative: Cooperative
    people: tuple[Standing, ...]
    items: tuple[Item, ...]
    holder_seals: tuple[Item, ...]
    codes: tuple[OneTimeCode, ...]
    now: datetime
    correction: Correction | None = None
    delegations: tuple[Delegation, ...] = field(default=())


def refuse_answer(answer: Answer) -> Refused | None:
    """The first reason why this answer does not count, or None."""
    return first_refusal(ANSWER_RULES, answer)


def next_step(demands: Demands, decisions: Sequence[Decision], revision: int) -> Step | None:
    """The first step that nobody agreed to in this revision, or None once all did."""
    agreed = {each.step for each in decisions if each.agreed and each.revision == revision}
    return next((each.step for each in demands.steps if each.step not in agreed), None)


def is_last_step(checkout: Checkout) -> bool:
    """Whether a yes to the step it waits for is the last one needed."""
    return bool(checkout.demands.steps) and checkout.step is checkout.demands.steps[-1].step


def bench_of(
    checkout: Checkout, cooperative: Cooperative, people: tuple[Standing, ...], delegations: tuple[Delegation, ...]
) -> Bench | None:
    """Who is asked about the step this checkout waits for; None where it waits for none."""
    demand = checkout.demands.step(checkout.step) if checkout.state in WAITING else None
    if demand is None:
        return None
    return Bench(
        demand=demand,
        cooperative=cooperative,
        people=people,
        apart=frozenset({checkout.applicant, checkout.holder}),
        decided=frozenset(checkout.approvers),
        delegations=delegations,
    )


def deadline(checkout: Checkout, calendar: Calendar) -> datetime | None:
    """Until when the step it waits for should be taken; None where it waits for none."""
    demand = checkout.demands.step(checkout.step)
    if demand is None or checkout.waiting_since is None:
        return None
    return after_working_minutes(checkout.waiting_since, demand.minutes, calendar)


def able_to_decide(bench: Bench) -> tuple[Able, ...] | Refused:
    """Everybody who can take this step, or why nobody can."""
    role = role_asked(bench)
    holders = [who for who in _holders(bench, role) if who.id not in bench.apart | bench.decided]
    able = (*(Able(who) for who in holders), *(each for who in holders for each in _substitutes(bench, role, who)))
    if able:
        return able
    return Refused(
        "nobody_decides",
        f"{bench.cooperative.short_name}现在没有能审批这份申请的{TITLES[role]}。请联系三资办核对人员名册。",
    )


def may_decide(bench: Bench, person: str) -> bool:
    """Whether this person can take this step."""
    able = able_to_decide(bench)
    return not isinstance(able, Refused) and any(each.who.id == person for each in able)


def names_of(able: tuple[Able, ...] | Refused) -> tuple[str, ...]:
    """Their names, in order; () where nobody can."""
    return () if isinstance(able, Refused) else tuple(dict.fromkeys(each.who.name for each in able))


def people_so_far(checkout: Checkout) -> frozenset[str]:
    """Ids of those in whose names something has been done for this checkout, or will be held."""
    return frozenset({checkout.applicant, checkout.holder, *(decision.person for decision in checkout.decisions)})


def role_asked(bench: Bench) -> Role:
    """Which of the step's roles is asked: the first, or its alternate where one of the first is applicant or holder."""
    first, *alternates = bench.demand.roles
    is_concerned = any(who.id in bench.apart for who in _holders(bench, first))
    return alternates[0] if is_concerned and alternates else first


def _holders(bench: Bench, role: Role) -> list[Standing]:
    held = (who for who in bench.people if who.person.is_active and who.holds(role, bench.cooperative.id))
    return [who for who in held if role not in OF_A_VILLAGE or who.person.unit == bench.cooperative.village]


def _substitutes(bench: Bench, role: Role, absent: Standing) -> list[Able]:
    kept_apart = bench.apart | bench.decided | {absent.id}
    given = {
        each.substitute
        for each in bench.delegations
        if each.giver == absent.id and each.role is role and each.cooperative in (None, bench.cooperative.id)
    }
    able = substitutes(absent, role, bench.cooperative.id, bench.people)
    return [Able(who, absent) for who in able if who.id in given - kept_apart]


def _bench(a: Answer) -> Bench | None:
    today = day_of(a.now)
    return bench_of(a.checkout, a.cooperative, a.people, tuple(d for d in a.delegations if d.holds_on(today)))


def absent_of(answer: Answer) -> str | None:
    """For whom the approver stands in, where it is not in their own right."""
    bench = _bench(answer)
    able = () if bench is None else able_to_decide(bench)
    mine = [] if isinstance(able, Refused) else [each for each in able if each.who.id == answer.approver.id]
    return mine[0].absent.id if mine and mine[0].absent is not None else None


def _is_waiting(a: Answer) -> Refused | None:
    if _bench(a) is not None:
        return None
    title = CHECKOUT_STATE_TITLES[a.checkout.state]
    return Refused("not_waiting", f"这份申请现在是“{title}”，不用再审批。请刷新页面看最新情况。")


def _is_not_a_party(a: Answer) -> Refused | None:
    if a.approver.id not in {a.checkout.applicant, a.checkout.holder}:
        return None
    bench = _bench(a)
    names = () if bench is None else names_of(able_to_decide(bench))
    who = say_names(names) or "另一位审批人"
    return Refused("own_request", f"这份申请由您提出或由您领用，不能由您自己审批。请{who}审批。")


def _has_not_decided_before(a: Answer) -> Refused | None:
    if a.approver.id not in a.checkout.approvers:
        return None
    return Refused("decided_before", "您已经审批过这份申请，下一步要由另一个人审批。")


def _has_the_role(a: Answer) -> Refused | None:
    bench = _bench(a)
    able = () if bench is None else able_to_decide(bench)
    if isinstance(able, Refused):
        return able
    if a.approver.person.is_active and a.approver.id in {each.who.id for each in able}:
        return None
    return Refused(
        "approver_role",
        f"{a.cooperative.short_name}的这份申请现在由{say_names(names_of(able))}审批，不由您审批。",
    )


def _printed_no_code_of_theirs(a: Answer) -> Refused | None:
    deeds = (
        (a.checkout.applicant, a.checkout.filed_at),
        (a.checkout.holder, a.now),
        *((decision.person, decision.at) for decision in a.checkout.decisions),
    )
    person = next((who for who, at in deeds if possible_hand(who, at, a.codes) == a.approver.id), None)
    if person is None:
        return None
    name = next((who.name for who in a.people if who.id == person), "经手人")
    return Refused(
        "printed_code",
        f"{name}的登录密码是用您打印的开通码设的，{UNNOTICED_MAX.days} 天内{name}经手的申请不能由您审批。"
        "请另一位审核员办理。",
    )


def _says_why_not(a: Answer) -> Refused | None:
    if a.agrees or a.reason.strip() or (a.correction is not None and a.correction is not Correction.OTHER):
        return None
    return Refused("no_reason", "退回要写明原因，好让申请人知道怎么改。请补上原因。")


def _mandate_is_valid(a: Answer) -> Refused | None:
    return refuse_without_mandate(a.cooperative, a.now) if a.agrees else None


def _seals_may_be_used(a: Answer) -> Refused | None:
    return refuse_unused_seals(a.items) if a.agrees else None


def _is_not_frozen(a: Answer) -> Refused | None:
    return refuse_while_frozen(a.cooperative) if a.agrees else None


def _holder_may_still_hold(a: Answer) -> Refused | None:
    mode, holder = a.checkout.mode, next((who for who in a.people if who.id == a.checkout.holder), None)
    is_fit = holder is not None and holder.person.is_active and may_hold(holder, mode, a.cooperative.id)
    if not a.agrees or is_fit:
        return None
    whose = "三资办或镇纪委的人" if mode in ORDERED else f"{a.cooperative.short_name}的报账员或理事长"
    return Refused("holder_role", f"领用人现在不是{whose}，批了也不能领。请退回，由现任的人重新申请。")


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
    _seals_may_be_used,
    _holder_may_still_hold,
    _items_are_still_there,
    _bank_pair_is_kept_apart,
)
