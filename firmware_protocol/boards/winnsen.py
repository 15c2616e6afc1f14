"""`winnsen`: the boards of Winnsen's cabinets; 9600 8N1; `90 LEN FUNCTION STATION … 03`, and nothing against noise.

Facts and sources: PROTOCOL.md §1.9. What to know when reading this table:

- In the usual wiring 1 means OPEN, the opposite of every other family. The raw bits are not interpreted here either.
- Stations end below 90, the head of a frame. So a frame's beginning never passes for the middle of another one, and no
  noise and no frame cut short costs the frame that follows it.
- Nothing is written to station 0: one firmware takes it for an address, another for every board.
- Some boards answer under A2 and A5 instead of 82 and 85. A custom firmware reads one lock (12/92), puts its status
  before the lock in that answer, and refuses an unlock with status 02 while the coil rests.
"""

from firmware_protocol.boards.answers import Bit, ChannelStatus, Said, Status, UnlockReply
from firmware_protocol.boards.checks import NO_CHECK
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.forms import ANY, Form, bits_of, octets_of
from firmware_protocol.boards.frames import Side
from firmware_protocol.boards.requests import ReadChannel, ReadStatus, Unlock

HEAD, END = 0x90, 0x03
SHORT, LONG = 0x06, 0x07
"""LEN: how long the whole frame is."""
READ, OPEN, READ_ONE = 0x02, 0x05, 0x12
STATUS, OPENED, STATUS_OF_ONE = 0x82, 0x85, 0x92
STATUS_OF_OTHER_BOARDS, OPENED_OF_OTHER_BOARDS = 0xA2, 0xA5
EVERY_LOCK = (0xFF, 0xFF)

STATIONS = range(HEAD)
CHANNELS = range(1, 17)
SAID = {0x01: Said.DONE, 0x00: Said.FAILED, 0x02: Said.RESTING}
SAYING: dict[Said | None, bytes] = {said: bytes((octet,)) for octet, said in SAID.items()}
BIT: dict[int, Bit] = {0x00: False, 0x01: True, 0x02: None}
OCTET_OF_BIT = {bit: octet for octet, bit in BIT.items()}


def _opened(frame: UnlockReply) -> bytes:
    return bytes((HEAD, LONG, OPENED, frame.address, frame.channel)) + SAYING.get(frame.said, b"") + bytes((END,))


FORMS = (
    Form(
        Side.HOST,
        Unlock,
        (HEAD, SHORT, OPEN, STATIONS, CHANNELS, END),
        read=lambda body: Unlock(body[3], body[4]),
        write=lambda frame: bytes((HEAD, SHORT, OPEN, frame.address, frame.channel, END)),
    ),
    Form(
        Side.HOST,
        ReadStatus,
        (HEAD, LONG, READ, STATIONS, *EVERY_LOCK, END),
        read=lambda body: ReadStatus(body[3]),
        write=lambda frame: bytes((HEAD, LONG, READ, frame.address, *EVERY_LOCK, END)),
    ),
    Form(
        Side.HOST,
        ReadChannel,
        (HEAD, SHORT, READ_ONE, STATIONS, CHANNELS, END),
        read=lambda body: ReadChannel(body[3], body[4]),
        write=lambda frame: bytes((HEAD, SHORT, READ_ONE, frame.address, frame.channel, END)),
    ),
    Form(
        Side.BOARD,
        UnlockReply,
        (HEAD, LONG, (OPENED, OPENED_OF_OTHER_BOARDS), STATIONS, CHANNELS, tuple(SAID), END),
        read=lambda body: UnlockReply(body[3], body[4], bit=None, said=SAID[body[5]]),
        write=_opened,
    ),
    Form(
        Side.BOARD,
        Status,
        (HEAD, LONG, (STATUS, STATUS_OF_OTHER_BOARDS), STATIONS, ANY, ANY, END),
        read=lambda body: Status(body[3], bits_of(body[4:6])),
        write=lambda frame: bytes((HEAD, LONG, STATUS, frame.address)) + octets_of(frame.bits) + bytes((END,)),
    ),
    Form(
        Side.BOARD,
        ChannelStatus,
        (HEAD, LONG, STATUS_OF_ONE, STATIONS, tuple(BIT), CHANNELS, END),
        read=lambda body: ChannelStatus(body[3], body[5], BIT[body[4]]),
        write=lambda frame: bytes(
            (HEAD, LONG, STATUS_OF_ONE, frame.address, OCTET_OF_BIT[frame.bit], frame.channel, END)
        ),
    ),
)

BOARD = Dialect(
    name="winnsen",
    baud=9600,
    addresses=STATIONS[1:],
    channels_max=len(CHANNELS),
    forms=FORMS,
    check=NO_CHECK,
    replies_to_unlock=True,
    unlock_reply_ms_max=1500,
    reply_ms_max=300,
    quiet_gap_ms=5,
    frame_silence_ms=30,
    echo_is_ambiguous=False,
    usual_closed_bit=0,
)
