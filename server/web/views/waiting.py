"""With whom a request waits, or how it ended: one sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.custody.approvals import WAITING, able_to_decide, bench_of, deadline, names_of
from server.custody.corrections import CORRECTION_TITLES, Correction
from server.custody.facts import Checkout, Cooperative, IssuedPermit
from server.custody.holidays import calendar_of
from server.custody.states import CHECKOUT_STATE_TITLES, CheckoutState, PermitState, Step
from server.custody.working_days import day_of
from server.store import find
from server.store.fact_rows import FactRows
from server.web import times
from server.web.language import N_
from server.web.telling import say_place
from server.web.views.reading import Reading
from server.web.views.words import say_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A request with what its sentence needs. `deciders` are the names of those who can decide now."""

    checkout: Checkout
    cooperative: Cooperative
    deciders: tuple[str, ...]
    reading: Reading


def say_waiting(waiting: Waiting) -> str:
    """The sentence."""
    return SENTENCES[waiting.checkout.state](waiting)


def deciders(checkout: Checkout, facts: FactRows, reading: Reading) -> tuple[str, ...]:
    """Names of those who can take the step this checkout waits for; () where it waits for none."""
    if checkout.state not in WAITING:
        return ()
    given = find.delegations(facts, day_of(reading.now))
    people = find.bench(facts, checkout.cooperative)
    bench = bench_of(checkout, reading.cooperative(checkout.cooperative), people, given)
    return () if bench is None else names_of(able_to_decide(bench))


def state_word(checkout: Checkout, reading: Reading) -> str:
    """The state in a few words; one that waits says for which step."""
    waits_for = STEP_WAITING.get(checkout.step) if checkout.step is not None else None
    return reading.say(waits_for or CHECKOUT_STATE_TITLES[checkout.state])


def is_late(checkout: Checkout, reading: Reading) -> bool:
    """Whether the approval it waits for is beyond its clock."""
    until = deadline(checkout, calendar_of(reading.known))
    return checkout.state in WAITING and until is not None and until < reading.now


def _in_somebodys_hands(w: Waiting) -> str:
    since = w.checkout.waiting_since or w.checkout.filed_at
    until = deadline(w.checkout, calendar_of(w.reading.known))
    words = {
        "who": say_names(w.deciders, w.reading.say),
        "when": times.ago(since, w.reading.now, w.reading.say) or w.reading.moment(since),
        "until": "" if until is None else w.reading.moment(until),
    }
    if until is not None and until < w.reading.now:
        return w.reading.say("在%(who)s那里，超时了：应在 %(until)s 前办。请打电话催一下。") % words
    if until is not None:
        return w.reading.say("在%(who)s那里，%(when)s送到，%(until)s 前办。") % words
    return w.reading.say("在%(who)s那里，%(when)s送到。") % words


def _to_be_corrected(w: Waiting) -> str:
    decision = w.checkout.decisions[-1]
    title = CORRECTION_TITLES[Correction(decision.correction)] if decision.correction else ""
    why = w.reading.say("：").join(text for text in (w.reading.say(title) if title else "", decision.reason) if text)
    words = {"who": w.reading.name(decision.person), "why": why}
    return w.reading.say("%(who)s退回请您补正（%(why)s）。改好再送，不用重新申请。") % words


def _to_be_taken(w: Waiting) -> str:
    permit = w.reading.known.get(IssuedPermit, w.checkout.permit) if w.checkout.permit else None
    if permit is None or permit.state is not PermitState.LIVE:
        return w.reading.say(
            "许可用过了，没有登记取走。已经拿走的，请和柜管员到柜前按“补登记”；没有拿到，请三资办补发许可，不用重新申请。"
        )
    until = w.reading.moment(permit.not_after)
    said = w.reading.say("请在 %(until)s 前到 %(place)s 取，要和一位柜管员一起。")
    return said % {"until": until, "place": say_place(w.cooperative.place, w.reading.say)}


def _held(w: Waiting) -> str:
    holder = w.reading.name(w.checkout.holder)
    if w.checkout.due_at is None:
        return w.reading.say("在%(who)s手上。") % {"who": holder}
    remaining = times.remaining(w.checkout.due_at, w.reading.now, w.reading.say)
    return w.reading.say("在%(who)s手上，%(remaining)s。") % {"who": holder, "remaining": remaining}


def _returned(w: Waiting) -> str:
    if w.checkout.ended_at is None:
        return w.reading.say("已归还。")
    return w.reading.say("%(at)s 归还。") % {"at": w.reading.moment(w.checkout.ended_at)}


def _refused(w: Waiting) -> str:
    reason = w.checkout.decisions[-1].reason if w.checkout.decisions else ""
    return w.reading.say("没有同意：%(reason)s") % {"reason": reason}


STEP_WAITING: Mapping[Step, str] = {
    Step.HEAD: N_("待理事长审批"),
    Step.VILLAGE: N_("待村级审核"),
    Step.OFFICE: N_("待三资办审核"),
    Step.OFFICE_HEAD: N_("待三资办负责人审批"),
    Step.LEADER: N_("待分管领导审批"),
}
SENTENCES: Mapping[CheckoutState, Callable[[Waiting], str]] = {
    CheckoutState.FILED: _in_somebodys_hands,
    CheckoutState.ENDORSED: _in_somebodys_hands,
    CheckoutState.RETURNED_FOR_CORRECTION: _to_be_corrected,
    CheckoutState.PERMITTED: _to_be_taken,
    CheckoutState.OUT: _held,
    CheckoutState.RETURNED: _returned,
    CheckoutState.REFUSED: _refused,
    CheckoutState.WITHDRAWN: lambda w: w.reading.say("申请人撤回了。"),
    CheckoutState.EXPIRED: lambda w: w.reading.say("过期没有取，或者退回后没有补正。需要时请重新申请。"),
}
