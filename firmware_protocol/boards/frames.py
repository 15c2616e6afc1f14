"""What a host and a lock board say to each other: one frozen dataclass per frame, in `requests.py` and `answers.py`.

Addresses are those on the board's switch; channels count from 1, as people count locks. A raw bit is what stood on the
wire (`True` = 1): whether 1 means open or closed depends on the switch in the door and is the agent's configuration.
"""

from dataclasses import fields
from enum import StrEnum
from typing import Any

from firmware_protocol.boards.answers import Answer
from firmware_protocol.boards.requests import HeardOnly, Request


class Side(StrEnum):
    """Who spoke."""

    HOST = "host"
    BOARD = "board"


Frame = Request | Answer | HeardOnly


def as_json_object(frame: Frame) -> dict[str, Any]:
    """A frame as a JSON object: its kind, then its fields, raw bits as 0 and 1; fields at their default are left out.

    `Status(0, (True, False))` → `{"kind": "status", "address": 0, "bits": [1, 0]}`.
    """
    told = [field for field in fields(frame) if getattr(frame, field.name) != field.default]
    return {"kind": frame.kind} | {field.name: _plain(field.name, getattr(frame, field.name)) for field in told}


def _plain(name: str, value: object) -> object:
    if isinstance(value, tuple):
        return [_plain("bit", each) for each in value]
    return int(value) if name == "bit" and isinstance(value, bool) else value
