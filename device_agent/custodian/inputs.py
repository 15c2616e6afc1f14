"""What the custodian is told: what people do at the kiosk, what the hardware reports, what the server sent.

An input is a fact, never a wish granted: whether it means anything at this moment is for the table in `table` to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from device_agent.custodian.board_told import BoardTold
from device_agent.custodian.contact import Contact
from device_agent.custodian.every_door import EveryDoorAsked
from device_agent.custodian.inside_seen import WhatIsInside
from device_agent.custodian.log_view import LogTold
from firmware_protocol.boards import LockSaid
from firmware_protocol.log_heads import Shown
from firmware_protocol.permit_checks import PulseOutcome
from firmware_protocol.permits import Permit
from firmware_protocol.rosters import Roster
from firmware_protocol.slips import Slip

ChoiceKind = Literal["take", "return", "deposit", "count", "declare", "transfer"]


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing two people may do: take, bring back, put in, say afterwards what an opening moved, or pass on."""

    kind: ChoiceKind
    permit: str


# At the kiosk.


@dataclass(frozen=True, slots=True)
class CardShown:
    """A card was read; `card_hash` as in the roster, None when there is no roster to compare it with."""

    card_hash: str | None


@dataclass(frozen=True, slots=True)
class PinEntered:
    """Six digits were entered. The digits themselves stay with the agent."""


@dataclass(frozen=True, slots=True)
class PinChecked:
    """The answer to a `CheckPin` decision."""

    person: str
    fits: bool


@dataclass(frozen=True, slots=True)
class PersonAdded:
    """Somebody else is to identify as well."""


@dataclass(frozen=True, slots=True)
class ChoiceMade:
    """One of the offers was touched."""

    choice: Choice


@dataclass(frozen=True, slots=True)
class OpenAsked:
    """The door is to be opened, or tried again; `opening` is a fresh id, spent only if a pulse follows."""

    opening: str


@dataclass(frozen=True, slots=True)
class ItemTicked:
    """An item was touched: ticked, or unticked again."""

    item: str


@dataclass(frozen=True, slots=True)
class AllTicked:
    """All items are ticked at once, or unticked again where all of them are."""


@dataclass(frozen=True, slots=True)
class RestAnswered:
    """What people say of everything else in the compartment: all of it is there, or something is missing."""

    is_all_there: bool


@dataclass(frozen=True, slots=True)
class CopiesStated:
    """So many copies were really stamped, as whoever brings the seal back says."""

    copies: int


@dataclass(frozen=True, slots=True)
class PhotoTaken:
    """A photo was taken and is kept: its SHA-256 in hex, and its length."""

    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class PhotoSkipped:
    """There is no photo: no camera answers, or nobody wants to."""


@dataclass(frozen=True, slots=True)
class MissingNamed:
    """They have said what is missing, as far as they can."""


@dataclass(frozen=True, slots=True)
class DoorAnswered:
    """What people say of a door whose lock did not answer."""

    is_open: bool


@dataclass(frozen=True, slots=True)
class CloseSkipped:
    """The door cannot be closed, or no sensor sees it closed; they go on without."""


@dataclass(frozen=True, slots=True)
class PersonConfirmed:
    """One of those present confirms the list."""

    person: str


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """They have read what is on the screen."""


@dataclass(frozen=True, slots=True)
class BackAsked:
    """The key 返回."""


@dataclass(frozen=True, slots=True)
class EndAsked:
    """The key 结束."""


@dataclass(frozen=True, slots=True)
class StayAsked:
    """Somebody is still there; nothing else."""


# From the hardware.


@dataclass(frozen=True, slots=True)
class LockAnswered:
    """How the pulse of an opening ended, as far as the board can tell; `was_sent` False: there was no pulse at all."""

    opening: str
    outcome: PulseOutcome
    was_sent: bool = True


@dataclass(frozen=True, slots=True)
class DoorSeen:
    """A compartment's door, debounced; `is_open` None when the board does not answer, `lock` None for nothing new."""

    compartment: str
    is_open: bool | None
    lock: LockSaid | None = None


@dataclass(frozen=True, slots=True)
class BoardSeen:
    """A lock board stopped answering or must not be used, or answers again and may.

    `objection` is why one that answers must not be used, in Chinese; empty for one that is silent.
    """

    bus: str
    address: int
    is_lost: bool
    objection: str = ""


@dataclass(frozen=True, slots=True)
class DiskSeen:
    """Whether the disk is nearly full."""

    is_low: bool


@dataclass(frozen=True, slots=True)
class PermitReceived:
    """A verified permit with its slip, and the two notes to keep, by name.

    `is_spent`: pulses were burned under it before; then it was held here once, and settled. `out` are the items that
    are out under it since before this journal began; `is_issued`: the tree of the head `shown` has its issuance.
    """

    permit: Permit
    slip: Slip
    notes: Mapping[str, bytes]
    is_spent: bool = False
    out: tuple[str, ...] = ()
    shown: Shown | None = None
    is_issued: bool = False


@dataclass(frozen=True, slots=True)
class RosterReceived:
    """A verified roster, and its note to keep, by name."""

    roster: Roster
    notes: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class RevocationsReceived:
    """A verified list of permits that open nothing any more, and its note to keep, by name."""

    version: int
    revoked: frozenset[str]
    notes: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class ContactMade:
    """The server answered, and we hold everything it says that there is for us."""

    contact: Contact


@dataclass(frozen=True, slots=True)
class Started:
    """The agent has just started, for the `boot`-th time on this journal."""

    boot: int


@dataclass(frozen=True, slots=True)
class ClockStepped:
    """The wall clock jumped by so many milliseconds."""

    step_ms: int


@dataclass(frozen=True, slots=True)
class Ticked:
    """Some time has passed; comes about once a second."""


KioskInput = (
    CardShown
    | PinEntered
    | PersonAdded
    | ChoiceMade
    | EveryDoorAsked
    | OpenAsked
    | ItemTicked
    | AllTicked
    | RestAnswered
    | CopiesStated
    | PhotoTaken
    | PhotoSkipped
    | MissingNamed
    | DoorAnswered
    | CloseSkipped
    | PersonConfirmed
    | Acknowledged
    | BackAsked
    | EndAsked
    | StayAsked
)
"""What people do; each of these is a sign that somebody is there."""

Input = (
    KioskInput
    | PinChecked
    | LockAnswered
    | DoorSeen
    | WhatIsInside
    | BoardSeen
    | BoardTold
    | DiskSeen
    | PermitReceived
    | RosterReceived
    | RevocationsReceived
    | LogTold
    | ContactMade
    | Started
    | ClockStepped
    | Ticked
)
