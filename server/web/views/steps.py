"""A request as a line of six steps, and the sentence that says with whom it waits."""

from dataclasses import dataclass
from typing import Literal

from server.custody.facts import Checkout
from server.custody.states import CheckoutState
from server.web.language import N_, Translate

Stage = Literal["done", "now", "stopped", ""]

STEP_WORDS = (N_("申请"), N_("理事长"), N_("三资办"), N_("可取用"), N_("已取"), N_("已还"))

STEPS_DONE = {
    CheckoutState.FILED: 1,
    CheckoutState.ENDORSED: 2,
    CheckoutState.PERMITTED: 3,
    CheckoutState.OUT: 4,
    CheckoutState.RETURNED: len(STEP_WORDS),
    CheckoutState.EXPIRED: 3,
}
ENDED_EARLY = frozenset({CheckoutState.REFUSED, CheckoutState.WITHDRAWN, CheckoutState.EXPIRED})


@dataclass(frozen=True, slots=True)
class StepMark:
    """One step: its word, and whether it is done, the present one, where the request stopped, or still to come."""

    word: str
    stage: Stage


def step_line(checkout: Checkout, _: Translate) -> tuple[StepMark, ...]:
    """The six steps of a request as it stands."""
    done = STEPS_DONE.get(checkout.state, 1 + len(checkout.approvers))
    here: Stage = "stopped" if checkout.state in ENDED_EARLY else "now"
    stages: list[Stage] = ["done" if i < done else here if i == done else "" for i in range(len(STEP_WORDS))]
    return tuple(StepMark(_(word), stage) for word, stage in zip(STEP_WORDS, stages, strict=True))
