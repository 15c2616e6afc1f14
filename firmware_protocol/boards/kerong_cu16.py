"""`kerong-cu16`: KERONG KR-CU16 (and CU12); 19200 8N1; SUM = low byte of the sum of all bytes before it.

Facts and sources: PROTOCOL.md §1.5. What to know when reading this table:

- One byte holds the board (high nibble, 0–15) and, in an unlock, the lock (low nibble, lock 1 = 0).
- `F0` is board 15, except under the bus-wide read (32), where it is every board.
- An unlock has no dependable answer: some boards send a status, most say nothing.
"""

from firmware_protocol.boards.answers import Status
from firmware_protocol.boards.checks import LOW_SUM
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.forms import ANY, Form, bits_of, octets_of
from firmware_protocol.boards.frames import Side
from firmware_protocol.boards.requests import ReadEveryBoard, ReadStatus, SetPulse, Unlock, UnlockAll

STX, ETX = 0x02, 0x03
READ, OPEN, READ_EVERY_BOARD, OPEN_ALL, SET_PULSE = 0x30, 0x31, 0x32, 0x33, 0x37
STATUS, STATUS_TO_EVERY_BOARD = 0x35, 0x36

ADDRESSES = range(16)
CHANNELS_MAX = 16
BOARD_NIBBLE = range(0x00, 0x100, 0x10)
EVERY_BOARD = 0xF0
PULSE_UNIT_MS = 10


def _read_status(body: bytes) -> Status:
    hooks, infrared = body[3:5], body[5:7]
    return Status(body[1] >> 4, bits_of(hooks), bits_of(infrared), to_every_board=body[2] == STATUS_TO_EVERY_BOARD)


def _write_status(frame: Status) -> bytes:
    code = STATUS_TO_EVERY_BOARD if frame.to_every_board else STATUS
    infrared = frame.sensors or (False,) * CHANNELS_MAX
    return bytes((STX, frame.address << 4, code)) + octets_of(frame.bits) + octets_of(infrared) + bytes((ETX,))


FORMS = (
    Form(
        Side.HOST,
        Unlock,
        (STX, ANY, OPEN, ETX),
        read=lambda body: Unlock(body[1] >> 4, (body[1] & 0x0F) + 1),
        write=lambda frame: bytes((STX, frame.address << 4 | frame.channel - 1, OPEN, ETX)),
    ),
    Form(
        Side.HOST,
        UnlockAll,
        (STX, BOARD_NIBBLE, OPEN_ALL, ETX),
        read=lambda body: UnlockAll(body[1] >> 4),
        write=None,
    ),
    Form(
        Side.HOST,
        ReadStatus,
        (STX, BOARD_NIBBLE, READ, ETX),
        read=lambda body: ReadStatus(body[1] >> 4),
        write=lambda frame: bytes((STX, frame.address << 4, READ, ETX)),
    ),
    Form(
        Side.HOST,
        ReadEveryBoard,
        (STX, EVERY_BOARD, READ_EVERY_BOARD, ETX),
        read=lambda _body: ReadEveryBoard(),
        write=None,
    ),
    Form(
        Side.HOST,
        SetPulse,
        (STX, BOARD_NIBBLE, SET_PULSE, ANY, ANY, ETX),
        read=lambda body: SetPulse(body[1] >> 4, int.from_bytes(body[3:5]) * PULSE_UNIT_MS),
        write=None,
    ),
    Form(
        Side.BOARD,
        Status,
        (STX, BOARD_NIBBLE, (STATUS, STATUS_TO_EVERY_BOARD), ANY, ANY, ANY, ANY, ETX),
        read=_read_status,
        write=_write_status,
    ),
)

BOARD = Dialect(
    name="kerong-cu16",
    baud=19200,
    addresses=ADDRESSES,
    channels_max=CHANNELS_MAX,
    forms=FORMS,
    check=LOW_SUM,
    replies_to_unlock=False,
    unlock_reply_ms_max=30,
    reply_ms_max=300,
    quiet_gap_ms=5,
    frame_silence_ms=30,
    echo_is_ambiguous=False,
    has_sensors=True,
)
