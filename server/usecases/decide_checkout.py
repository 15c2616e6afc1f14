"""An approver says yes or no; the second yes issues the permit."""

from dataclasses import dataclass

from server.custody.approvals import STEP_OF_STATE, Answer, people_so_far, refuse_answer
from server.custody.facts import Checkout, Cooperative
from server.custody.permits import Ground
from server.custody.refusals import Refused
from server.custody.states import CheckoutState
from server.store import find
from server.store.work import Work
from server.usecases.issuing import ground_of, issue_to_take
from server.usecases.refusing import UNKNOWN_CHECKOUT, acting, refuse
from server.usecases.texts import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCheckout:
    """An approver's answer to a checkout; a no needs a reason."""

    by: str
    checkout: str
    agrees: bool
    reason: str = ""


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
    refused = refuse_answer(answer) or (ground if isinstance(ground, Refused) else None)
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
        reason=tidy(asked.reason),
        checkout=checkout,
        cooperative=cooperative,
        officers=find.officers(work.facts, cooperative.id),
        items=find.items(work.facts, checkout.items),
        holder_seals=find.seals_held(work.facts, checkout.holder, cooperative.id, but=checkout.id),
        codes=find.used_codes(work.facts, people_so_far(checkout)),
        now=work.now,
    )


def _ground(work: Work, answer: Answer) -> Ground | Refused | None:
    """What the permit would rest on, where this answer is the last one needed."""
    if not answer.agrees or answer.checkout.state is not CheckoutState.ENDORSED:
        return None
    return ground_of(work, answer.cooperative, answer.items)


def _record_answer(work: Work, answer: Answer) -> None:
    about = {"checkout": answer.checkout.id, "person": answer.approver.id}
    body = {"reason": answer.reason} if answer.reason else None
    if not answer.agrees:
        work.record("checkout_refused", {**about, "step": STEP_OF_STATE[answer.checkout.state]}, body)
    elif answer.checkout.state is CheckoutState.FILED:
        work.record("checkout_endorsed", about, body)
    else:
        work.record("checkout_approved", about, body)


def _now(work: Work, checkout: Checkout) -> Checkout:
    """The checkout as the answer has left it."""
    return work.get(Checkout, checkout.id) or checkout
