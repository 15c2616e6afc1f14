"""What the serial lines report and what the server sent, in the custodian's words. Pure.

A report that says nothing to the custodian, such as a board's first answer, becomes an input that changes nothing.
"""

from device_agent.arrivals import HeadArrived, KeysArrived, PermitArrived, RevocationsArrived, RosterArrived
from device_agent.custodian.board_told import BoardTold
from device_agent.custodian.documents import permit_note, slip_note
from device_agent.custodian.inputs import (
    BoardSeen,
    DoorSeen,
    Input,
    LockAnswered,
    PermitReceived,
    RevocationsReceived,
    RosterReceived,
)
from device_agent.custodian.inside_seen import InsideSeen, TagsSeen
from device_agent.custodian.log_view import HeadShown, KeysReceived
from device_agent.custodian.state import Custody
from device_agent.line import reports
from device_agent.line.reports import (
    BoardFound,
    BoardLost,
    DoorChanged,
    DoorState,
    InsideChanged,
    Outcome,
    Report,
    TagsChanged,
    UnlockOutcome,
)
from firmware_protocol.messages import Ack
from firmware_protocol.permit_checks import PulseOutcome

ROSTER_NOTE = "roster"
REVOCATIONS_NOTE = "revocations"
KEYS_NOTE = "keys"

_PULSE: dict[Outcome, PulseOutcome] = {
    Outcome.CONFIRMED: "opened",
    Outcome.REFUSED: "refused",
    Outcome.UNKNOWN: "unknown",
}
_IS_OPEN: dict[DoorState, bool | None] = {
    DoorState.OPEN: True,
    DoorState.CLOSED: False,
    DoorState.RELEASED: False,
    DoorState.UNKNOWN: None,
}


def input_of_report(report: Report) -> Input:
    """What a serial line reported."""
    match report:
        case UnlockOutcome():
            return LockAnswered(report.token, _PULSE[report.outcome], was_sent=report.sent_at_ms is not None)
        case DoorChanged():
            return DoorSeen(report.compartment, _IS_OPEN[report.state], report.lock)
        case TagsChanged():
            return TagsSeen(report.compartment, report.tags)
        case InsideChanged():
            return InsideSeen(report.compartment, report.has_something)
        case reports.BoardTold(bus, address, uid, event, compartment, ago_ms):
            return BoardTold(bus, address, uid, event.number, event.code, event.detail, compartment, ago_ms)
        case BoardFound():
            return BoardSeen(report.bus, report.address, is_lost=False)
        case BoardLost():
            return BoardSeen(report.bus, report.address, is_lost=True, objection=report.objection)


def holds_all(custody: Custody, ack: Ack) -> bool:
    """Whether the agent holds everything in the versions that the server has for it."""
    roster_version = 0 if custody.roster is None else custody.roster.version
    held = roster_version, custody.revocations_version, custody.keys.version
    newest = ack.roster_version, ack.revocations_version, ack.keys_version
    return all(have >= there for have, there in zip(held, newest, strict=True))


def input_of_arrival(arrival: PermitArrived | RevocationsArrived | RosterArrived | HeadArrived | KeysArrived) -> Input:
    """What the server sent, with the notes to keep."""
    match arrival:
        case PermitArrived():
            permit = arrival.permit
            notes = {permit_note(permit.id): arrival.delivery.permit, slip_note(permit.id): arrival.delivery.slip}
            return PermitReceived(
                permit, arrival.slip, notes, out=arrival.out, shown=arrival.shown, is_issued=arrival.is_issued
            )
        case HeadArrived():
            return HeadShown(arrival.shown)
        case KeysArrived():
            return KeysReceived(arrival.history, arrival.version, arrival.shown, {KEYS_NOTE: arrival.note})
        case RevocationsArrived():
            revocations = arrival.revocations
            notes = {REVOCATIONS_NOTE: arrival.note}
            return RevocationsReceived(revocations.version, frozenset(revocations.revoked), notes)
        case RosterArrived():
            return RosterReceived(arrival.roster, {ROSTER_NOTE: arrival.note})
