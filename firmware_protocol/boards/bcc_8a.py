"""`bcc-8a`: the generic 5-byte "8A / 80" board; 9600 8N1; BCC = XOR of all bytes before it.

Facts and sources: PROTOCOL.md §1.4. What to know when reading this table:

- An unlock and the answer "feedback line closed" are the same bytes. Only the side they come from tells them apart.
- The read-all answer has two or three group bytes, highest group first, and no length: `80 01 01 00 80` is a read-one
  answer and also the beginning of a read-all answer. More bytes or silence decide (`Decoder.idle`).
- `80 01 00 33 B2` from the board's side is no answer but an adapter's echo: read-all answers have 6 or 7 bytes.
- A spontaneous report is headed 81 or 82, by firmware; 81 is written.
"""

from collections.abc import Callable

from firmware_protocol.boards.answers import ChannelStatus, DoorReport, Status, UnlockReply
from firmware_protocol.boards.checks import XOR
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.forms import ANY, Form, bits_of, octets_of
from firmware_protocol.boards.frames import Side
from firmware_protocol.boards.requests import ReadChannel, ReadStatus, Unlock, UnlockAll

OPEN, READ, REPORT, REPORT_OF_OTHER_FIRMWARE = 0x8A, 0x80, 0x81, 0x82
ALL = 0x00
DO_OPEN, DO_READ = 0x11, 0x33
LINE_OPEN, LINE_CLOSED = 0x00, 0x11
"""The feedback byte: raw bit 0 and raw bit 1."""

ADDRESSES = range(1, 32)
CHANNELS = range(1, 25)
FEEDBACK = (LINE_OPEN, LINE_CLOSED)


def _feedback(head: int) -> Callable[[ChannelStatus | UnlockReply | DoorReport], bytes]:
    return lambda frame: bytes((head, frame.address, frame.channel, LINE_CLOSED if frame.bit else LINE_OPEN))


def _read_status(body: bytes) -> Status:
    return Status(body[1], bits_of(reversed(body[2:-1])))


def _write_status(frame: Status) -> bytes:
    return bytes((READ, frame.address)) + octets_of(frame.bits)[::-1] + bytes((DO_READ,))


def _status(groups: int) -> Form:
    return Form(Side.BOARD, Status, (READ, ADDRESSES, *[ANY] * groups, DO_READ), _read_status, _write_status)


FORMS = (
    Form(
        Side.HOST,
        Unlock,
        (OPEN, ADDRESSES, CHANNELS, DO_OPEN),
        read=lambda body: Unlock(body[1], body[2]),
        write=lambda frame: bytes((OPEN, frame.address, frame.channel, DO_OPEN)),
    ),
    Form(
        Side.HOST,
        UnlockAll,
        (OPEN, ADDRESSES, ALL, DO_OPEN),
        read=lambda body: UnlockAll(body[1]),
        write=None,
    ),
    Form(
        Side.HOST,
        ReadStatus,
        (READ, ADDRESSES, ALL, DO_READ),
        read=lambda body: ReadStatus(body[1]),
        write=lambda frame: bytes((READ, frame.address, ALL, DO_READ)),
    ),
    Form(
        Side.HOST,
        ReadChannel,
        (READ, ADDRESSES, CHANNELS, DO_READ),
        read=lambda body: ReadChannel(body[1], body[2]),
        write=lambda frame: bytes((READ, frame.address, frame.channel, DO_READ)),
    ),
    Form(
        Side.BOARD,
        UnlockReply,
        (OPEN, ADDRESSES, CHANNELS, FEEDBACK),
        read=lambda body: UnlockReply(body[1], body[2], body[3] == LINE_CLOSED),
        write=_feedback(OPEN),
    ),
    Form(
        Side.BOARD,
        ChannelStatus,
        (READ, ADDRESSES, CHANNELS, FEEDBACK),
        read=lambda body: ChannelStatus(body[1], body[2], body[3] == LINE_CLOSED),
        write=_feedback(READ),
    ),
    Form(
        Side.BOARD,
        DoorReport,
        ((REPORT, REPORT_OF_OTHER_FIRMWARE), ADDRESSES, CHANNELS, FEEDBACK),
        read=lambda body: DoorReport(body[1], body[2], body[3] == LINE_CLOSED),
        write=_feedback(REPORT),
    ),
    _status(groups=2),
    _status(groups=3),
)

BOARD = Dialect(
    name="bcc-8a",
    baud=9600,
    addresses=ADDRESSES,
    channels_max=len(CHANNELS),
    forms=FORMS,
    check=XOR,
    replies_to_unlock=True,
    unlock_reply_ms_max=1500,
    reply_ms_max=300,
    quiet_gap_ms=5,
    frame_silence_ms=30,
    echo_is_ambiguous=True,
)
