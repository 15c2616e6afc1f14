"""A journal begun anew takes back what its predecessor let go, and opens nothing else under the old permits."""

from dataclasses import replace
from datetime import timedelta

import pytest

from device_agent.custodian.beginning import Paper, Past, remember
from device_agent.custodian.decisions import Burn, Pulse, Record
from device_agent.custodian.inputs import DoorSeen, ItemTicked, LockAnswered, OpenAsked, PermitReceived, RestAnswered
from device_agent.custodian.offers import offers
from device_agent.custodian.state import Custody, Refusal, Step
from tests.device_agent.custodian.at_the_door import BOTH_CONFIRM, OPENING, SHUT, outcome_of
from tests.device_agent.hall import (
    LIAO,
    LIN,
    NOON,
    PLACE,
    SEAL,
    YOU,
    after,
    choose,
    hall,
    identified,
    now_at,
    slip_for,
    take_permit,
    types,
)

PERMIT = take_permit(not_before=NOON - timedelta(days=9), not_after=NOON - timedelta(days=8))
RESUMED = {"permit": PERMIT.id, "checkout": PERMIT.checkout, "items": [SEAL]}
NEWS = PermitReceived(PERMIT, slip_for(PERMIT), {}, out=(SEAL,))


def begun_anew() -> Step:
    """The step in which an empty journal hears of the seal that is out."""
    return after(hall(), NEWS)


def test_the_news_is_recorded_and_the_permit_held_though_it_has_expired() -> None:
    step = begun_anew()
    assert step.decisions == (Record("permit_received", {"permit": PERMIT.id}), Record("custody_resumed", RESUMED))
    assert step.custody.memory.holdings[PERMIT.id].out == (SEAL,)


@pytest.mark.parametrize("people", [(YOU, LIN), (LIN, YOU), (LIAO, LIN)], ids=["holder", "officer first", "the head"])
def test_it_offers_the_return_and_nothing_else(people: tuple[object, ...]) -> None:
    custody = after(begun_anew().custody, *identified(*people)).custody  # type: ignore[arg-type]
    assert [each.choice.kind for each in offers(custody, custody.stage.present, now_at())] == ["return"]  # type: ignore[union-attr]


def test_nothing_is_taken_under_it() -> None:
    permit = take_permit()
    custody = after(hall(), PermitReceived(permit, slip_for(permit), {}, out=(SEAL,))).custody
    step = after(custody, *identified(YOU, LIN), choose("take", permit))
    assert isinstance(step.custody.stage, Refusal)
    assert step.custody.stage.rule == "not_offered"


def test_the_seal_comes_back_and_the_permit_is_forgotten() -> None:
    given = (*identified(YOU, LIN), choose("return", PERMIT), OpenAsked(OPENING))
    step = after(begun_anew().custody, *given)
    assert types(step.decisions) == ["opening_intended", "Pulse"]
    assert step.decisions[1] == Pulse(PLACE, OPENING, Burn(PERMIT.id, "return", 1))
    closing = (LockAnswered(OPENING, "opened"), ItemTicked(SEAL), RestAnswered(is_all_there=True), SHUT)
    step = after(step.custody, *closing, *BOTH_CONFIRM)
    assert types(step.decisions) == ["items_returned", "opening_finished"]
    assert outcome_of(step) == "returned"
    assert not step.custody.memory.holdings[PERMIT.id].is_open


def test_a_crash_forgets_none_of_it() -> None:
    step = begun_anew()
    past = [Past(each.type, each.about, NOON) for each in step.decisions if isinstance(each, Record)]
    assert remember([Paper(PERMIT, slip_for(PERMIT))], past) == step.custody.memory


@pytest.mark.parametrize(
    "news",
    [
        pytest.param(replace(NEWS, is_spent=True), id="pulses were burned under it in this journal"),
        pytest.param(replace(NEWS, out=()), id="nothing is out, and it has expired"),
        pytest.param(replace(NEWS, out=("i-zzzzzzzzzzzzzzzz",)), id="only things it is not about"),
    ],
)
def test_other_news_opens_nothing(news: PermitReceived) -> None:
    custody: Custody = after(hall(), news, DoorSeen(PLACE, is_open=False)).custody
    assert all(not held.is_open for held in custody.memory.holdings.values())
