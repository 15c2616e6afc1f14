"""What is said and seen while a cabinet is commissioned: one frozen dataclass each.

A run is the list of its facts, oldest first, and nothing else: told again, they lead to the same place. Times are RFC
3339 text. As lines of a file: `fact_lines`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lock's wires end: the board's address and its channel, from 1."""

    address: int
    channel: int


@dataclass(frozen=True, slots=True)
class FoundBoard:
    """A board that answered a read; how many channels it told of, and whether the adapter echoed the question."""

    family: str
    baud: int
    address: int
    channels: int
    has_echo: bool
    firmware: str = ""
    """Where the family tells it before anything is proven."""


@dataclass(frozen=True, slots=True)
class RawDoor:
    """One raw feedback bit; `None` where the board does not know. Controllers of our own: 1 is closed.

    `sensor` is the raw bit of the second row of inputs, where the family has one and something is wired to it.
    """

    address: int
    channel: int
    bit: int | None
    sensor: int | None = None


@dataclass(frozen=True, slots=True)
class Began:
    """This person begins, or goes on after a break."""

    by: str
    at: str


@dataclass(frozen=True, slots=True)
class CabinetNamed:
    """The cabinet's 柜号."""

    cabinet: str


@dataclass(frozen=True, slots=True)
class PortNamed:
    """Where its line is plugged in, by the name that lasts."""

    port: str


@dataclass(frozen=True, slots=True)
class BoardsExpected:
    """How many boards of this cabinet hang on the line."""

    count: int


@dataclass(frozen=True, slots=True)
class FamilyNamed:
    """Which family they are of; empty: try all."""

    family: str


@dataclass(frozen=True, slots=True)
class Searched:
    """Which boards answered."""

    boards: tuple[FoundBoard, ...]


@dataclass(frozen=True, slots=True)
class SearchedInVain:
    """Look again; `elsewhere`: on another port, or for another family."""

    elsewhere: bool


@dataclass(frozen=True, slots=True)
class BoardsNamed:
    """These boards are this cabinet's, in the order of their compartments."""

    addresses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChannelsCounted:
    """So many channels of this board carry a lock, from the first on."""

    address: int
    channels: int


@dataclass(frozen=True, slots=True)
class SecretKept:
    """The file with this controller's secret is there and only its owner may read it."""

    address: int
    path: str


@dataclass(frozen=True, slots=True)
class SensingNamed:
    """What the feedback wires hang on (`door`, `lock`), and what is wired to the second row of inputs.

    That is `none`, `doors` (contacts) or `items` (light barriers), as in the configuration.
    """

    feedback: str
    sensors: str


@dataclass(frozen=True, slots=True)
class PulseSet:
    """How long a pulse is; `None` leaves it to the family."""

    pulse_ms: int | None


@dataclass(frozen=True, slots=True)
class ReleaseAgreed:
    """The boards may be told to energise nothing, as at each start: no lock here opens when its current ends."""


@dataclass(frozen=True, slots=True)
class DoorsShut:
    """Somebody looked: all doors are shut."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What every feedback said while all doors were shut."""

    doors: tuple[RawDoor, ...]


@dataclass(frozen=True, slots=True)
class OddAnswered:
    """What to do about feedback that differs from the others: look again, or go on and see at the door."""

    again: bool


@dataclass(frozen=True, slots=True)
class PulseAgreed:
    """Yes: pulse this lock once, now. Durable before the pulse, and used up by it."""

    address: int
    channel: int


@dataclass(frozen=True, slots=True)
class Pulsed:
    """What came of one order to pulse: the line's reason, and the doors whose feedback changed, either way.

    `contacts` are those whose door contact, where there are such, said that they opened.

    `took_ms` is from the order to the door's feedback, `None` if it did not change; `is_sent` False: no pulse at all.
    """

    address: int
    channel: int
    is_sent: bool
    reason: str
    opened: tuple[Place, ...]
    closed: tuple[Place, ...]
    took_ms: int | None
    at: str
    contacts: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Labelled:
    """The door that sprang open bears this number; 0: none did."""

    address: int
    channel: int
    number: int


@dataclass(frozen=True, slots=True)
class ShutSeen:
    """Whether the feedback said "closed" again after the door was pushed shut."""

    address: int
    channel: int
    is_shut: bool
    at: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Leave this door unproven for now."""

    address: int
    channel: int


@dataclass(frozen=True, slots=True)
class Retracted:
    """The compartment of this number is to be proven anew: somebody misread its door."""

    number: int


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """Once more to the doors that were left."""


@dataclass(frozen=True, slots=True)
class TamperTried:
    """Whether this controller noticed that its housing was opened and closed; `None`: nobody tried."""

    address: int
    is_proven: bool | None


@dataclass(frozen=True, slots=True)
class ControllerTold:
    """An event of a controller, kept here before it is acknowledged."""

    address: int
    uid: str
    number: int
    boot: int
    code: int
    channel: int
    detail: int
    at: str


@dataclass(frozen=True, slots=True)
class WriteAgreed:
    """Yes: write the configuration."""


@dataclass(frozen=True, slots=True)
class Written:
    """The configuration is written, read back and compared."""

    at: str


@dataclass(frozen=True, slots=True)
class Reported:
    """The report is signed and kept under this name."""

    name: str


Fact = (
    Began
    | CabinetNamed
    | PortNamed
    | BoardsExpected
    | FamilyNamed
    | Searched
    | SearchedInVain
    | BoardsNamed
    | ChannelsCounted
    | SecretKept
    | SensingNamed
    | PulseSet
    | ReleaseAgreed
    | DoorsShut
    | Looked
    | OddAnswered
    | PulseAgreed
    | Pulsed
    | Labelled
    | ShutSeen
    | PassedOver
    | Retracted
    | TriedAgain
    | TamperTried
    | ControllerTold
    | WriteAgreed
    | Written
    | Reported
)
