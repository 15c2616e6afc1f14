"""What a host and a lock board say to each other: one frozen dataclass per frame.

Addresses are those on the board's switch; channels count from 1, as people count locks. A raw bit is what stood on the
wire (`True` = 1): whether 1 means open or closed depends on the switch in the door and is the agent's configuration.

`Request` and `Answer` can be written by a dialect. `HeardOnly` frames can be read when somebody else sends them, and
nothing here can write them: no host of ours opens every lock at once, speaks to every board at once, or changes how
long a coil is energised.
"""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, ClassVar


class Side(StrEnum):
    """Who spoke."""

    HOST = "host"
    BOARD = "board"


@dataclass(frozen=True, slots=True)
class Unlock:
    """Host: pulse one lock. Never sent twice for one permit attempt."""

    kind: ClassVar[str] = "unlock"
    address: int
    channel: int


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
class UnlockAll:
    """Heard only: somebody opens every lock of one board."""

    kind: ClassVar[str] = "unlock_all"
    address: int


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


@dataclass(frozen=True, slots=True)
class Status:
    """Board: the raw bits of its channels, channel 1 first; as many as the frame carries, not as many as are wired.

    `sensors` are the raw bits of the second row of inputs (infrared) where the family has one. `to_every_board` marks
    one of the several answers to `ReadEveryBoard`.
    """

    kind: ClassVar[str] = "status"
    address: int
    bits: tuple[bool, ...]
    sensors: tuple[bool, ...] = ()
    to_every_board: bool = False


@dataclass(frozen=True, slots=True)
class ChannelStatus:
    """Board: the raw bit of one channel, asked for by `ReadChannel`."""

    kind: ClassVar[str] = "status"
    address: int
    channel: int
    bit: bool


@dataclass(frozen=True, slots=True)
class UnlockReply:
    """Board: the raw feedback bit sampled after the pulse, or `None` when the family does not tell it.

    An observation of the door, not a result: neither "opened" nor "failed" follows from the frame alone.
    """

    kind: ClassVar[str] = "unlock_reply"
    address: int
    channel: int
    bit: bool | None


@dataclass(frozen=True, slots=True)
class DoorReport:
    """Board, unasked: the raw bit of a channel changed. A hint to read the status, since firmwares disagree on it."""

    kind: ClassVar[str] = "door_report"
    address: int
    channel: int
    bit: bool


Request = Unlock | ReadStatus | ReadChannel
Answer = Status | ChannelStatus | UnlockReply | DoorReport
HeardOnly = UnlockAll | ReadEveryBoard | SetPulse
Frame = Request | Answer | HeardOnly


def as_json_object(frame: Frame) -> dict[str, Any]:
    """A frame as a JSON object: its kind, then its fields, raw bits as 0 and 1; fields at their default are left out.

    `Status(0, (True, False))` → `{"kind": "status", "address": 0, "bits": [1, 0]}`.
    """
    told = [field for field in fields(frame) if getattr(frame, field.name) != field.default]
    return {"kind": frame.kind} | {field.name: _plain(field.name, getattr(frame, field.name)) for field in told}


def _plain(name: str, value: object) -> object:
    if isinstance(value, tuple):
        return [int(bit) for bit in value]
    return int(value) if name == "bit" and isinstance(value, bool) else value
