"""Every door in turn, for an emergency: each judged, burned and recorded like any other, and nothing asked in between.

Nobody says what was seen or carried out; what came of each opening is that its door opened, or that it did not. The
next lock is pulsed only after the last one answered, so that each door that opens is put down to its own pulse.
"""

from dataclasses import replace

from device_agent.custodian import opening, timing
from device_agent.custodian.decisions import Record
from device_agent.custodian.every_door import Clearing, EveryDoorAsked, ReadyForAll
from device_agent.custodian.inputs import BackAsked, Choice, EndAsked, LockAnswered, OpenAsked, Ticked
from device_agent.custodian.memory import Holding
from device_agent.custodian.offers import judge, offers
from device_agent.custodian.state import Choosing, Custody, Now, People, Step, Waiting
from firmware_protocol.permit_checks import Allowed, PulseOutcome, Refused

DOORS_MIN = 2
"""One door is opened by itself."""
CAME_TO = {"opened": "cleared", "refused": "jammed", "unknown": "unknown"}


def permits_to_look(custody: Custody, present: People, now: Now) -> tuple[str, ...]:
    """The permits under which those present may look into a compartment now, in the order of the doors, one a door."""
    found = [
        custody.memory.holdings[offer.choice.permit]
        for offer in offers(custody, present, now)
        if offer.choice.kind == "count" and isinstance(offer.verdict, Allowed)
    ]
    return tuple({_door(held): held.permit.id for held in sorted(found, key=_door)}.values())


def every_door_asked(custody: Custody, stage: Choosing, _given: EveryDoorAsked, now: Now) -> Step:
    """All of them, where there are several."""
    permits = permits_to_look(custody, stage.present, now)
    if len(permits) < DOORS_MIN:
        return Step(custody)
    return Step(replace(custody, stage=ReadyForAll(stage.present, permits)))


def begun(custody: Custody, stage: ReadyForAll, given: OpenAsked, now: Now) -> Step:
    """The last touch: the first door at once."""
    begins = replace(custody, stage=Clearing(stage.present, stage.permits, given.opening))
    return _next(begins, now)


def left(custody: Custody, stage: ReadyForAll, _given: BackAsked, _now: Now) -> Step:
    """Not all of them after all."""
    return Step(replace(custody, stage=Choosing(stage.present)))


def answered(custody: Custody, stage: Clearing, given: LockAnswered, now: Now) -> Step:
    """The board's answer is recorded, and with it what the opening came to."""
    step = opening.lock_answered(custody, stage, given, now)
    if given.opening != stage.opening:
        return step
    return _over(step, stage, given.outcome)


def ticked(custody: Custody, stage: Clearing, given: Ticked, now: Now) -> Step:
    """Go on with the next door; when all were pulsed, wait until those that opened are shut again."""
    step = timing.ticked(custody, stage, given, now)
    if stage.opening is not None:
        is_silent = custody.pulse is not None and now.elapsed_ms - custody.pulse.at_ms >= timing.ANSWER_MS
        return _after(step, _unanswered(step.custody, stage, now)) if is_silent else step
    if stage.left:
        return _after(step, _next(step.custody, now))
    is_over = not any(door.is_open for door in custody.doors.values())
    return Step(replace(step.custody, stage=Waiting()), step.decisions) if is_over else step


def ended(custody: Custody, stage: Clearing, _given: EndAsked, _now: Now) -> Step:
    """Stop, once the lock that was pulsed has answered; doors that stand open are told as any others."""
    return Step(custody) if stage.opening is not None else Step(replace(custody, stage=Waiting()))


def _next(custody: Custody, now: Now) -> Step:
    """Pulse the next door, judged by this very moment; one that may not be opened any more is refused and passed by."""
    stage = custody.stage
    if not isinstance(stage, Clearing) or not stage.left:
        return Step(custody)
    permit, *rest = stage.left
    offer = judge(custody, Choice("count", permit), stage.present, now)
    goes_on = replace(stage, left=tuple(rest), done=stage.done + 1)
    if isinstance(offer.verdict, Refused):
        refused = opening.refuse_offer(custody, offer, offer.verdict, stage)
        return Step(replace(custody, stage=goes_on), refused.decisions)
    opening_id = f"{stage.first}.{goes_on.done}"
    step = opening.intend(custody, offer, offer.verdict, opening_id, now)
    return Step(replace(step.custody, stage=replace(goes_on, opening=opening_id)), step.decisions)


def _unanswered(custody: Custody, stage: Clearing, now: Now) -> Step:
    given = LockAnswered(stage.opening or "", "unknown")
    return _over(opening.lock_answered(custody, stage, given, now), stage, "unknown")


def _over(step: Step, stage: Clearing, outcome: PulseOutcome) -> Step:
    finished = opening.finish(step.custody, stage.opening or "", CAME_TO[outcome])
    goes_on = replace(step.custody, stage=replace(stage, opening=None))
    records: tuple[Record, ...] = (finished,) if finished else ()
    return Step(goes_on, (*step.decisions, *records))


def _after(first: Step, second: Step) -> Step:
    return Step(second.custody, (*first.decisions, *second.decisions))


def _door(held: Holding) -> tuple[str, int]:
    return held.permit.cabinet, held.permit.compartment
