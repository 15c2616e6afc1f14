"""An approver says yes, no, or not yet; the last yes issues the permit."""

from dataclasses import dataclass
from typing import Any

from server.custody.approvals import Answer, absent_of, is_last_step, people_so_far, refuse_answer
from server.custody.corrections import Correction
from server.custody.facts import Checkout, Cooperative
from server.custody.permits import Ground
from server.custody.refusals import Refused
from server.custody.shown import refuse_unseen
from server.custody.states import CheckoutState
from server.custody.working_days import day_of
from server.store import find
from server.store.work import Work
from server.usecases.issuing import ground_of, issue_to_take
from server.usecases.refusing import UNKNOWN_CHECKOUT, acting, refuse
from server.usecases.texts import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCheckout:
    """An approver's answer to a checkout. Without `agrees` it is over, or with a `correction` sent back for that.

    `shown` marks what they had before their eyes (`custody.shown`); an answer without it does not count.
    """

    by: str
    checkout: str
    agrees: bool
    reason: str = ""
    correction: Correction | None = None
    shown: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """Where the checkout stands now; `permit` is set once it may be collected."""

    checkout: str
    state: CheckoutState
    permit: str | None


def decide_checkout(work: Work, asked: DecideCheckout) -> Decided | Refused:
    """Record the answer, or say why it does not count."""
    answer = _answer(work, asked)
    if isinstance(answer, Refused):
        return refuse(work, answer, asked.by)
    ground = _ground(work, answer)
    unseen = refuse_unseen(asked.shown, answer.checkout, find.attachments_of(work.facts, answer.checkout.id))
    refused = refuse_answer(answer) or unseen or (ground if isinstance(ground, Refused) else None)
    if refused is not None:
        return refuse(work, refused, asked.by, cooperative=answer.cooperative.id, checkout=answer.checkout.id)
    _record_answer(work, answer)
    if isinstance(ground, Ground):
        issue_to_take(work, _now(work, answer.checkout), ground)
    decided = _now(work, answer.checkout)
    return Decided(decided.id, decided.state, decided.permit)


def _answer(work: Work, asked: DecideCheckout) -> Answer | Refused:
    checkout = work.get(Checkout, asked.checkout)
    cooperative = None if checkout is None else work.get(Cooperative, checkout.cooperative)
    if checkout is None or cooperative is None:
        return UNKNOWN_CHECKOUT
    return Answer(
        approver=acting(work, asked.by),
        agrees=asked.agrees,
        correction=None if asked.agrees else asked.correction,
        reason=tidy(asked.reason),
        checkout=checkout,
        cooperative=cooperative,
        people=find.bench(work.facts, cooperative.id, checkout.holder),
        items=find.items(work.facts, checkout.items),
        holder_seals=find.seals_held(work.facts, checkout.holder, cooperative.id, but=checkout.id),
        codes=find.used_codes(work.facts, people_so_far(checkout)),
        delegations=find.delegations(work.facts, day_of(work.now)),
        now=work.now,
    )


def _ground(work: Work, answer: Answer) -> Ground | Refused | None:
    """What the permit would rest on, where this answer is the last one needed."""
    if not answer.agrees or not is_last_step(answer.checkout):
        return None
    return ground_of(work, answer.cooperative, answer.items)


def _record_answer(work: Work, answer: Answer) -> None:
    about: dict[str, Any] = {
        "checkout": answer.checkout.id,
        "person": answer.approver.id,
        "step": answer.checkout.step,
        "stands_for": absent_of(answer),
    }
    if answer.agrees:
        about["documents"] = sorted(each.sha256 for each in find.attachments_of(work.facts, answer.checkout.id)) or None
    body = {"reason": answer.reason} if answer.reason else None
    if answer.agrees:
        work.record("checkout_approved" if is_last_step(answer.checkout) else "checkout_endorsed", about, body)
    elif answer.correction is None:
        work.record("checkout_refused", about, body)
    else:
        work.record("checkout_returned_for_correction", {**about, "correction": answer.correction}, body)


def _now(work: Work, checkout: Checkout) -> Checkout:
    """The checkout as the answer has left it."""
    return work.get(Checkout, checkout.id) or checkout
