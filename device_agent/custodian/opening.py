"""From the choice to the pulse: judge once more, burn and intend in one record, then pulse.

What a crash means here: before the record nothing happened. After it, with or without the pulse, the attempt is spent
and the next start finds an opening without an answer; see `beginning`. The order in `intend` is the product's promise.
"""

from dataclasses import replace

from device_agent.custodian.decisions import Burn, BurnKind, LastPulse, Pulse, Record
from device_agent.custodian.identification import PEOPLE_MAX
from device_agent.custodian.inputs import (
    Acknowledged,
    BackAsked,
    Choice,
    ChoiceKind,
    ChoiceMade,
    DoorAnswered,
    EndAsked,
    LockAnswered,
    OpenAsked,
)
from device_agent.custodian.memory import Holding, Opening
from device_agent.custodian.offers import Offer, judge
from device_agent.custodian.state import (
    Choosing,
    Custody,
    Done,
    Door,
    Jammed,
    Moving,
    Now,
    Ready,
    Refusal,
    Stage,
    Step,
    Transferring,
    Unlocking,
    Unsure,
    Waiting,
    WaitingNext,
)
from firmware_protocol.permit_checks import Allowed, Refused
from firmware_protocol.permits import Permit

LOCK_REST_MS = 2_500
NEEDS_MORE_PEOPLE = frozenset({"two_people", "extra_present"})


def choice_made(custody: Custody, stage: Choosing, given: ChoiceMade, now: Now) -> Step:
    """An allowed choice goes to the door, or to saying what an earlier opening moved; any other is refused."""
    offer = judge(custody, given.choice, stage.present, now)
    if isinstance(offer.verdict, Refused):
        return refuse_offer(custody, offer, offer.verdict, _after_reading(stage, given.choice, offer.verdict))
    if given.choice.kind == "transfer":
        return Step(replace(custody, stage=Transferring(offer.persons, given.choice.permit)))
    undeclared = custody.memory.holdings[given.choice.permit].undeclared
    if undeclared is not None:
        return Step(replace(custody, stage=Moving(offer.persons, undeclared.id, is_late=True)))
    return Step(replace(custody, stage=Ready(stage.present, given.choice)))


def open_asked(custody: Custody, stage: Ready, given: OpenAsked, now: Now) -> Step:
    """The last touch: judged by this very moment, then burned, then pulsed. A lock that has to rest ignores it."""
    if _is_resting(custody, custody.memory.holdings[stage.choice.permit].permit.place, now):
        return Step(custody)
    return _open(custody, stage.choice, stage, given.opening, now)


def open_asked_again(custody: Custody, stage: Jammed, given: OpenAsked, now: Now) -> Step:
    """A jammed door is tried again, as a further attempt of the same permit."""
    jammed = finish(custody, stage.opening, "jammed")
    choice = choice_of(custody, stage.opening)
    if jammed is None or choice is None or _is_resting(custody, str(jammed.about["compartment"]), now):
        return Step(custody)
    step = _open(custody, choice, stage, given.opening, now)
    return Step(step.custody, (jammed, *step.decisions))


def lock_answered(custody: Custody, stage: Stage, given: LockAnswered, now: Now) -> Step:
    """The board's answer is recorded once, whatever the people have done meanwhile; a door seen open stays open."""
    found = custody.memory.find(given.opening)
    if found is None or found[1].lock != "pending":
        return Step(custody)
    opening = found[1]
    if given.outcome == "opened":
        doors = {**custody.doors, opening.compartment: Door(is_open=True, since_ms=now.elapsed_ms)}
        custody = replace(custody, doors=doors)
    if isinstance(stage, Unlocking) and stage.opening == opening.id:
        custody = replace(custody, stage=_after_lock(stage, given))
    return Step(custody, (_answer_record(opening, given),))


def door_answered(custody: Custody, stage: Unsure, given: DoorAnswered, _now: Now) -> Step:
    """People say whether a door opened whose lock did not answer. If not, a take is over and a return may be tried."""
    if given.is_open:
        return Step(replace(custody, stage=Moving(stage.present, stage.opening)))
    finished = finish(custody, stage.opening, "unknown")
    choice = choice_of(custody, stage.opening)
    if finished is None or choice is None:
        return Step(custody)
    if choice.kind == "return":
        return Step(replace(custody, stage=Ready(stage.present, choice)), (finished,))
    refusal = Refusal("every_failure_proven", Choosing(stage.present), permit=choice.permit)
    return Step(replace(custody, stage=refusal), (finished,))


def jam_left(custody: Custody, stage: Jammed, given: BackAsked | EndAsked, _now: Now) -> Step:
    """They leave a jammed door: the opening is finished, nothing moved."""
    finished = finish(custody, stage.opening, "jammed")
    next_stage: Stage = Choosing(stage.present) if isinstance(given, BackAsked) else Waiting()
    return Step(replace(custody, stage=next_stage), (finished,) if finished else ())


def unsure_left(custody: Custody, stage: Unsure, _given: EndAsked, _now: Now) -> Step:
    """They leave without saying whether the door opened: things may have moved."""
    finished = finish(custody, stage.opening, "abandoned")
    return Step(replace(custody, stage=Waiting()), (finished,) if finished else ())


def read_refusal(custody: Custody, stage: Refusal, _given: Acknowledged | BackAsked, _now: Now) -> Step:
    """A refusal has been read."""
    return Step(replace(custody, stage=stage.then))


def carry_on(custody: Custody, stage: Done, _given: Acknowledged, _now: Now) -> Step:
    """The same people have something else to do."""
    return Step(replace(custody, stage=Choosing(stage.present)))


def finish(custody: Custody, opening_id: str, outcome: str) -> Record | None:
    """The record that ends an opening; None when there is no such opening."""
    found = custody.memory.find(opening_id)
    if found is None:
        return None
    holding, opening = found
    return Record("opening_finished", {**about_opening(holding.permit, opening), "outcome": outcome})


def about_opening(permit: Permit, opening: Opening) -> dict[str, object]:
    """What every record of an opening names."""
    return {
        "opening": opening.id,
        "compartment": opening.compartment,
        **about_permit(permit),
        "persons": list(opening.persons),
    }


def about_permit(permit: Permit) -> dict[str, object]:
    """The permit, and the checkout or deposit it belongs to."""
    names = {"permit": permit.id, "checkout": permit.checkout, "deposit": permit.deposit}
    return {key: name for key, name in names.items() if name is not None}


def choice_of(custody: Custody, opening_id: str) -> Choice | None:
    """The choice an opening came from."""
    found = custody.memory.find(opening_id)
    if found is None:
        return None
    holding, opening = found
    return Choice(_KIND_OF_ACTION[opening.action], holding.permit.id)


def _open(custody: Custody, choice: Choice, stage: Ready | Jammed, opening_id: str, now: Now) -> Step:
    offer = judge(custody, choice, stage.present, now)
    if isinstance(offer.verdict, Refused):
        return refuse_offer(custody, offer, offer.verdict, Choosing(stage.present))
    return intend(custody, offer, offer.verdict, opening_id, now)


def intend(custody: Custody, offer: Offer, verdict: Allowed, opening_id: str, now: Now) -> Step:
    """Burn and intend in one record, then pulse."""
    permit = custody.memory.holdings[offer.choice.permit].permit
    kind: BurnKind = "return" if offer.choice.kind == "return" else "attempt"
    about = {
        "opening": opening_id,
        "compartment": permit.place,
        **about_permit(permit),
        "persons": list(offer.persons),
        "action": offer.choice.kind,
        "attempt": verdict.attempt,
    } | ({"flagged": True} if verdict.flagged else {})
    burn = Burn(permit.id, kind, verdict.attempt)
    intended = Record("opening_intended", about, burn=burn)
    custody = replace(
        custody,
        stage=Unlocking(offer.persons, opening_id),
        pulse=LastPulse(opening_id, permit.place, now.elapsed_ms),
    )
    return Step(custody, (intended, Pulse(permit.place, opening_id, burn)))


def _after_reading(stage: Choosing, choice: Choice, refused: Refused) -> Stage:
    """Whoever lacks somebody is taken to the reader, as long as there is room for one more."""
    if refused.rule in NEEDS_MORE_PEOPLE and len(stage.present) < PEOPLE_MAX:
        return WaitingNext(stage.present, choice.permit)
    return stage


def refuse_offer(custody: Custody, offer: Offer, refused: Refused, then: Stage) -> Step:
    """Refuse what was chosen, with its record."""
    holding: Holding | None = custody.memory.holdings.get(offer.choice.permit)
    about: dict[str, object] = {"rule": refused.rule, "persons": list(offer.persons)}
    if holding is not None:
        about |= {**about_permit(holding.permit), "compartment": holding.permit.place}
    stage = Refusal(refused.rule, then, permit=offer.choice.permit)
    return Step(replace(custody, stage=stage), (Record("opening_refused", about),))


def _after_lock(stage: Unlocking, given: LockAnswered) -> Stage:
    if given.outcome == "opened":
        return Moving(stage.present, stage.opening)
    if given.outcome == "refused":
        return Jammed(stage.present, stage.opening, given.was_sent)
    return Unsure(stage.present, stage.opening)


def _is_resting(custody: Custody, place: str, now: Now) -> bool:
    """Whether the lock was pulsed so recently that another pulse would be refused, and an attempt wasted."""
    pulse = custody.pulse
    return pulse is not None and pulse.compartment == place and now.elapsed_ms - pulse.at_ms < LOCK_REST_MS


def _answer_record(opening: Opening, given: LockAnswered) -> Record:
    about: dict[str, object] = {"opening": opening.id, "compartment": opening.compartment}
    if given.outcome == "opened":
        return Record("door_opened", about)
    return Record(
        "door_jammed" if given.outcome == "refused" else "door_unknown", {**about, "attempt": opening.attempt}
    )


_KIND_OF_ACTION: dict[str, ChoiceKind] = {kind: kind for kind in ("take", "return", "deposit", "count")}
