"""`wkly`: the board whose frames begin with "WKLY" (57 4B 4C 59); 9600 8N1; XOR of all bytes before it.

Facts and sources: PROTOCOL.md §1.8. What to know when reading this table:

- `57 4B 4C 59 LEN BOARD COMMAND DATA… XOR`; LEN counts the whole frame. Boards count from 0, channels from 1.
- A status byte FF is a real error reply. After a read it means that nothing is known of any lock; after an unlock it
  says "failed", and not whether the coil was pulsed.
- A lock is a whole byte: 00 open, 01 closed, FF unknown. These are the raw bits 0 and 1 and no bit.
- 80, 86 and 87 open several locks and 88 holds one energised: heard, never written.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from firmware_protocol.boards.answers import Bit, ChannelStatus, DoorReport, OrderReply, Said, Status, UnlockReply
from firmware_protocol.boards.checks import XOR
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.forms import Form, Place, Run
from firmware_protocol.boards.frames import Frame, Side
from firmware_protocol.boards.requests import ForeignOrder, Order, ReadChannel, ReadStatus, Unlock, UnlockAll

START = b"WKLY"
LENGTH_AT, BOARD_AT, COMMAND_AT = 4, 5, 6
AROUND_WORDS = 7
"""What LEN counts beside the command and its data: start, LEN, board, XOR."""

OPEN, READ_ONE, READ_ALL, REPORT, OPEN_ALL = 0x82, 0x83, 0x84, 0x85, 0x86
FOR_SEVERAL = {0x80: Order.UNLOCK_TOGETHER, 0x87: Order.UNLOCK_IN_TURN}
FOR_ONE = {0x81: Order.BLINK, 0x88: Order.HOLD, 0x89: Order.RELEASE}
WITHOUT_CHANNEL = FOR_SEVERAL | {OPEN_ALL: Order.UNLOCK_ALL}
"""Orders whose answer names no channel."""
ORDERS = WITHOUT_CHANNEL | FOR_ONE
COMMANDS = {order: bytes((command,)) for command, order in ORDERS.items()}

ADDRESSES = range(32)
CHANNELS = range(1, 25)
SAID = {0x00: Said.DONE, 0xFF: Said.FAILED}
STATUS = tuple(SAID)
STATUSES = {said: bytes((octet,)) for octet, said in SAID.items()}
BIT: dict[int, Bit] = {0x00: False, 0x01: True, 0xFF: None}
LOCK = tuple(BIT)
LOCKS = {bit: octet for octet, bit in BIT.items()}


def _form(
    side: Side,
    frame: type[Frame],
    words: tuple[Place, ...],
    read: Callable[[int, bytes], Frame],
    words_of: Callable[[Any], bytes] | None = None,
    run_of: Place | None = None,
) -> Form:
    """One frame by its words: the command and its data.

    `read` gets them behind the board's address, and `words_of` writes them. With `run_of`, the last of `words` counts
    such places behind it, and LEN has to agree.
    """
    shortest = len(words) + AROUND_WORDS
    run = None
    if run_of is not None:
        run = Run(run_of, len(CHANNELS), ((LENGTH_AT, shortest), (COMMAND_AT + len(words) - 1, 0)))
    return Form(
        side,
        frame,
        (*START, range(shortest, shortest + len(CHANNELS) + 1) if run else shortest, ADDRESSES, *words),
        read=lambda body: read(body[BOARD_AT], body[COMMAND_AT:]),
        write=(lambda frame: _body(frame.address, words_of(frame))) if words_of else None,
        run=run,
    )


def _body(address: int, words: bytes) -> bytes:
    return START + bytes((len(words) + AROUND_WORDS, address)) + words


_host, _board = partial(_form, Side.HOST), partial(_form, Side.BOARD)


def _read_status(status: int, locks: bytes) -> tuple[Bit, ...]:
    """What a read brought: nothing if it failed."""
    return tuple(BIT[lock] if SAID[status] is Said.DONE else None for lock in locks)


def _write_status(*bits: Bit) -> bytes:
    """The status byte of a read: it failed if it brought nothing."""
    return STATUSES[Said.FAILED if set(bits) == {None} else Said.DONE]


FORMS = (
    _host(
        Unlock,
        (OPEN, CHANNELS),
        lambda address, words: Unlock(address, words[1]),
        lambda frame: bytes((OPEN, frame.channel)),
    ),
    _host(
        ReadChannel,
        (READ_ONE, CHANNELS),
        lambda address, words: ReadChannel(address, words[1]),
        lambda frame: bytes((READ_ONE, frame.channel)),
    ),
    _host(ReadStatus, (READ_ALL,), lambda address, _words: ReadStatus(address), lambda _frame: bytes((READ_ALL,))),
    _host(UnlockAll, (OPEN_ALL,), lambda address, _words: UnlockAll(address)),
    _host(
        ForeignOrder,
        (tuple(FOR_SEVERAL), CHANNELS),
        lambda address, words: ForeignOrder(address, ORDERS[words[0]], tuple(words[2:])),
        run_of=CHANNELS,
    ),
    _host(
        ForeignOrder,
        (tuple(FOR_ONE), CHANNELS),
        lambda address, words: ForeignOrder(address, ORDERS[words[0]], tuple(words[1:])),
    ),
    _board(
        UnlockReply,
        (OPEN, STATUS, CHANNELS, LOCK),
        lambda address, words: UnlockReply(address, words[2], BIT[words[3]], SAID[words[1]]),
        lambda frame: bytes((OPEN,)) + STATUSES.get(frame.said, b"") + bytes((frame.channel, LOCKS[frame.bit])),
    ),
    _board(
        ChannelStatus,
        (READ_ONE, STATUS, CHANNELS, LOCK),
        lambda address, words: ChannelStatus(address, words[2], *_read_status(words[1], words[3:])),
        lambda frame: bytes((READ_ONE,)) + _write_status(frame.bit) + bytes((frame.channel, LOCKS[frame.bit])),
    ),
    _board(
        Status,
        (READ_ALL, STATUS, CHANNELS),
        lambda address, words: Status(address, _read_status(words[1], words[3:])),
        lambda frame: (
            bytes((READ_ALL,))
            + _write_status(*frame.bits)
            + bytes((len(frame.bits), *(LOCKS[bit] for bit in frame.bits)))
        ),
        run_of=LOCK,
    ),
    _board(
        DoorReport,
        (REPORT, CHANNELS, LOCK),
        lambda address, words: DoorReport(address, words[1], BIT[words[2]]),
        lambda frame: bytes((REPORT, frame.channel, LOCKS[frame.bit])),
    ),
    _board(
        OrderReply,
        (tuple(WITHOUT_CHANNEL), STATUS),
        lambda address, words: OrderReply(address, ORDERS[words[0]], None, SAID[words[1]]),
        lambda frame: COMMANDS.get(frame.order, b"") + STATUSES.get(frame.said, b""),
    ),
    _board(
        OrderReply,
        (tuple(FOR_ONE), STATUS, CHANNELS),
        lambda address, words: OrderReply(address, ORDERS[words[0]], words[2], SAID[words[1]]),
        lambda frame: COMMANDS.get(frame.order, b"") + STATUSES.get(frame.said, b"") + bytes((frame.channel or 0,)),
    ),
)

BOARD = Dialect(
    name="wkly",
    baud=9600,
    addresses=ADDRESSES,
    channels_max=len(CHANNELS),
    forms=FORMS,
    check=XOR,
    replies_to_unlock=True,
    unlock_reply_ms_max=700,
    reply_ms_max=300,
    quiet_gap_ms=5,
    frame_silence_ms=30,
    echo_is_ambiguous=False,
)
