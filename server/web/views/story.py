"""One checkout told as a whole: how it stands, what was stated, and every moment the log has of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from server.custody.approvals import WAITING
from server.custody.facts import Checkout
from server.custody.people import Standing
from server.custody.states import CheckoutState, Step
from server.store.lists.entries import LogLine
from server.web.language import N_
from server.web.views.checkouts import Labelled, stated, title_of
from server.web.views.log import Told, told
from server.web.views.reading import Reading
from server.web.views.steps import StepMark, step_line
from server.web.views.waiting import Waiting, say_waiting, state_word

STEP_COMING: Mapping[Step, str] = {
    Step.HEAD: N_("理事长审批"),
    Step.VILLAGE: N_("村级审核"),
    Step.OFFICE: N_("三资办审核"),
    Step.OFFICE_HEAD: N_("三资办负责人审批"),
    Step.LEADER: N_("分管领导审批"),
}
AT_THE_CABINET = (N_("到柜前取"), N_("归还"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A checkout's page; `awaited` is what is still to come."""

    id: str
    title: str
    cooperative: str
    state: str
    state_word: str
    line: tuple[StepMark, ...]
    waiting: str
    facts: tuple[Labelled, ...]
    moments: tuple[Told, ...]
    awaited: tuple[str, ...]


def story(
    checkout: Checkout, rows: Sequence[LogLine], people: Iterable[Standing], deciders: Sequence[str], reading: Reading
) -> Story:
    """The story out of the checkout's entries; `people` are the cooperative's, `deciders` who can decide it now."""
    cooperative = reading.cooperative(checkout.cooperative)
    return Story(
        id=checkout.id,
        title=title_of(checkout, reading),
        cooperative=cooperative.name,
        state=checkout.state,
        state_word=state_word(checkout, reading),
        line=step_line(checkout, reading.say),
        waiting=say_waiting(
            Waiting(checkout=checkout, cooperative=cooperative, deciders=tuple(deciders), reading=reading)
        ),
        facts=stated(checkout, people, reading),
        moments=tuple(told(row, reading, whose=False) for row in rows),
        awaited=tuple(reading.say(word) for word in _awaited(checkout)),
    )


def _awaited(checkout: Checkout) -> tuple[str, ...]:
    """What is still to come."""
    if checkout.state in WAITING:
        steps = [each.step for each in checkout.demands.steps]
        ahead = steps[steps.index(checkout.step) :] if checkout.step in steps else steps
        return (*(STEP_COMING[step] for step in ahead), *AT_THE_CABINET)
    return {CheckoutState.PERMITTED: AT_THE_CABINET, CheckoutState.OUT: AT_THE_CABINET[1:]}.get(checkout.state, ())
