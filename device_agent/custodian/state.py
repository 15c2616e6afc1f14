"""The custodian's state: what is remembered, what is known right now, and where two people are on their way.

A visit is a walk through stages, one class each, with exactly what that stage needs. All of it is frozen; nothing in a
stage is worth saving, for whatever matters about an opening is recorded before anybody sees the next screen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from device_agent.custodian.board_told import LastTold
from device_agent.custodian.contact import Contact
from device_agent.custodian.decisions import Decision, LastPulse
from device_agent.custodian.every_door import Clearing, ReadyForAll
from device_agent.custodian.inputs import Choice
from device_agent.custodian.log_view import KeysView, LogView
from device_agent.custodian.memory import Memory
from device_agent.custodian.tag_homes import Home
from device_agent.custodian.tags_heard import TagsHeard
from firmware_protocol.boards import LockSaid
from firmware_protocol.permit_checks import Clock, Staleness, TrustLevel
from firmware_protocol.rosters import Person, Roster

People = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """The moment of an input: the time to write down, the interval the true time lies in, and a count that only grows.

    Windows are judged by `clock`, waiting by `elapsed_ms`.
    """

    at: datetime
    clock: Clock
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Site:
    """What does not change while the agent runs.

    Its name, the board (`left:1`) of each compartment, its camera; what a permit needs to open anything here, and how
    stale its knowledge may be for that.
    """

    agent: str
    boards: Mapping[str, str]
    has_camera: bool = False
    level: TrustLevel = "log"
    staleness: Staleness = field(default_factory=Staleness)


@dataclass(frozen=True, slots=True)
class Door:
    """A door as its sensors show it (`is_open` None: not known), since when, and whether its staying so was told."""

    is_open: bool | None
    since_ms: int
    is_told: bool = False
    lock: LockSaid = LockSaid.UNKNOWN

    @property
    def is_released(self) -> bool:
        """Shut, but its lock does not hold it."""
        return self.is_open is False and self.lock is LockSaid.UNLOCKED


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nobody has identified."""


@dataclass(frozen=True, slots=True)
class EnteringPin:
    """`person` has shown a card and is entering the PIN; `is_wrong` after a wrong one, `is_checking` meanwhile."""

    present: People
    person: str
    is_wrong: bool = False
    is_checking: bool = False


@dataclass(frozen=True, slots=True)
class WaitingNext:
    """Some have identified; another card is expected, for `permit` where that one needs somebody more."""

    present: People
    permit: str | None = None


@dataclass(frozen=True, slots=True)
class Choosing:
    """Those present see what they may do."""

    present: People


@dataclass(frozen=True, slots=True)
class Ready:
    """One offer is chosen; the next touch opens the door."""

    present: People
    choice: Choice


@dataclass(frozen=True, slots=True)
class Unlocking:
    """The lock was pulsed, its answer is not there yet."""

    present: People
    opening: str


@dataclass(frozen=True, slots=True)
class Jammed:
    """The board proved that the door did not open; `was_sent` False: because it was never pulsed."""

    present: People
    opening: str
    was_sent: bool = True


@dataclass(frozen=True, slots=True)
class Unsure:
    """The board did not answer: the door may be open."""

    present: People
    opening: str


@dataclass(frozen=True, slots=True)
class Moving:
    """Things are being moved; `ticked` are those said to be. `is_late`: it is said afterwards, the door stays shut.

    `copies` is how many were stamped, None while nobody was asked; `photo` the photo that was taken, by its SHA-256 in
    hex, with its length.
    """

    present: People
    opening: str
    ticked: frozenset[str] = frozenset()
    is_late: bool = False
    copies: int | None = None
    photo: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class NamingMissing:
    """Something else is missing; `named` are the permit's items it may be."""

    moving: Moving
    named: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Closing:
    """Everything is said; the door is to be closed."""

    moving: Moving


@dataclass(frozen=True, slots=True)
class StatingCopies:
    """The seals are back; how many copies were stamped is to be said."""

    moving: Moving


@dataclass(frozen=True, slots=True)
class Photographing:
    """The seals and what they stamped are to be photographed, as far as anybody can."""

    moving: Moving


@dataclass(frozen=True, slots=True)
class Confirming:
    """The door is closed; all of those present confirm."""

    moving: Moving
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Transferring:
    """Those `present`, giver and taker first, are to confirm that what is out under `permit` changes hands."""

    present: People
    permit: str
    confirmed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Transferred:
    """It has changed hands."""

    present: People
    permit: str


@dataclass(frozen=True, slots=True)
class Done:
    """An opening is finished, as it was to be."""

    present: People
    opening: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something was refused by `rule`; after it has been read, `then` goes on."""

    rule: str
    then: "Stage"
    permit: str | None = None
    person: str | None = None


Stage = (
    Waiting
    | EnteringPin
    | WaitingNext
    | Choosing
    | Ready
    | ReadyForAll
    | Clearing
    | Unlocking
    | Jammed
    | Unsure
    | Moving
    | NamingMissing
    | Closing
    | StatingCopies
    | Photographing
    | Confirming
    | Transferring
    | Transferred
    | Done
    | Refusal
)


@dataclass(frozen=True, slots=True)
class Custody:
    """Everything the custodian goes by.

    `since_ms` is when this kind of stage began, `touched_ms` when somebody last did something. `declined` are permits
    turned away in this run, so that each is recorded once; `pin_waits` until which `elapsed_ms` somebody has to wait.
    """

    site: Site
    memory: Memory = field(default_factory=Memory)
    roster: Roster | None = None
    revocations_version: int = 0
    revoked: frozenset[str] = frozenset()
    contact: Contact | None = None
    log: LogView = field(default_factory=LogView)
    keys: KeysView = field(default_factory=KeysView)
    doors: Mapping[str, Door] = field(default_factory=dict)
    inside: Mapping[str, bool] = field(default_factory=dict)
    tags: Mapping[str, TagsHeard] = field(default_factory=dict)
    homes: Mapping[str, Home] = field(default_factory=dict)
    new_tags: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lost_boards: frozenset[str] = frozenset()
    told: Mapping[str, LastTold] = field(default_factory=dict)
    objections: Mapping[str, str] = field(default_factory=dict)
    pulse: LastPulse | None = None
    stage: Stage = field(default_factory=Waiting)
    since_ms: int = 0
    touched_ms: int = 0
    is_disk_low: bool = False
    declined: frozenset[str] = frozenset()
    pin_waits: Mapping[str, int] = field(default_factory=dict)

    def person(self, person_id: str) -> Person | None:
        """The person as the newest roster has them."""
        return None if self.roster is None else self.roster.person(person_id)

    def people(self, present: People) -> tuple[Person, ...]:
        """Those of `present` whom the newest roster still knows."""
        return tuple(person for each in present if (person := self.person(each)) is not None)

    def is_released(self, compartment: str) -> bool:
        """Whether this door is shut and its lock does not hold it."""
        door = self.doors.get(compartment)
        return door is not None and door.is_released

    def is_door_open(self, compartment: str) -> bool | None:
        """What the sensor of this compartment shows; None when it is not known."""
        door = self.doors.get(compartment)
        return None if door is None else door.is_open


class Step(NamedTuple):
    """An answer of the custodian: the state after an input, and what is to be done, in order."""

    custody: Custody
    decisions: tuple[Decision, ...] = ()
