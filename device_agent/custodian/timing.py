"""The passing of time: stages that nobody touches end, and an opening that is left alone is finished as it stands."""

from collections.abc import Mapping
from dataclasses import replace

from device_agent.custodian.decisions import Decision, Record
from device_agent.custodian.documents import settle
from device_agent.custodian.doors import doors_left_open, moving_of, opening_of
from device_agent.custodian.every_door import ReadyForAll
from device_agent.custodian.inputs import ClockStepped, Ticked
from device_agent.custodian.opening import finish
from device_agent.custodian.state import (
    Choosing,
    Closing,
    Confirming,
    Custody,
    Done,
    EnteringPin,
    Jammed,
    Moving,
    NamingMissing,
    Now,
    Photographing,
    Ready,
    Refusal,
    Stage,
    StatingCopies,
    Step,
    Transferred,
    Transferring,
    Unlocking,
    Unsure,
    Waiting,
    WaitingNext,
)
from device_agent.custodian.tags import tags_lasting

IDLE_MS = 60_000
IDLE_AT_OPEN_DOOR_MS = 300_000
DONE_MS = 3_000
ANSWER_MS = 10_000
"""A lock that has not answered for so long never will: the wire's own time-outs are far shorter."""

IDLE_LIMITS_MS: Mapping[type, int] = {
    EnteringPin: IDLE_MS,
    WaitingNext: IDLE_MS,
    Choosing: IDLE_MS,
    Ready: IDLE_MS,
    ReadyForAll: IDLE_MS,
    Refusal: IDLE_MS,
    Unlocking: ANSWER_MS,
    Jammed: IDLE_MS,
    Unsure: IDLE_MS,
    Moving: IDLE_MS,
    NamingMissing: IDLE_MS,
    Closing: IDLE_MS,
    StatingCopies: IDLE_MS,
    Photographing: IDLE_MS,
    Confirming: IDLE_MS,
    Transferring: IDLE_MS,
    Transferred: DONE_MS,
    Done: DONE_MS,
}


def ticked(custody: Custody, _stage: Stage, _given: Ticked, now: Now) -> Step:
    """Look at the doors, at what is heard behind them, at the people, at the permits."""
    custody, told = doors_left_open(custody, now)
    custody, heard = tags_lasting(custody, now)
    custody, idled = _idle(custody, now)
    custody, settled = settle(custody, now)
    return Step(custody, (*told, *heard, *idled, *settled))


def clock_stepped(custody: Custody, _stage: Stage, given: ClockStepped, _now: Now) -> Step:
    """A jump of the wall clock is a fact like any other."""
    return Step(custody, (Record("clock_stepped", {"step_ms": given.step_ms}),))


def idle_left_ms(custody: Custody, now_ms: int) -> int | None:
    """How long until this stage ends by itself if nobody touches anything; None where it does not."""
    limit_ms = IDLE_LIMITS_MS.get(type(custody.stage))
    if limit_ms is None:
        return None
    if _is_at_open_door(custody):
        limit_ms = IDLE_AT_OPEN_DOOR_MS
    return max(0, limit_ms - (now_ms - max(custody.touched_ms, custody.since_ms)))


def _idle(custody: Custody, now: Now) -> Step:
    if idle_left_ms(custody, now.elapsed_ms) != 0:
        return Step(custody)
    stage = custody.stage
    if isinstance(stage, Unlocking):
        return _unanswered(custody, stage)
    return Step(replace(custody, stage=Waiting()), _abandonment(custody))


def _unanswered(custody: Custody, stage: Unlocking) -> Step:
    found = custody.memory.find(stage.opening)
    attempt = found[1].attempt if found else 1
    compartment = found[1].compartment if found else ""
    record = Record("door_unknown", {"opening": stage.opening, "compartment": compartment, "attempt": attempt})
    return Step(replace(custody, stage=Unsure(stage.present, stage.opening)), (record,))


def _abandonment(custody: Custody) -> tuple[Decision, ...]:
    """The end of an opening whose people have gone: a jammed door moved nothing, any other may have."""
    opening_id = opening_of(custody.stage)
    if opening_id is None or _is_late(custody.stage):
        return ()
    finished = finish(custody, opening_id, "jammed" if isinstance(custody.stage, Jammed) else "abandoned")
    return (finished,) if finished else ()


def _is_late(stage: Stage) -> bool:
    moving = moving_of(stage)
    return moving is not None and moving.is_late


def _is_at_open_door(custody: Custody) -> bool:
    opening_id = opening_of(custody.stage)
    found = custody.memory.find(opening_id) if opening_id else None
    return found is not None and custody.is_door_open(found[1].compartment) is True and not _is_late(custody.stage)
