"""What a serial line reports to the agent. Times are `time.monotonic` in ms."""

from dataclasses import dataclass
from enum import StrEnum

from firmware_protocol.boards import BoardEvent, LockSaid


class DoorState(StrEnum):
    """What the sensor of one door says, debounced."""

    CLOSED = "closed"
    OPEN = "open"
    RELEASED = "released"
    """Shut, as its contact says, while the lock does not hold it."""
    UNKNOWN = "unknown"
    """The board does not answer, or has not yet said the same long enough."""


class Outcome(StrEnum):
    """What the board proves about an unlock."""

    CONFIRMED = "confirmed"
    """The door was seen open after the pulse."""
    REFUSED = "refused"
    """The door cannot have opened: it was seen closed throughout, or no pulse was sent at all (see `Reason`)."""
    UNKNOWN = "unknown"
    """No proof either way; a pulse may have gone out."""


class Reason(StrEnum):
    """Why that outcome."""

    OPENED = "opened"
    STAYED_CLOSED = "stayed_closed"
    FLICKERED = "flickered"
    """Seen open, before the pulse or after it, and then closed: nothing proves that it stayed closed."""
    UNOBSERVED = "unobserved"
    """Closed before and after, but out of sight for too long between."""
    NO_ANSWER = "no_answer"
    LINE_LOST = "line_lost"
    """The port is gone. REFUSED if before the pulse, UNKNOWN if after it."""
    BOARD_LOST = "board_lost"
    """Not sent: the board does not answer, so nothing would prove what a pulse did."""
    TOO_SOON = "too_soon"
    """Not sent: this lock was pulsed just now, or it or its board too often."""
    BOARD_REFUSED = "board_refused"
    """Not pulsed, as the controller proves: the lock has to rest, another is being pulsed, or the order came late."""
    DONE_BEFORE = "done_before"
    """The controller pulsed this operation once, before it was ordered now: the agent has forgotten a burn."""
    TOO_LATE = "too_late"
    """Not sent: the line stayed busy until the order was stale."""


@dataclass(frozen=True, slots=True)
class DoorChanged:
    """A door's debounced state changed; `lock` is what its lock says now, if anything tells of the lock itself."""

    compartment: str
    state: DoorState
    before: DoorState
    at_ms: float
    lock: LockSaid = LockSaid.UNKNOWN


@dataclass(frozen=True, slots=True)
class InsideChanged:
    """The light barrier of a compartment: whether something is inside; `None` while its board does not answer."""

    compartment: str
    has_something: bool | None
    at_ms: float


@dataclass(frozen=True, slots=True)
class UnlockOutcome:
    """The one answer to an unlock; a `DoorChanged` that follows from it comes after it.

    `sent_at_ms` is when the unlock was written to the port first; `None` means that there was no pulse.
    """

    token: str
    compartment: str
    outcome: Outcome
    reason: Reason
    sent_at_ms: float | None
    at_ms: float


@dataclass(frozen=True, slots=True)
class BoardFound:
    """A board answers: for the first time, or again."""

    bus: str
    address: int
    at_ms: float


@dataclass(frozen=True, slots=True)
class BoardLost:
    """A board does not answer (any more), or must not be used; its doors become unknown right after this report.

    Comes again for a board that was silent, then answered, and was found unfit.
    """

    bus: str
    address: int
    at_ms: float
    objection: str = ""
    """Why a board that does answer must not be used, in Chinese; empty if it is silent."""


@dataclass(frozen=True, slots=True)
class BoardTold:
    """A controller tells what happened. Told once a run, and by the controller again until it was acknowledged.

    `uid` is its own name; `compartment` is `None` where the event concerns no wired one; `ago_ms` is how long ago it
    happened, `None` when that was before its last start.
    """

    bus: str
    address: int
    uid: str
    event: BoardEvent
    compartment: str | None
    ago_ms: int | None
    at_ms: float


@dataclass(frozen=True, slots=True)
class TagsChanged:
    """The tags inside a compartment, debounced; `None` while its reader does not answer."""

    compartment: str
    tags: frozenset[str] | None
    at_ms: float


Report = DoorChanged | InsideChanged | TagsChanged | UnlockOutcome | BoardFound | BoardLost | BoardTold
