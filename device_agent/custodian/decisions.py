"""What the custodian decides, for the agent to carry out in order and without a thought of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from firmware_protocol.log_heads import Head

BurnKind = Literal["attempt", "return"]


@dataclass(frozen=True, slots=True)
class Burn:
    """A permit's `number`-th pulse of a kind is spent. The journal takes each (permit, kind, number) once, ever."""

    permit: str
    kind: BurnKind
    number: int


@dataclass(frozen=True, slots=True)
class Record:
    """Write an event, its burn and the notes it brought in one transaction; durable before anything after it happens.

    `about` and `body` are as in `firmware_protocol.entries`; `notes` are kept by name until a `Forget`.
    """

    type: str
    about: Mapping[str, Any]
    body: Mapping[str, Any] | None = None
    burn: Burn | None = None
    notes: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep signed notes by name; a note of the same name is replaced."""

    notes: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Forget:
    """These notes are of no use any more."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pulse:
    """Pulse the lock of a compartment, once. The answer comes as `LockAnswered` for this opening.

    `burn` is what was spent for it: a controller of our own pulses once for each, whoever asks again.
    """

    compartment: str
    opening: str
    burn: Burn


@dataclass(frozen=True, slots=True)
class LastPulse:
    """The newest pulse of this run: what a door that opens now may be due to."""

    opening: str
    compartment: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A controller may forget its events up to this number: they are kept here, durably. Safe to do again."""

    bus: str
    address: int
    number: int


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Compare the digits entered last with this hash, off the event loop; the answer comes as `PinChecked`."""

    person: str
    pin_hash: str


@dataclass(frozen=True, slots=True)
class Cosign:
    """Tell the server which head of the log is held here, and cosign it: it is kept, durably, before this is done."""

    head: Head


@dataclass(frozen=True, slots=True)
class AskAnew:
    """Tell the server which head of the log is held here: what it showed was proven from another one."""


Decision = Record | Keep | Forget | Pulse | CheckPin | Acknowledge | Cosign | AskAnew
