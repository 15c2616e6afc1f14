"""What the raw bits of one channel mean, as its cabinet is wired: how the door stands, and what the lock says. Pure."""

from device_agent.line.reports import DoorState
from device_agent.line.wiring import BoardWiring
from device_agent.standing import DOOR_BY_ITS_HOOK, STANDING
from firmware_protocol.boards import Bit, DoorSaid, LockSaid


def state_of(wiring: BoardWiring, bit: Bit, sensor: Bit) -> tuple[DoorState, LockSaid]:
    """From the feedback bit, and that of the second row of inputs where the family has one."""
    lock, contact = _said(wiring, bit, sensor)
    return DoorState(STANDING[lock, contact]), lock


def _said(wiring: BoardWiring, bit: Bit, sensor: Bit) -> tuple[LockSaid, DoorSaid]:
    closed, sensing = bool(wiring.closed_bit), wiring.sensing
    if sensing.feedback == "door":
        return LockSaid.UNKNOWN, _contact(bit, closed)
    lock = LockSaid.UNKNOWN if bit is None else LockSaid.LOCKED if bit == closed else LockSaid.UNLOCKED
    if sensing.sensors == "doors":
        return lock, _contact(sensor, bool(sensing.sensor_bit))
    return lock, DOOR_BY_ITS_HOOK[lock]


def _contact(bit: Bit, closed: bool) -> DoorSaid:
    if bit is None:
        return DoorSaid.UNKNOWN
    return DoorSaid.CLOSED if bit == closed else DoorSaid.OPEN
