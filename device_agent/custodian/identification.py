"""Who is there: card, then PIN, each person once; wrong PINs make the next try wait longer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from device_agent.custodian.decisions import CheckPin, Decision, Record
from device_agent.custodian.inputs import BackAsked, CardShown, PersonAdded, PinChecked, PinEntered
from device_agent.custodian.memory import PIN_MEMORY, Memory
from device_agent.custodian.state import (
    Choosing,
    Custody,
    Done,
    EnteringPin,
    Now,
    People,
    Refusal,
    Stage,
    Step,
    Transferred,
    Waiting,
    WaitingNext,
)
from firmware_protocol.rosters import Person

_AtTheReader = Waiting | WaitingNext | Done | Transferred | Refusal

PEOPLE_MIN = 2
PEOPLE_MAX = 5
"""At one visit: every order of them is tried for the places a permit has, and nobody needs a sixth."""
PIN_DELAYS_S = (0, 2, 5, 15, 60, 300, 300, 900)
"""How long to wait after so many wrong PINs within the hour; the last figure holds from there on."""
FAILURES_TOLD = 5


def pin_wait_s(failures: Sequence[datetime], at: datetime) -> int:
    """Whole seconds until the next PIN may be tried, given the times of the last wrong ones; 0 when at once.

    A clock that was set back makes nobody wait longer than the delay itself.
    """
    recent = [then for then in failures if at - then < PIN_MEMORY]
    delay_s = PIN_DELAYS_S[min(len(recent), len(PIN_DELAYS_S) - 1)]
    if not delay_s:
        return 0
    left = recent[-1] + timedelta(seconds=delay_s) - at
    return min(delay_s, max(0, -(-left // timedelta(seconds=1))))


def pin_waits(memory: Memory, now: Now) -> Mapping[str, int]:
    """Until when everybody has to wait because of what was recorded.

    By the clock that only grows from here on: a wall clock may stand still at what is certainly past, for hours.
    """
    failures = memory.pin_failures.items()
    return {person: now.elapsed_ms + 1000 * pin_wait_s(times, now.at) for person, times in failures}


def pin_left_s(custody: Custody, person: str, now: Now) -> int:
    """Whole seconds until this person may try the next PIN; 0 when at once."""
    return max(0, -(-(custody.pin_waits.get(person, 0) - now.elapsed_ms) // 1000))


def card_shown(custody: Custody, stage: _AtTheReader, given: CardShown, now: Now) -> Step:
    """A card asks for its person's PIN, or is refused with the reason."""
    before = _card_stage(stage)
    present = before.present if isinstance(before, WaitingNext) else ()
    if custody.roster is None or given.card_hash is None:
        return Step(replace(custody, stage=Refusal("no_roster", before)))
    person = custody.roster.person_by_card(given.card_hash)
    reason = _card_refusal(custody, person, present, now)
    if person is None or reason is not None:
        return refuse_person(custody, reason or "unknown_card", before, person)
    return Step(replace(custody, stage=EnteringPin(present, person.id)))


def pin_entered(custody: Custody, stage: EnteringPin, _given: PinEntered, now: Now) -> Step:
    """Six digits are to be compared, unless this person has to wait."""
    person = custody.person(stage.person)
    if stage.is_checking or person is None or person.pin is None:
        return Step(custody)
    if pin_left_s(custody, person.id, now):
        return refuse_person(custody, "delayed", stage, person)
    return Step(replace(custody, stage=replace(stage, is_checking=True)), (CheckPin(person.id, person.pin),))


def pin_checked(custody: Custody, stage: EnteringPin, given: PinChecked, now: Now) -> Step:
    """The right PIN lets the person in; a wrong one is recorded, and the fifth within an hour told to the office."""
    if not stage.is_checking or given.person != stage.person:
        return Step(custody)
    if not given.fits:
        again = replace(stage, is_wrong=True, is_checking=False)
        times = (*custody.memory.pin_failures.get(stage.person, ()), now.at)
        waits = {**custody.pin_waits, stage.person: now.elapsed_ms + 1000 * pin_wait_s(times, now.at)}
        return Step(replace(custody, stage=again, pin_waits=waits), _wrong_pin(stage.person, times))
    present = (*stage.present, stage.person)
    return Step(replace(custody, stage=Choosing(present) if len(present) >= PEOPLE_MIN else WaitingNext(present)))


def person_added(custody: Custody, stage: Choosing, _given: PersonAdded, _now: Now) -> Step:
    """Somebody else is to identify before anything is chosen."""
    if len(stage.present) >= PEOPLE_MAX:
        return refuse_person(custody, "enough_people", stage, None)
    return Step(replace(custody, stage=WaitingNext(stage.present)))


def back_from_the_reader(custody: Custody, stage: WaitingNext, _given: BackAsked, _now: Now) -> Step:
    """Nobody else comes: those who are there choose, one alone goes back to the start."""
    is_enough = len(stage.present) >= PEOPLE_MIN
    return Step(replace(custody, stage=Choosing(stage.present) if is_enough else Waiting()))


def refuse_person(custody: Custody, reason: str, then: Stage, person: Person | None) -> Step:
    """Refuse somebody at the reader or the PIN pad, with its record."""
    person_id = None if person is None else person.id
    about = {"reason": reason} | ({} if person_id is None else {"person": person_id})
    stage = Refusal(reason, then, person=person_id)
    return Step(replace(custody, stage=stage), (Record("identification_refused", about),))


def _card_stage(stage: _AtTheReader) -> Waiting | WaitingNext:
    behind = stage.then if isinstance(stage, Refusal) else stage
    if isinstance(behind, WaitingNext):
        return behind
    present = behind.present if isinstance(behind, EnteringPin) else ()
    return WaitingNext(present) if present else Waiting()


def _card_refusal(custody: Custody, person: Person | None, present: People, now: Now) -> str | None:
    if person is None:
        return "unknown_card"
    if not person.active:
        return "blocked"
    if person.id in present:
        return "same_person"
    if person.pin is None:
        return "no_pin"
    return "delayed" if pin_left_s(custody, person.id, now) else None


def _wrong_pin(person: str, times: Sequence[datetime]) -> tuple[Decision, ...]:
    count = sum(times[-1] - then < PIN_MEMORY for then in times)
    refused = Record("identification_refused", {"reason": "wrong_pin", "person": person})
    told = Record("pin_lockout", {"person": person, "failures": count})
    return (refused, told) if count == FAILURES_TOLD else (refused,)
