"""What a controller of our own tells: its doors one by one, and what befalls itself. Each event is taken once.

The controller keeps an event until it is acknowledged, and that happens only after the journal has it, together with
its number: told again after a crash, it is known by that number and nothing is recorded twice.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from device_agent.custodian.board_told import BoardTold, LastTold
from device_agent.custodian.decisions import Acknowledge, Keep, Record
from device_agent.custodian.doors import door_seen
from device_agent.custodian.inputs import DoorSeen
from device_agent.custodian.memory import Memory
from device_agent.custodian.state import Custody, Now, Stage, Step
from firmware_protocol.boards import EventCode
from firmware_protocol.boards.gongguan_lcp.keys import operation_id

TOLD_NOTE = "told"


def board_told(custody: Custody, stage: Stage, given: BoardTold, now: Now) -> Step:
    """Take one event in, keep its number with it, and let the controller forget it."""
    board = f"{given.bus}:{given.address}"
    acknowledge = Acknowledge(given.bus, given.address, given.number)
    last = custody.told.get(board)
    if last is not None and last.uid == given.uid and given.number <= last.number:
        return Step(custody, (acknowledge,))
    step = _IN_WORDS.get(given.code, _anything_else)(custody, stage, given, now)
    told = LastTold(given.uid, given.number)
    custody = replace(step.custody, told={**custody.told, board: told})
    kept = Keep({f"{TOLD_NOTE}:{board}": f"{told.uid} {told.number}".encode()})
    return Step(custody, (*step.decisions, kept, acknowledge))


def last_told(notes: Mapping[str, bytes]) -> dict[str, LastTold]:
    """The numbers that the journal kept, by board."""
    parts = {name.removeprefix(f"{TOLD_NOTE}:"): note.decode().split() for name, note in notes.items()}
    return {board: LastTold(uid, int(number)) for board, (uid, number) in parts.items()}


_Teller = Callable[[Custody, Stage, BoardTold, Now], Step]


def _door(*, is_open: bool) -> _Teller:
    def tell(custody: Custody, stage: Stage, given: BoardTold, now: Now) -> Step:
        if given.compartment is None:
            return Step(custody)
        return door_seen(custody, stage, DoorSeen(given.compartment, is_open), now)

    return tell


def _board(event_type: str, detail: str | None = None) -> _Teller:
    """An event of the board itself, and what its detail is called, if it has one."""

    def tell(custody: Custody, _stage: Stage, given: BoardTold, _now: Now) -> Step:
        about = _about(given) | ({} if detail is None else {detail: given.detail})
        return Step(custody, (Record(event_type, about),))

    return tell


def _tamper(custody: Custody, stage: Stage, given: BoardTold, now: Now) -> Step:
    return _board("board_tampered" if given.detail else "board_closed_up")(custody, stage, given, now)


def _input_fault(custody: Custody, stage: Stage, given: BoardTold, now: Now) -> Step:
    """A door whose wire is cut is not known any more."""
    if given.compartment is None:
        return Step(custody)
    step = door_seen(custody, stage, DoorSeen(given.compartment, None), now)
    record = Record("door_sensor_failed", {"compartment": given.compartment} | _about(given))
    return Step(step.custody, (*step.decisions, record))


def _unlocked(custody: Custody, _stage: Stage, given: BoardTold, _now: Now) -> Step:
    """The pulse of an operation of ours was recorded when it was intended; any other had the secret and no permit."""
    if given.detail in _operations(custody.memory):
        return Step(custody)
    place = {} if given.compartment is None else {"compartment": given.compartment}
    return Step(custody, (Record("pulse_unaccounted", place | _about(given)),))


def _operations(memory: Memory) -> Iterator[int]:
    """The operations that the permits held here were burned for, as the controller numbers them."""
    for holding in memory.holdings.values():
        for opening in holding.openings:
            kind = "return" if opening.action == "return" else "attempt"
            yield int.from_bytes(operation_id(holding.permit.id, kind, opening.attempt))


def _anything_else(custody: Custody, _stage: Stage, given: BoardTold, _now: Now) -> Step:
    """An event of a newer firmware: kept as it is."""
    about = _about(given) | {"code": given.code, "detail": given.detail}
    return Step(custody, (Record("board_reported", about),))


def _about(given: BoardTold) -> dict[str, object]:
    ago = {} if given.ago_ms is None else {"ago_ms": given.ago_ms}
    return {"bus": given.bus, "address": given.address} | ago


_IN_WORDS: Mapping[int, _Teller] = {
    EventCode.STARTED: _board("board_restarted", "reset"),
    EventCode.UNLOCKED: _unlocked,
    EventCode.DOOR_OPENED: _door(is_open=True),
    EventCode.DOOR_CLOSED: _door(is_open=False),
    EventCode.TAMPERED: _tamper,
    EventCode.SUPPLY_LOW: _board("board_supply_low", "supply_mv"),
    EventCode.SUPPLY_GOOD: _board("board_supply_restored", "supply_mv"),
    EventCode.INPUT_FAULT: _input_fault,
    EventCode.EVENTS_LOST: _board("board_events_lost", "lost"),
}
