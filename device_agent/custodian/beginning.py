"""A start, after a night or after a crash in the middle: nothing is lost, nobody is stuck.

An opening whose burn is recorded and whose lock has no answer is *interrupted*: the pulse may or may not have happened.
One whose door had answered, but whose people never confirmed, is abandoned. Either way things may have moved, so the
people can say afterwards what they took, and bring it back; the attempt itself stays spent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from device_agent.custodian.decisions import Record
from device_agent.custodian.identification import pin_waits
from device_agent.custodian.inputs import Started
from device_agent.custodian.memory import Holding, Memory, Opening, recall
from device_agent.custodian.opening import about_opening, about_permit
from device_agent.custodian.state import Custody, Now, Stage, Step, Waiting
from firmware_protocol.permits import Permit
from firmware_protocol.slips import Slip


class Past(NamedTuple):
    """An event as the journal gives it back."""

    type: str
    about: Mapping[str, Any]
    at: datetime


class Paper(NamedTuple):
    """A permit held, its slip, and the size of the log's head that was shown to have its issuance."""

    permit: Permit
    slip: Slip
    proven_size: int | None = None


def remember(papers: Iterable[Paper], past: Iterable[Past]) -> Memory:
    """The memory of an agent that holds these permits and recorded these events, oldest first."""
    memory = Memory()
    for permit, slip, proven_size in papers:
        memory = memory.hold(permit, slip, proven_size)
    for event in past:
        memory = recall(memory, event.type, event.about, event.at)
    return memory


def started(custody: Custody, _stage: Stage, given: Started, now: Now) -> Step:
    """Record the start, and end what was cut short by the last one."""
    unfinished = [
        (holding, opening)
        for holding in custody.memory.holdings.values()
        for opening in holding.openings
        if opening.outcome is None
    ]
    begun = Record("agent_started", {"boot": given.boot, "unfinished": len(unfinished)})
    records = tuple(_cut_short(holding, opening) for holding, opening in unfinished)
    waiting = replace(custody, stage=Waiting(), pin_waits=pin_waits(custody.memory, now))
    return Step(waiting, (begun, *records))


def _cut_short(holding: Holding, opening: Opening) -> Record:
    if opening.lock == "pending":
        about = {"opening": opening.id, "compartment": opening.compartment, **about_permit(holding.permit)}
        return Record("opening_interrupted", about)
    outcome = "jammed" if opening.lock == "refused" else "abandoned"
    return Record("opening_finished", {**about_opening(holding.permit, opening), "outcome": outcome})
