"""`kerong-cu48b`: KERONG CU48B; 19200 8N1; SUM = low byte of the sum of all bytes before it.

Facts and sources: PROTOCOL.md §1.7. What to know when reading this table:

- Requests are the CU48's under commands 60 and 61. Every answer carries 75, and its length alone tells what it is.
- Two drivers disagree about the answers. One reads hooks and sensors in 18 bytes, also after an unlock; the other reads
  hooks in 12, behind a length byte 06, and 6 bytes after an unlock. All three are read.
- The first bytes of a long answer may be a short one: more bytes or silence decide (`Decoder.idle`).
"""

from firmware_protocol.boards.answers import Status, UnlockReply
from firmware_protocol.boards.checks import LOW_SUM
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.forms import ANY, Form, bits_of, octets_of
from firmware_protocol.boards.frames import Side
from firmware_protocol.boards.kerong_cu48 import (
    ADDRESSES,
    CHANNELS_MAX,
    ETX,
    GROUPS,
    LOCKS,
    NO_LOCK,
    STX,
    requests,
)

READ, OPEN, ANSWER = 0x60, 0x61, 0x75
RESERVED = 0x00


def _head(frame: Status) -> bytes:
    return bytes((STX, frame.address, NO_LOCK, ANSWER))


BOARD = Dialect(
    name="kerong-cu48b",
    baud=19200,
    addresses=ADDRESSES,
    channels_max=CHANNELS_MAX,
    forms=(
        *requests(READ, OPEN),
        Form(
            Side.BOARD,
            Status,
            (STX, ADDRESSES, ANY, ANSWER, *[ANY] * 2 * GROUPS, ETX),
            read=lambda body: Status(body[1], bits_of(body[4:10]), bits_of(body[10:16])),
            write=lambda frame: _head(frame) + octets_of(frame.bits) + octets_of(frame.sensors) + bytes((ETX,)),
        ),
        Form(
            Side.BOARD,
            Status,
            (STX, ADDRESSES, ANY, ANSWER, GROUPS, *[ANY] * GROUPS),
            read=lambda body: Status(body[1], bits_of(body[5:])),
            write=lambda frame: _head(frame) + bytes((GROUPS,)) + octets_of(frame.bits),
        ),
        Form(
            Side.BOARD,
            UnlockReply,
            (STX, ADDRESSES, LOCKS, ANSWER, (RESERVED, ETX)),
            read=lambda body: UnlockReply(body[1], body[2] + 1, bit=None),
            write=lambda frame: bytes((STX, frame.address, frame.channel - 1, ANSWER, RESERVED)),
        ),
    ),
    check=LOW_SUM,
    replies_to_unlock=False,
    unlock_reply_ms_max=30,
    reply_ms_max=300,
    quiet_gap_ms=5,
    frame_silence_ms=30,
    echo_is_ambiguous=False,
    has_sensors=True,
)
