"""What a lock board says to its host: one frozen dataclass per frame. `frames.py` tells what they have in common."""

from dataclasses import dataclass
from enum import StrEnum
from types import UnionType
from typing import ClassVar

from firmware_protocol.boards.controller import (
    AskOutcome,
    Auth,
    ControllerAnswer,
    EventsTold,
    Hello,
    OperationTold,
    Proven,
    ReadEvents,
    Snapshot,
    Welcome,
)
from firmware_protocol.boards.requests import (
    Order,
    ReadChannel,
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    ReleaseAll,
    Request,
    Unlock,
)

Bit = bool | None
"""A raw bit; `None` where the board says that it does not know."""


class Said(StrEnum):
    """What a board says became of what it was told: its own word for it, and no observation of a door."""

    DONE = "done"
    FAILED = "failed"
    RESTING = "resting"
    """Not done: the coil has to rest."""


@dataclass(frozen=True, slots=True)
class Status:
    """Board: the raw bits of its channels, channel 1 first; as many as the frame carries, not as many as are wired.

    `sensors` are the raw bits of the second row of inputs (infrared) where the family has one. `to_every_board` marks
    one of the several answers to `ReadEveryBoard`.
    """

    kind: ClassVar[str] = "status"
    address: int
    bits: tuple[Bit, ...]
    sensors: tuple[bool, ...] = ()
    to_every_board: bool = False


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """Board: the raw bit of one channel, asked for by `ReadChannel`."""

    kind: ClassVar[str] = "status"
    address: int
    channel: int
    bit: Bit


@dataclass(frozen=True, slots=True)
class UnlockReply:
    """Board: the raw feedback bit sampled after the pulse, or `None` when the family or the board does not tell it.

    Neither "opened" nor "failed" follows from the frame alone: the bit is an observation of the door, and no family
    says whether "failed" means that the coil was not pulsed. `pulse_ms` repeats the request's, where it had one.
    """

    kind: ClassVar[str] = "unlock_reply"
    address: int
    channel: int
    bit: Bit
    said: Said | None = None
    pulse_ms: int | None = None


@dataclass(frozen=True, slots=True)
class DoorReport:
    """Board, unasked: the raw bit of a channel changed. A hint to read the status, since firmwares disagree on it."""

    kind: ClassVar[str] = "door_report"
    address: int
    channel: int
    bit: Bit


@dataclass(frozen=True, slots=True)
class Outputs:
    """Board: which coils are energised, channel 1 first."""

    kind: ClassVar[str] = "outputs"
    address: int
    bits: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Registers:
    """Board: the settings asked for; the frame does not say which they are."""

    kind: ClassVar[str] = "registers"
    address: int
    values: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ReleasedAll:
    """Board: no coil is energised."""

    kind: ClassVar[str] = "released_all"
    address: int


@dataclass(frozen=True, slots=True)
class OrderReply:
    """Board: answers a `ForeignOrder` or an `UnlockAll`; without a channel, for all that were named."""

    kind: ClassVar[str] = "order_reply"
    address: int
    order: Order
    channel: int | None = None
    said: Said | None = None
    time_ms: int | None = None


@dataclass(frozen=True, slots=True)
class AddressTold:
    """Board: answers `AskAddress`."""

    kind: ClassVar[str] = "address"
    address: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """Board: does not do what it was asked; the figures are the family's, for a person to look up."""

    kind: ClassVar[str] = "refusal"
    address: int
    function: int
    code: int


Answer = (
    Status
    | ChannelStatus
    | UnlockReply
    | DoorReport
    | Outputs
    | Registers
    | ReleasedAll
    | OrderReply
    | AddressTold
    | Refusal
    | ControllerAnswer
)

ANSWER_TO: dict[type[Request], type[Answer] | UnionType] = {
    Unlock: UnlockReply | OperationTold,
    ReadStatus: Status | Snapshot,
    ReadChannel: ChannelStatus,
    ReadOutputs: Outputs,
    ReadRegisters: Registers,
    ReleaseAll: ReleasedAll,
    Hello: Welcome,
    Auth: Proven,
    AskOutcome: OperationTold,
    ReadEvents: EventsTold,
}


def answers(frame: object, request: Request) -> bool:
    """Whether this frame can be the board's answer to that request. No frame has a number, so the place must do."""
    match frame, request:
        case Refusal(address), _:
            return address == request.address
        case UnlockReply() | ChannelStatus(), Unlock() | ReadChannel() if frame.channel != request.channel:
            return False
        case OperationTold(), Unlock() | AskOutcome() if frame.operation != request.operation:
            return False
        case Registers(), ReadRegisters() if len(frame.values) != request.count:
            return False
    is_of_its_kind = isinstance(frame, ANSWER_TO[type(request)])
    return is_of_its_kind and getattr(frame, "address", None) == request.address
