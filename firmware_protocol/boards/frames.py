"""What a host and a lock board say to each other: one frozen dataclass per frame, in `requests.py` and `answers.py`.

Addresses are those on the board's switch; channels count from 1, as people count locks. A raw bit is what stood on the
wire (`True` = 1): whether 1 means open or closed depends on the switch in the door and is the agent's configuration.
"""

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from firmware_protocol.boards.answers import Answer
from firmware_protocol.boards.controller import Proof
from firmware_protocol.boards.requests import HeardOnly, Request


class Side(StrEnum):
    """Who spoke."""

    HOST = "host"
    BOARD = "board"


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame of a family that proves who speaks: what is said, in which exchange, and the proof if there is one.

    An answer bears the `number` of its request.
    """

    number: int
    message: Request | Answer
    proof: Proof | None = None

    @property
    def kind(self) -> str:
        """What is said, in a word."""
        return self.message.kind

    @property
    def address(self) -> int:
        """The controller's address."""
        return self.message.address


Frame = Request | Answer | HeardOnly | Packet


def as_json_object(frame: Frame) -> dict[str, Any]:
    """A frame as a JSON object: its kind, then its fields, raw bits as 0 and 1; fields at their default are left out.

    `Status(0, (True, False))` → `{"kind": "status", "address": 0, "bits": [1, 0]}`. Octets are hex; what is inside a
    packet stands beside its number, counter and MAC.
    """
    if isinstance(frame, Packet):
        proof = frame.proof and {"counter": frame.proof.counter, "mac": frame.proof.mac.hex().upper()}
        return as_json_object(frame.message) | {"number": frame.number} | (proof or {})
    told = [field.name for field in fields(frame) if getattr(frame, field.name) != field.default]
    return {"kind": frame.kind} | {name: _plain(name, getattr(frame, name)) for name in told}


def _plain(name: str, value: object) -> object:
    if isinstance(value, tuple):
        return [_plain("bit", each) for each in value]
    if isinstance(value, bytes):
        return value.hex().upper()
    if is_dataclass(value):
        return {field.name: _plain(field.name, getattr(value, field.name)) for field in fields(value)}
    return int(value) if name == "bit" and isinstance(value, bool) else value
