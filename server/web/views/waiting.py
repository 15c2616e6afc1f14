"""With whom a request waits, or how it ended: one sentence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.custody.approvals import may_decide_first
from server.custody.facts import Checkout, Cooperative, IssuedPermit
from server.custody.people import Standing
from server.custody.roles import Role
from server.custody.states import CheckoutState, PermitState
from server.web import times
from server.web.telling import say_place
from server.web.views.reading import Reading
from server.web.views.words import say_names

REVIEWERS = frozenset({Role.REVIEWER})


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


def deciders(checkout: Checkout, cooperative: Cooperative, officers: tuple[Standing, ...]) -> tuple[str, ...]:
    """Names of those who can decide the present step; `officers` are the cooperative's people and the reviewers."""
    apart = {checkout.applicant, checkout.holder, *(decision.person for decision in checkout.decisions)}
    if checkout.state is CheckoutState.FILED:
        able = set(may_decide_first(checkout, cooperative, officers))
    elif checkout.state is CheckoutState.ENDORSED:
        able = {who.id for who in officers if who.person.is_active and who.holds_any(REVIEWERS)} - apart
    else:
        able = set()
    return tuple(who.name for who in officers if who.id in able)


def _in_somebodys_hands(w: Waiting) -> str:
    since = w.checkout.decisions[-1].at if w.checkout.decisions else w.checkout.filed_at
    when = times.ago(since, w.reading.now, w.reading.say) or w.reading.moment(since)
    return w.reading.say("在%(who)s那里，%(when)s送到。") % {"who": say_names(w.deciders, w.reading.say), "when": when}


def _to_be_taken(w: Waiting) -> str:
    permit = w.reading.known.get(IssuedPermit, w.checkout.permit) if w.checkout.permit else None
    if permit is None or permit.state is not PermitState.LIVE:
        return w.reading.say("许可用过了，东西没有取走。请三资办补发许可，不用重新申请。")
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


SENTENCES: Mapping[CheckoutState, Callable[[Waiting], str]] = {
    CheckoutState.FILED: _in_somebodys_hands,
    CheckoutState.ENDORSED: _in_somebodys_hands,
    CheckoutState.PERMITTED: _to_be_taken,
    CheckoutState.OUT: _held,
    CheckoutState.RETURNED: _returned,
    CheckoutState.REFUSED: _refused,
    CheckoutState.WITHDRAWN: lambda w: w.reading.say("申请人撤回了。"),
    CheckoutState.EXPIRED: lambda w: w.reading.say("许可过期没有取。需要时请重新申请。"),
}
