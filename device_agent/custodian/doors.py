"""What the door sensors say, and what it is put down to: an opening of ours, or nobody's.

A door that opens within `GRACE_MS` of its own pulse belongs to that opening, also when the board had given up on it.
While the people of an opening are still there, their door is theirs. Anything else was forced.

A door's contact and its lock are two values: a lock that lets go while the door stays shut is an event of its own,
unless it was pulsed; and people have closed a door once it is shut and the lock holds it.
"""

from collections.abc import Iterator
from dataclasses import replace

from device_agent.custodian.decisions import Record
from device_agent.custodian.inputs import BoardSeen, DoorSeen
from device_agent.custodian.memory import Opening
from device_agent.custodian.moving import once_closed
from device_agent.custodian.state import (
    Closing,
    Confirming,
    Custody,
    Door,
    Jammed,
    Moving,
    NamingMissing,
    Now,
    Photographing,
    Stage,
    StatingCopies,
    Step,
    Unlocking,
    Unsure,
)

GRACE_MS = 15_000
LEFT_OPEN_MS = 60_000


def door_seen(custody: Custody, stage: Stage, given: DoorSeen, now: Now) -> Step:
    """A door's sensors changed, or are seen for the first time since the start."""
    if given.compartment not in custody.site.boards:
        return Step(custody)
    before = custody.doors.get(given.compartment, Door(None, now.elapsed_ms))
    door = _after(before, given, now)
    if (door.is_open, door.lock) == (before.is_open, before.lock):
        return Step(custody)
    seen = replace(custody, doors={**custody.doors, given.compartment: door})
    records = tuple(_records(custody, given.compartment, before, door, now))
    return Step(replace(seen, stage=_stage_after(custody, stage, given.compartment, door)), records)


def _after(before: Door, given: DoorSeen, now: Now) -> Door:
    """The door with what is new of it; how long it stands so begins anew only when it stands otherwise."""
    door = replace(before, is_open=given.is_open, lock=before.lock if given.lock is None else given.lock)
    if (door.is_open, door.is_released) == (before.is_open, before.is_released):
        return door
    return replace(door, since_ms=now.elapsed_ms, is_told=False)


def _records(custody: Custody, compartment: str, before: Door, door: Door, now: Now) -> Iterator[Record]:
    """What to write down: that it opened or closed; and, of a door that stayed shut, that its lock let go unasked."""
    was_open = compartment in custody.memory.open_doors
    if door.is_open is not None and door.is_open is not was_open:
        yield _door_record(custody, compartment, now, is_open=door.is_open)
    elif door.is_released and not before.is_released and opening_due(custody, compartment, now) is None:
        yield Record("lock_released", {"compartment": compartment})


def board_seen(custody: Custody, _stage: Stage, given: BoardSeen, now: Now) -> Step:
    """A board was lost, found unfit or found; a lost board's doors are not known."""
    name = f"{given.bus}:{given.address}"
    if (name in custody.lost_boards) is given.is_lost and custody.objections.get(name, "") == given.objection:
        return Step(custody)
    others = {board: why for board, why in custody.objections.items() if board != name}
    custody = replace(custody, objections=others | ({name: given.objection} if given.objection else {}))
    boards = custody.lost_boards | {name} if given.is_lost else custody.lost_boards - {name}
    if given.is_lost:
        custody = replace(custody, doors=_unknown_behind(custody, name, now))
    about = {"bus": given.bus, "address": given.address}
    reason = {"reason": given.objection} if given.objection else None
    record = Record("board_lost" if given.is_lost else "board_found", about, reason)
    return Step(replace(custody, lost_boards=boards), (record,))


def doors_left_open(custody: Custody, now: Now) -> Step:
    """Tell, once each, of doors that have stood open, or shut and unlocked, for `LEFT_OPEN_MS`."""
    late = {
        compartment: door
        for compartment, door in custody.doors.items()
        if (door.is_open or door.is_released) and not door.is_told and now.elapsed_ms - door.since_ms >= LEFT_OPEN_MS
    }
    told = {compartment: replace(door, is_told=True) for compartment, door in late.items()}
    records = tuple(_left_open(custody, compartment, door, now) for compartment, door in late.items())
    return Step(replace(custody, doors={**custody.doors, **told}) if told else custody, records)


def opening_at(custody: Custody, compartment: str) -> Opening | None:
    """The opening whose people are at this compartment right now."""
    opening_id = opening_of(custody.stage)
    found = custody.memory.find(opening_id) if opening_id else None
    return found[1] if found and found[1].compartment == compartment else None


def opening_of(stage: Stage) -> str | None:
    """The opening a stage is about."""
    if (moving := moving_of(stage)) is not None:
        return moving.opening
    return stage.opening if isinstance(stage, Unlocking | Jammed | Unsure) else None


def moving_of(stage: Stage) -> Moving | None:
    """What has been said of an opening so far, at every stage where people are saying it."""
    if isinstance(stage, NamingMissing | Closing | StatingCopies | Photographing | Confirming):
        return stage.moving
    return stage if isinstance(stage, Moving) else None


def _door_record(custody: Custody, compartment: str, now: Now, *, is_open: bool) -> Record:
    opening_id = opening_due(custody, compartment, now) if is_open else _stood_open_for(custody, compartment)
    about = {"compartment": compartment} | ({} if opening_id is None else {"opening": opening_id})
    if not is_open:
        return Record("door_closed", about)
    return Record("door_forced" if opening_id is None else "door_opened", about)


def _stood_open_for(custody: Custody, compartment: str) -> str | None:
    """The opening that ends with this door: of the people there, or the one that opened it, however long ago."""
    present = opening_at(custody, compartment)
    return present.id if present is not None else custody.memory.open_doors.get(compartment)


def opening_due(custody: Custody, compartment: str, now: Now) -> str | None:
    """The opening that this door is due to: of the people there, of the last pulse, or one that a crash cut short."""
    if present := opening_at(custody, compartment):
        return present.id
    pulse = custody.pulse
    if pulse is not None and pulse.compartment == compartment and now.elapsed_ms - pulse.at_ms <= GRACE_MS:
        return pulse.opening
    is_first_look = compartment not in custody.doors
    cut_short = custody.memory.undeclared_at(compartment) if is_first_look else None
    return cut_short.id if cut_short is not None and cut_short.outcome == "interrupted" else None


def _unknown_behind(custody: Custody, board: str, now: Now) -> dict[str, Door]:
    return {
        compartment: Door(None, now.elapsed_ms) if custody.site.boards.get(compartment) == board else door
        for compartment, door in custody.doors.items()
    }


def _left_open(custody: Custody, compartment: str, door: Door, now: Now) -> Record:
    opening = opening_at(custody, compartment)
    about = {"compartment": compartment, "open_s": (now.elapsed_ms - door.since_ms) // 1000}
    event_type = "door_left_open" if door.is_open else "door_left_unlocked"
    return Record(event_type, about | ({} if opening is None else {"opening": opening.id}))


def _stage_after(custody: Custody, stage: Stage, compartment: str, door: Door) -> Stage:
    """The awaited door starts the moving when it opens and ends the closing when it is shut and its lock holds it.

    Reopened, it is awaited again.
    """
    if opening_at(custody, compartment) is None:
        return stage
    if door.is_open and isinstance(stage, Unlocking | Jammed | Unsure):
        return Moving(stage.present, stage.opening)
    if door.is_open and isinstance(stage, StatingCopies | Photographing | Confirming) and not stage.moving.is_late:
        return Closing(stage.moving)
    is_shut = door.is_open is False and not door.is_released
    return once_closed(custody, stage.moving) if is_shut and isinstance(stage, Closing) else stage
