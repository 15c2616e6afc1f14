"""A request as a line of steps, from the application over each approval to the return."""

from dataclasses import dataclass
from typing import Literal

from server.custody.facts import Checkout
from server.custody.states import STEP_TITLES, CheckoutState
from server.web.language import N_, Translate

Stage = Literal["done", "now", "stopped", ""]

FIRST, LAST = (N_("申请"),), (N_("可取用"), N_("已取"), N_("已还"))
AFTER_APPROVALS = {CheckoutState.PERMITTED: 0, CheckoutState.OUT: 1, CheckoutState.RETURNED: len(LAST)}
"""How many of the last steps are done where every approval is given."""
ENDED_EARLY = frozenset({CheckoutState.REFUSED, CheckoutState.WITHDRAWN, CheckoutState.EXPIRED})


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step: its word, and whether it is done, the present one, where the request stopped, or still to come."""

    word: str
    stage: Stage


def step_line(checkout: Checkout, _: Translate) -> tuple[StepMark, ...]:
    """The steps of a request as it stands."""
    words = (*FIRST, *(STEP_TITLES[each.step] for each in checkout.demands.steps), *LAST)
    done = _done(checkout)
    here: Stage = "stopped" if checkout.state in ENDED_EARLY else "now"
    stages: list[Stage] = ["done" if i < done else here if i == done else "" for i in range(len(words))]
    return tuple(StepMark(_(word), stage) for word, stage in zip(words, stages, strict=True))


def _done(checkout: Checkout) -> int:
    if checkout.state is CheckoutState.RETURNED_FOR_CORRECTION:
        return 0
    if checkout.state in AFTER_APPROVALS:
        return len(FIRST) + len(checkout.demands.steps) + AFTER_APPROVALS[checkout.state]
    return len(FIRST) + len(checkout.approvers)
