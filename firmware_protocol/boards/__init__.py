"""Serial dialects of lock boards: bytes in, frames out, and back. Pure; one file per family.

A new family is one file with a `BOARD`, one row in `DIALECTS`, its emulator in `firmware_protocol.emulators`, and its
vectors in tests/vectors/lock_boards.json.
"""

from firmware_protocol.boards import bcc_8a, kerong_cu16, kerong_cu48, kerong_cu48b, waveshare_modbus, winnsen, wkly
from firmware_protocol.boards.answers import (
    AddressTold,
    Answer,
    Bit,
    ChannelStatus,
    DoorReport,
    OrderReply,
    Outputs,
    Refusal,
    Registers,
    ReleasedAll,
    Said,
    Status,
    UnlockReply,
    answers,
)
from firmware_protocol.boards.decoder import Decoder
from firmware_protocol.boards.dialect import Dialect, NotInDialect, wire_ms
from firmware_protocol.boards.frames import Frame, Side, as_json_object
from firmware_protocol.boards.greeting import Greeting
from firmware_protocol.boards.requests import (
    AskAddress,
    ForeignOrder,
    HeardOnly,
    Order,
    ReadChannel,
    ReadEveryBoard,
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    ReleaseAll,
    Request,
    SetPulse,
    Unlock,
    UnlockAll,
    UnlockEveryBoard,
)

__all__ = [
    "DIALECTS",
    "AddressTold",
    "Answer",
    "AskAddress",
    "Bit",
    "ChannelStatus",
    "Decoder",
    "Dialect",
    "DoorReport",
    "ForeignOrder",
    "Frame",
    "Greeting",
    "HeardOnly",
    "NotInDialect",
    "Order",
    "OrderReply",
    "Outputs",
    "ReadChannel",
    "ReadEveryBoard",
    "ReadOutputs",
    "ReadRegisters",
    "ReadStatus",
    "Refusal",
    "Registers",
    "ReleaseAll",
    "ReleasedAll",
    "Request",
    "Said",
    "SetPulse",
    "Side",
    "Status",
    "Unlock",
    "UnlockAll",
    "UnlockEveryBoard",
    "UnlockReply",
    "answers",
    "as_json_object",
    "dialect",
    "wire_ms",
]

_FAMILIES = (bcc_8a, kerong_cu16, kerong_cu48, kerong_cu48b, wkly, winnsen, waveshare_modbus)
DIALECTS: dict[str, Dialect] = {family.BOARD.name: family.BOARD for family in _FAMILIES}


def dialect(name: str) -> Dialect:
    """The family of that name; raises `KeyError`."""
    return DIALECTS[name]
