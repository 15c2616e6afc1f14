"""The story at the door that other tests begin with: two people, one permit, one opening."""

from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import (
    ChoiceKind,
    DoorSeen,
    EndAsked,
    Input,
    ItemTicked,
    LockAnswered,
    OpenAsked,
    PersonConfirmed,
    RestAnswered,
)
from device_agent.custodian.state import (
    Custody,
    Step,
)
from firmware_protocol.permits import Permit
from tests.device_agent.hall import (
    LIN,
    PLACE,
    YOU,
    after,
    choose,
    hall,
    identified,
    take_permit,
)

OPENING = "o-aaaaaaaaaaaaaaaa"
AGAIN = "o-bbbbbbbbbbbbbbbb"
PERMIT = take_permit()
OPEN, SHUT = DoorSeen(PLACE, is_open=True), DoorSeen(PLACE, is_open=False)
OPENED = LockAnswered(OPENING, "opened")
BOTH_CONFIRM = (PersonConfirmed(YOU.id), PersonConfirmed(LIN.id))


def at_the_open_door(*permits: Permit, kind: ChoiceKind = "take") -> Custody:
    """游少玉 and 林少军 stand before the open compartment."""
    permits = permits or (PERMIT,)
    given: tuple[Input, ...] = (*identified(YOU, LIN), choose(kind, permits[0]), OpenAsked(OPENING), OPENED)
    return after(hall(*permits), *given).custody


def taken(*items: str) -> Custody:
    """They have taken `items` and gone."""
    ticks = tuple(ItemTicked(item) for item in items)
    given: tuple[Input, ...] = (*ticks, RestAnswered(is_all_there=True), SHUT, *BOTH_CONFIRM, EndAsked())
    return after(at_the_open_door(), *given).custody


def outcome_of(step: Step) -> object:
    """What the opening that ends with this step came to."""
    record = step.decisions[-1]
    assert isinstance(record, Record)
    assert record.type == "opening_finished"
    return record.about["outcome"]
