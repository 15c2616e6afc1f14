"""What a host says to a lock board: one frozen dataclass per frame. `frames.py` tells what they have in common.

A `Request` can be written by a dialect. `HeardOnly` frames can be read when somebody else sends them, and nothing here
can write them: no host of ours opens several locks at once, speaks to every board at once, leaves a coil energised, or
changes how long one is.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from firmware_protocol.boards.controller import ControllerRequest


class Order(StrEnum):
    """What other hosts may tell a board to do with its outputs."""

    UNLOCK_TOGETHER = "unlock_together"
    UNLOCK_IN_TURN = "unlock_in_turn"
    UNLOCK_ALL = "unlock_all"
    HOLD = "hold"
    """Energise until further notice: it burns the coil of a lock."""
    RELEASE = "release"
    TOGGLE = "toggle"
    INTERRUPT = "interrupt"
    """Let go for a while, then energise."""
    BLINK = "blink"


@dataclass(frozen=True, slots=True)
class Unlock:
    """Host: pulse one lock. Never sent twice for one permit attempt, unless it bears the id of its operation.

    `pulse_ms` is for families that are told how long (`Dialect.pulses_ms`); `None` leaves it to the family. A family
    that knows operations (`Dialect.has_operation_ids`) pulses each `operation` once, and not after `not_after_ms` of
    its own uptime.
    """

    kind: ClassVar[str] = "unlock"
    address: int
    channel: int
    pulse_ms: int | None = None
    operation: bytes = b""
    not_after_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ReadStatus:
    """Host: tell the raw bits of all your channels."""

    kind: ClassVar[str] = "status"
    address: int


@dataclass(frozen=True, slots=True)
class ReadChannel:
    """Host: tell the raw bit of one channel."""

    kind: ClassVar[str] = "status"
    address: int
    channel: int


@dataclass(frozen=True, slots=True)
class ReadOutputs:
    """Host: tell which of your coils are energised."""

    kind: ClassVar[str] = "outputs"
    address: int


@dataclass(frozen=True, slots=True)
class ReadRegisters:
    """Host: tell these settings."""

    kind: ClassVar[str] = "registers"
    address: int
    first: int
    count: int


@dataclass(frozen=True, slots=True)
class ReleaseAll:
    """Host: energise no coil."""

    kind: ClassVar[str] = "release_all"
    address: int


@dataclass(frozen=True, slots=True)
class UnlockAll:
    """Heard only: somebody opens every lock of one board."""

    kind: ClassVar[str] = "unlock_all"
    address: int


@dataclass(frozen=True, slots=True)
class UnlockEveryBoard:
    """Heard only: somebody opens every lock of the line."""

    kind: ClassVar[str] = "unlock_every_board"


@dataclass(frozen=True, slots=True)
class ForeignOrder:
    """Heard only: somebody does with these channels what no host of ours does; without channels, with all of them."""

    kind: ClassVar[str] = "order"
    address: int
    order: Order
    channels: tuple[int, ...] = ()
    time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AskAddress:
    """Heard only: somebody asks the one board that is connected for its address."""

    kind: ClassVar[str] = "address"


@dataclass(frozen=True, slots=True)
class ReadEveryBoard:
    """Heard only: somebody asks all boards of the line for their status."""

    kind: ClassVar[str] = "status_of_every_board"


@dataclass(frozen=True, slots=True)
class SetPulse:
    """Heard only: somebody sets how long this board energises a lock."""

    kind: ClassVar[str] = "set_pulse"
    address: int
    pulse_ms: int


Request = Unlock | ReadStatus | ReadChannel | ReadOutputs | ReadRegisters | ReleaseAll | ControllerRequest
HeardOnly = UnlockAll | UnlockEveryBoard | ForeignOrder | AskAddress | ReadEveryBoard | SetPulse
