"""What may be asked for: the rules of filing a request, each one small function with its reason.

What the matter, the use and the vote ask is in `matters`; these are the rules about people and things.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from server.custody.applications import Application
from server.custody.bank_pair import completes_the_pair
from server.custody.entitled import may_apply, may_hold
from server.custody.facts import Checkout
from server.custody.freezing import refuse_while_frozen
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.custody.lives import refuse_unused_seals
from server.custody.mandates import refuse_without_mandate
from server.custody.matters import IMPOSSIBLE, INCOMPLETE, vote_shortfalls
from server.custody.naming import foreign_letter
from server.custody.people import Standing
from server.custody.policy.demands import Demands
from server.custody.policy.document import Period
from server.custody.policy.words import ORDERED
from server.custody.refusals import Refused, all_refusals, first_refusal
from server.custody.roles import MAY_EXTEND, Role
from server.custody.states import CHECKOUT_STATE_TITLES, ITEM_STATE_TITLES, ItemState
from server.custody.wording import say_names, say_officer
from server.custody.working_days import Calendar, end_of_working_day_after


def refuse_request(application: Application) -> Refused | None:
    """The first reason why this request cannot be filed, or None."""
    return first_refusal(FILING_RULES, application)


def everything_missing(application: Application) -> tuple[Refused, ...]:
    """Every reason why it cannot be filed as it stands, in order: said while it is being written."""
    found = all_refusals(FILING_RULES, application)
    votes = vote_shortfalls(application)
    return tuple(each for refused in found for each in (votes if refused in votes else (refused,)))


def refuse_withdrawal(who: Standing, checkout: Checkout) -> Refused | None:
    """Why this person may not take this request back, or None."""
    if who.id not in {checkout.applicant, checkout.holder}:
        return Refused("not_yours", "只有申请人或领用人可以撤回这份申请。需要时请联系他们，或请三资办作废许可。")
    if checkout_after(checkout.state, CheckoutCommand.WITHDRAW) is None:
        title = CHECKOUT_STATE_TITLES[checkout.state]
        return Refused("not_withdrawable", f"这份申请现在是“{title}”，不能撤回。东西已取出的，请归还。")
    return None


def refuse_correction(who: Standing, checkout: Checkout, cooperative: str) -> Refused | None:
    """Why this person may not correct this request now, asking for things of that cooperative, or None."""
    if who.id != checkout.applicant:
        return Refused("correction_not_yours", "只有申请人可以修改这份申请。请联系申请人。")
    if checkout_after(checkout.state, CheckoutCommand.CORRECT) is None:
        title = CHECKOUT_STATE_TITLES[checkout.state]
        return Refused("not_correctable", f"这份申请现在是“{title}”，不能修改。要改请先撤回，再重新申请。")
    if cooperative != checkout.cooperative:
        # Who has agreed stands for the first cooperative, and nobody of the other would be asked.
        return Refused("one_cooperative", "补正不能换成另一个合作社的东西。请撤回这份申请，再为那个合作社另提一份。")
    return None


def refuse_extension(who: Standing, checkout: Checkout, reason: str) -> Refused | None:
    """Why this person may not give more time for this checkout, or None."""
    if not who.person.is_active or not who.holds_any(MAY_EXTEND):
        return Refused("extend_role", "延长归还时限由三资办审核员或负责人办理。请联系三资办。")
    if who.id in {checkout.applicant, checkout.holder}:
        return Refused("own_request", "这份申请由您提出或由您领用，不能由您自己延期。请三资办另一位办理。")
    if checkout_after(checkout.state, CheckoutCommand.EXTEND) is None or checkout.due_at is None:
        title = CHECKOUT_STATE_TITLES[checkout.state]
        return Refused("not_out", f"这份申请现在是“{title}”，没有东西在外面，不用延期。")
    if checkout.extended_at is not None:
        return Refused("extended_before", "已经延长过一次，不能再延。请催领用人归还，需要时重新申请。")
    if not reason.strip():
        return Refused("no_reason", "延期要写明原因，监督的人会看到。请补上原因。")
    return None


def extended_due(checkout: Checkout, calendar: Calendar) -> datetime:
    """When it is due once its time is extended; raises `ValueError` where nothing was due."""
    if checkout.due_at is None:
        raise ValueError(checkout.id)
    return _after(checkout.due_at, checkout.demands.extension, calendar)


def due_at(taken_at: datetime, demands: Demands, calendar: Calendar, expected_at: datetime | None = None) -> datetime:
    """When what was taken at `taken_at` has to be back: as its demands say, or earlier where that was promised."""
    latest = _after(taken_at, demands.due, calendar)
    return latest if expected_at is None or expected_at <= taken_at else min(latest, expected_at)


def _after(moment: datetime, period: Period, calendar: Calendar) -> datetime:
    if period.working_days:
        return end_of_working_day_after(moment, period.working_days, calendar)
    return moment + timedelta(minutes=period.minutes)


def _something_is_asked_for(a: Application) -> Refused | None:
    return None if a.items else Refused("no_items", "还没有选择要用的东西。请先选印章、合同或凭证。")


def _all_of_one_cooperative(a: Application) -> Refused | None:
    others = [item.name for item in a.items if item.cooperative != a.cooperative.id]
    if not others:
        return None
    return Refused(
        "one_cooperative",
        f"{say_names(others)}不是{a.cooperative.short_name}的，一份申请只能领一个合作社的东西。请分开申请。",
    )


def _applicant_may_apply(a: Application) -> Refused | None:
    if a.applicant.person.is_active and may_apply(a.applicant, a.mode, a.cooperative.id):
        return None
    if a.mode in ORDERED:
        who = say_officer(a.people, Role.REVIEWER)
        return Refused("applicant_role", f"上级调取由三资办或镇纪委凭公函提出，不由您申请。请把公函交给{who}。")
    who = say_officer(a.people, Role.ACCOUNTANT, a.cooperative.id)
    return Refused(
        "applicant_role", f"您不是{a.cooperative.short_name}的报账员或理事长，不能替它申请。需要时请联系{who}。"
    )


def _holder_may_hold(a: Application) -> Refused | None:
    if a.holder.person.is_active and may_hold(a.holder, a.mode, a.cooperative.id):
        return None
    if a.mode in ORDERED:
        return Refused(
            "holder_role", f"上级调取的东西由三资办或镇纪委的人领走，{a.holder.name}不能领。请改由承办人领用。"
        )
    who = say_officer(a.people, Role.ACCOUNTANT, a.cooperative.id)
    return Refused(
        "holder_role", f"{a.holder.name}不是{a.cooperative.short_name}的报账员或理事长，不能领用。请改由{who}领用。"
    )


def _mandate_is_valid(a: Application) -> Refused | None:
    return refuse_without_mandate(a.cooperative, a.now)


def _is_not_frozen(a: Application) -> Refused | None:
    return refuse_while_frozen(a.cooperative)


def _seals_may_be_used(a: Application) -> Refused | None:
    return refuse_unused_seals(a.items)


def _items_are_in_the_cabinet(a: Application) -> Refused | None:
    absent = next((item for item in a.items if item.state is not ItemState.IN_CABINET), None)
    if absent is None:
        return None
    what_next = {
        ItemState.REGISTERED: "请先联系三资办安排入柜。",
        ItemState.OUT: "请等归还后再申请。",
        ItemState.MISSING: "请联系三资办查找。",
        ItemState.RELEASED: "它已经不在共管柜保管。",
        ItemState.DESTROYED: "它已经销毁，请用接任的那一枚。",
    }
    state = ITEM_STATE_TITLES[absent.state]
    return Refused("not_in_cabinet", f"{absent.name}现在是“{state}”，不能领用。{what_next[absent.state]}")


def _items_are_free(a: Application) -> Refused | None:
    taken = next((item for item in a.items if item.checkout not in (None, a.corrects)), None)
    if taken is None:
        return None
    return Refused("item_claimed", f"{taken.name}已经在另一份没办完的申请里。请等那份办完或撤回后再申请。")


def _bank_pair_is_kept_apart(a: Application) -> Refused | None:
    if not completes_the_pair(a.items, a.holder_seals):
        return None
    return Refused(
        "bank_pair",
        f"财务专用章和法定代表人名章不能由{a.holder.name}一个人同时领用，这是为了保护{a.cooperative.short_name}的存款。"
        f"请另一枚由{_other_holder(a)}申请领用。",
    )


def _other_holder(a: Application) -> str:
    if a.mode in ORDERED:
        return "另一位承办人"
    role = Role.HEAD if a.holder.holds(Role.ACCOUNTANT, a.cooperative.id) else Role.ACCOUNTANT
    return say_officer(a.people, role, a.cooperative.id)


def _purpose_is_stated(a: Application) -> Refused | None:
    return (
        None if a.purpose.strip() else Refused("no_purpose", "还没有写用途。请写明用来办什么事，例如“签土地发包合同”。")
    )


def _sealed_paper_is_named(a: Application) -> Refused | None:
    if not a.is_sealing or (a.document.strip() and a.copies is not None and a.copies > 0):
        return None
    return Refused("no_document", "用印要写明盖在什么文件上、盖几份，不能盖空白纸。请补上文件名称和份数。")


def _counterparty_is_what_it_looks_like(a: Application) -> Refused | None:
    return _look_alike("counterparty_letters", a.counterparty)


def _reader_is_who_it_looks_like(a: Application) -> Refused | None:
    return _look_alike("reader_letters", a.reader)


def _look_alike(rule: str, name: str) -> Refused | None:
    letter = foreign_letter(name)
    if not letter:
        return None
    return Refused(rule, f"“{name}”里的“{letter}”是外文字母，只是样子像，以后会查不到。请把这个名字重新打一遍。")


FILING_RULES: tuple[Callable[[Application], Refused | None], ...] = (
    _something_is_asked_for,
    _all_of_one_cooperative,
    _applicant_may_apply,
    _holder_may_hold,
    _mandate_is_valid,
    _is_not_frozen,
    _seals_may_be_used,
    _items_are_in_the_cabinet,
    _items_are_free,
    _bank_pair_is_kept_apart,
    *IMPOSSIBLE,
    _purpose_is_stated,
    _sealed_paper_is_named,
    _counterparty_is_what_it_looks_like,
    _reader_is_who_it_looks_like,
    *INCOMPLETE,
)
