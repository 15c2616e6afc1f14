"""Serial dialects of lock boards: bytes in, frames out, and back. Pure; one file per family.

A new family is one file with a `BOARD`, one row in `DIALECTS`, its emulator in `firmware_protocol.emulators`, and its
vectors in tests/vectors/lock_boards.json.
"""

from firmware_protocol.boards import bcc_8a, kerong_cu16
from firmware_protocol.boards.decoder import Decoder
from firmware_protocol.boards.dialect import Dialect, NotInDialect, wire_ms
from firmware_protocol.boards.frames import (
    Answer,
    ChannelStatus,
    DoorReport,
    Frame,
    HeardOnly,
    ReadChannel,
    ReadEveryBoard,
    ReadStatus,
    Request,
    SetPulse,
    Side,
    Status,
    Unlock,
    UnlockAll,
    UnlockReply,
    as_json_object,
)

__all__ = [
    "DIALECTS",
    "Answer",
    "ChannelStatus",
    "Decoder",
    "Dialect",
    "DoorReport",
    "Frame",
    "HeardOnly",
    "NotInDialect",
    "ReadChannel",
    "ReadEveryBoard",
    "ReadStatus",
    "Request",
    "SetPulse",
    "Side",
    "Status",
    "Unlock",
    "UnlockAll",
    "UnlockReply",
    "as_json_object",
    "dialect",
    "wire_ms",
]

DIALECTS: dict[str, Dialect] = {family.name: family for family in (bcc_8a.BOARD, kerong_cu16.BOARD)}


def dialect(name: str) -> Dialect:
    """The family of that name; raises `KeyError`."""
    return DIALECTS[name]
