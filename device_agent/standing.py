"""How one door stands, from the two values there are: what its lock says, and what its contact says. Pure.

A lock's switch tells whether the hook holds; a door's contact, whether the leaf is at the frame. Neither is the other:
a door can be shut and held by nothing, and a hook can be pushed in by hand while the door stands open. The contact
decides whether a door is open. Where no contact is wired, the hook speaks for the door: it catches on nothing but the
leaf.
"""

from collections.abc import Mapping
from enum import StrEnum

from firmware_protocol.boards import DoorSaid, LockSaid


class Standing(StrEnum):
    """How a door stands."""

    OPEN = "open"
    CLOSED = "closed"
    RELEASED = "released"
    """Shut, but the lock does not hold it: anybody can pull it open."""
    UNKNOWN = "unknown"


STANDING: Mapping[tuple[LockSaid, DoorSaid], Standing] = {
    (LockSaid.LOCKED, DoorSaid.OPEN): Standing.OPEN,
    (LockSaid.LOCKED, DoorSaid.CLOSED): Standing.CLOSED,
    (LockSaid.LOCKED, DoorSaid.UNKNOWN): Standing.UNKNOWN,
    (LockSaid.UNLOCKED, DoorSaid.OPEN): Standing.OPEN,
    (LockSaid.UNLOCKED, DoorSaid.CLOSED): Standing.RELEASED,
    (LockSaid.UNLOCKED, DoorSaid.UNKNOWN): Standing.UNKNOWN,
    (LockSaid.JAMMED, DoorSaid.OPEN): Standing.OPEN,
    (LockSaid.JAMMED, DoorSaid.CLOSED): Standing.CLOSED,
    (LockSaid.JAMMED, DoorSaid.UNKNOWN): Standing.UNKNOWN,
    (LockSaid.UNKNOWN, DoorSaid.OPEN): Standing.OPEN,
    (LockSaid.UNKNOWN, DoorSaid.CLOSED): Standing.CLOSED,
    (LockSaid.UNKNOWN, DoorSaid.UNKNOWN): Standing.UNKNOWN,
}
"""All twelve."""
DOOR_BY_ITS_HOOK: Mapping[LockSaid, DoorSaid] = {
    LockSaid.LOCKED: DoorSaid.CLOSED,
    LockSaid.JAMMED: DoorSaid.CLOSED,
    LockSaid.UNLOCKED: DoorSaid.OPEN,
    LockSaid.UNKNOWN: DoorSaid.UNKNOWN,
}
"""The door where no contact is wired."""
