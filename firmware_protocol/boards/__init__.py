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
from firmware_protocol.boards.controller import (
    AskOutcome,
    Auth,
    BoardEvent,
    DoorSaid,
    Doubt,
    Doubted,
    EventCode,
    EventsTold,
    Hello,
    LockSaid,
    OperationTold,
    Proof,
    Proven,
    ReadEvents,
    Reset,
    Result,
    Snapshot,
    Welcome,
)
from firmware_protocol.boards.decoder import Decoder
from firmware_protocol.boards.dialect import Dialect, NotInDialect, wire_ms
from firmware_protocol.boards.frames import Frame, Packet, Side, as_json_object
from firmware_protocol.boards.gongguan_lcp import codec as gongguan_lcp
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
    "AskOutcome",
    "Auth",
    "Bit",
    "BoardEvent",
    "ChannelStatus",
    "Decoder",
    "Dialect",
    "DoorReport",
    "DoorSaid",
    "Doubt",
    "Doubted",
    "EventCode",
    "EventsTold",
    "ForeignOrder",
    "Frame",
    "Greeting",
    "HeardOnly",
    "Hello",
    "LockSaid",
    "NotInDialect",
    "OperationTold",
    "Order",
    "OrderReply",
    "Outputs",
    "Packet",
    "Proof",
    "Proven",
    "ReadChannel",
    "ReadEvents",
    "ReadEveryBoard",
    "ReadOutputs",
    "ReadRegisters",
    "ReadStatus",
    "Refusal",
    "Registers",
    "ReleaseAll",
    "ReleasedAll",
    "Request",
    "Reset",
    "Result",
    "Said",
    "SetPulse",
    "Side",
    "Snapshot",
    "Status",
    "Unlock",
    "UnlockAll",
    "UnlockEveryBoard",
    "UnlockReply",
    "Welcome",
    "answers",
    "as_json_object",
    "dialect",
    "wire_ms",
]

_FAMILIES = (bcc_8a, kerong_cu16, kerong_cu48, kerong_cu48b, wkly, winnsen, waveshare_modbus, gongguan_lcp)
DIALECTS: dict[str, Dialect] = {family.BOARD.name: family.BOARD for family in _FAMILIES}


def dialect(name: str) -> Dialect:
    """The family of that name; raises `KeyError`."""
    return DIALECTS[name]
