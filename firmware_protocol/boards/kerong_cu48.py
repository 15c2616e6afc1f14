"""`kerong-cu48`: KERONG CU48, by the vendor's manual v2.1; 19200 8N1; SUM = low byte of the sum of all bytes before it.

Facts and sources: PROTOCOL.md §1.6. What to know when reading this table:

- Board and lock have a byte each; lock 1 = 0. Address 0A is every board, lock 30 every lock.
- An unlock is never answered: only the next status tells.
- The lock byte of an answer means nothing.
"""

from firmware_protocol.boards.answers import Status
from firmware_protocol.boards.checks import LOW_SUM
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.forms import ANY, Form, bits_of, octets_of
from firmware_protocol.boards.frames import Side
from firmware_protocol.boards.requests import ReadEveryBoard, ReadStatus, Unlock, UnlockAll, UnlockEveryBoard

STX, ETX = 0x02, 0x03
READ, OPEN, STATUS = 0x50, 0x51, 0x65
NO_LOCK = 0x00

ADDRESSES = range(10)
CHANNELS_MAX = 48
LOCKS = range(CHANNELS_MAX)
EVERY_BOARD, EVERY_LOCK = 0x0A, 0x30
GROUPS = CHANNELS_MAX // 8


def requests(read: int, open_lock: int) -> tuple[Form, ...]:
    """What a host says to a CU48 or CU48B, under this one's two commands."""
    return (
        Form(
            Side.HOST,
            Unlock,
            (STX, ADDRESSES, LOCKS, open_lock, ETX),
            read=lambda body: Unlock(body[1], body[2] + 1),
            write=lambda frame: bytes((STX, frame.address, frame.channel - 1, open_lock, ETX)),
        ),
        Form(
            Side.HOST,
            UnlockAll,
            (STX, ADDRESSES, EVERY_LOCK, open_lock, ETX),
            read=lambda body: UnlockAll(body[1]),
            write=None,
        ),
        Form(
            Side.HOST,
            UnlockEveryBoard,
            (STX, EVERY_BOARD, EVERY_LOCK, open_lock, ETX),
            read=lambda _body: UnlockEveryBoard(),
            write=None,
        ),
        Form(
            Side.HOST,
            ReadStatus,
            (STX, ADDRESSES, (NO_LOCK, EVERY_LOCK), read, ETX),
            read=lambda body: ReadStatus(body[1]),
            write=lambda frame: bytes((STX, frame.address, NO_LOCK, read, ETX)),
        ),
        Form(
            Side.HOST,
            ReadEveryBoard,
            (STX, EVERY_BOARD, (NO_LOCK, EVERY_LOCK), read, ETX),
            read=lambda _body: ReadEveryBoard(),
            write=None,
        ),
    )


BOARD = Dialect(
    name="kerong-cu48",
    baud=19200,
    addresses=ADDRESSES,
    channels_max=CHANNELS_MAX,
    forms=(
        *requests(READ, OPEN),
        Form(
            Side.BOARD,
            Status,
            (STX, ADDRESSES, ANY, STATUS, *[ANY] * GROUPS, ETX),
            read=lambda body: Status(body[1], bits_of(body[4:-1])),
            write=lambda frame: bytes((STX, frame.address, NO_LOCK, STATUS)) + octets_of(frame.bits) + bytes((ETX,)),
        ),
    ),
    check=LOW_SUM,
    replies_to_unlock=False,
    unlock_reply_ms_max=30,
    reply_ms_max=300,
    quiet_gap_ms=5,
    frame_silence_ms=30,
    echo_is_ambiguous=False,
)
