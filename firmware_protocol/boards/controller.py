"""What a host and the project's own controller tell each other, beside `Unlock` and `ReadStatus`. See LCP.md.

A controller says what its doors do in words, not in raw bits, knows each operation by its id, and keeps what happened
until the host has taken it. Times are the controller's own: milliseconds since its start (`uptime_ms`, `at_ms`), which
mean nothing without the number of that start (`boot`).
"""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import ClassVar

MINOR = 0
"""The newest minor version that is spoken here."""
SUITE_HMAC_SHA256 = 1
"""Proofs by HMAC-SHA-256, cut to eight bytes: the only suite so far, and its bit in `Hello.suites`."""


class LockSaid(StrEnum):
    """What the feedback of a lock says."""

    UNKNOWN = "unknown"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
    JAMMED = "jammed"


class DoorSaid(StrEnum):
    """What the contact of a door says; unknown also when its wire is cut, which a supervised input can tell."""

    UNKNOWN = "unknown"
    CLOSED = "closed"
    OPEN = "open"


class Result(StrEnum):
    """What became of an operation. All but the last two are final, and told again for the same id."""

    PULSED = "pulsed"
    INTERRUPTED = "interrupted"
    """The pulse began, and the power failed in it."""
    RESTING = "resting"
    """Not pulsed: this lock was pulsed just now, or too often."""
    BUSY = "busy"
    """Not pulsed: another lock was being pulsed."""
    LATE = "late"
    """Not pulsed: `not_after_ms` was over."""
    NO_LOCK = "no_lock"
    """Not pulsed: there is no such channel, or no such pulse."""
    NEVER_HEARD = "never_heard"
    """To `AskOutcome`: no such operation; it was never pulsed, unless so many others followed that it is forgotten."""

    @property
    def is_pulsed(self) -> bool:
        """Whether the coil was energised."""
        return self in (Result.PULSED, Result.INTERRUPTED)


class EventCode(IntEnum):
    """What happened, by its code on the wire; what `BoardEvent.detail` means then."""

    STARTED = 1
    """Detail: a `Reset`."""
    UNLOCKED = 2
    """A lock was pulsed. Detail: the operation's id, as a number."""
    DOOR_OPENED = 3
    """Detail: the operation it followed, or 0 if none: somebody forced it."""
    DOOR_CLOSED = 4
    TAMPERED = 5
    """The controller's own housing was opened (detail 1) or closed again (0)."""
    SUPPLY_LOW = 6
    """Detail: mV."""
    SUPPLY_GOOD = 7
    """Detail: mV."""
    INPUT_FAULT = 8
    """The wire of a door's contact is cut or shorted."""
    EVENTS_LOST = 9
    """The queue was full. Detail: how many events have no place in it."""


class Reset(IntEnum):
    """Why the controller started."""

    POWER = 1
    WATCHDOG = 2
    BROWN_OUT = 3
    SOFTWARE = 4


class Doubt(IntEnum):
    """Why a request was not believed, as `Doubted.code`."""

    NO_SESSION = 1
    WRONG_PROOF = 2
    OLD_COUNTER = 3
    NOT_SPOKEN = 4
    """A version or suite in a `Hello` that the controller does not speak."""


@dataclass(frozen=True, slots=True)
class Hello:
    """Host: let us begin a session; this is what I speak, and sixteen bytes that were never used before."""

    kind: ClassVar[str] = "hello"
    address: int
    minor: int = MINOR
    suites: int = SUITE_HMAC_SHA256
    nonce: bytes = b""


@dataclass(frozen=True, slots=True)
class Auth:
    """Host: this is proven with the new keys; prove the same."""

    kind: ClassVar[str] = "auth"
    address: int


@dataclass(frozen=True, slots=True)
class AskOutcome:
    """Host: what became of this operation? Moves nothing."""

    kind: ClassVar[str] = "outcome"
    address: int
    operation: bytes


@dataclass(frozen=True, slots=True)
class ReadEvents:
    """Host: I have everything up to event `taken` for good; tell the next."""

    kind: ClassVar[str] = "events"
    address: int
    taken: int


@dataclass(frozen=True, slots=True)
class Welcome:
    """Controller: what it is and speaks, and its own nonce. Proven only by what follows under keys made from it."""

    kind: ClassVar[str] = "welcome"
    address: int
    minor: int
    suite: int
    capabilities: int
    channels: int
    firmware: int
    uid: bytes
    nonce: bytes
    boot: int
    uptime_ms: int


@dataclass(frozen=True, slots=True)
class Proven:
    """Controller: answers `Auth`; the session holds."""

    kind: ClassVar[str] = "proven"
    address: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Controller: everything as it is now; channel 1 first."""

    kind: ClassVar[str] = "snapshot"
    address: int
    boot: int
    uptime_ms: int
    reset: int
    supply_mv: int
    is_tampered: bool
    disbelieved: int
    """Frames since its start whose proof was wrong or whose counter was old: somebody plays with the line."""
    last_event: int
    locks: tuple[LockSaid, ...]
    doors: tuple[DoorSaid, ...]


@dataclass(frozen=True, slots=True)
class OperationTold:
    """Controller: what became of an operation; `is_repeat` if that was decided before this request came."""

    kind: ClassVar[str] = "operation"
    address: int
    operation: bytes
    channel: int | None
    result: Result
    is_repeat: bool = False


@dataclass(frozen=True, slots=True)
class BoardEvent:
    """One thing that happened, kept until the host has it. `number` rises without gaps, through power cuts too.

    A `code` that this version does not know is passed on as it is.
    """

    number: int
    boot: int
    at_ms: int
    code: int
    channel: int
    """0 where it concerns no channel."""
    detail: int


@dataclass(frozen=True, slots=True)
class EventsTold:
    """Controller: the oldest events not yet taken, in order; none if all are."""

    kind: ClassVar[str] = "events"
    address: int
    events: tuple[BoardEvent, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Doubted:
    """Controller, unproven: a request of this opcode was not believed, and nothing has changed. A hint, no more."""

    kind: ClassVar[str] = "doubted"
    address: int
    opcode: int
    code: int


ControllerRequest = Hello | Auth | AskOutcome | ReadEvents
ControllerAnswer = Welcome | Proven | Snapshot | OperationTold | EventsTold | Doubted


@dataclass(frozen=True, slots=True)
class Proof:
    """Who says it and when: a counter that only rises, and eight bytes that nobody else can make."""

    counter: int
    mac: bytes
