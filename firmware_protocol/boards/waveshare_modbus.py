"""`waveshare-modbus`: Waveshare Modbus RTU Relay (D) and IO 8CH; 9600 8N1; Modbus RTU, CRC-16 with the low byte first.

Facts and sources: PROTOCOL.md §1.10. What to know when reading this table:

- A lock hangs on an output and its switch on the digital input of the same number. The status is the inputs.
- An unlock is "flash on" (coil 0200 + n, in units of 100 ms): the board's own timer drops the coil, even if the host is
  gone by then. Plain on and off are heard, never written, and so is anything to station 0, which is every board.
- A write is answered by its own bytes, so an adapter's echo of it looks like success.
- Under any control mode but 0 an input can drive an output: a door switch could open a lock. `GREETING` finds out.
"""

from collections.abc import Sequence
from functools import partial

from firmware_protocol.boards.answers import (
    AddressTold,
    Answer,
    OrderReply,
    Outputs,
    Refusal,
    Registers,
    ReleasedAll,
    Status,
    UnlockReply,
)
from firmware_protocol.boards.checks import CRC_16_MODBUS
from firmware_protocol.boards.dialect import Dialect
from firmware_protocol.boards.forms import ANY, Form, Run, bits_of, octets_of
from firmware_protocol.boards.frames import Side
from firmware_protocol.boards.greeting import Greeting
from firmware_protocol.boards.requests import (
    AskAddress,
    ForeignOrder,
    Order,
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    ReleaseAll,
    Unlock,
)

READ_OUTPUTS, READ_INPUTS, READ_REGISTERS, WRITE_OUTPUT = 0x01, 0x02, 0x03, 0x05
REFUSED = range(0x81, 0x90)
"""The function's code with its highest bit set."""
SWITCH, FLASH_ON, FLASH_OFF = 0x00, 0x02, 0x04
"""High byte of the coil's number, which says what is done with the output in the low byte."""
EVERY_OUTPUT = 0xFF
SWITCHING = {0xFF: Order.HOLD, 0x00: Order.RELEASE, 0x55: Order.TOGGLE}
SWITCHED = {order: octet for octet, order in SWITCHING.items()}
OWN_ADDRESS = (0x00, 0x40)
"""High byte of the register with a board's address: by older and newer firmware."""

STATIONS = range(1, 248)
CHANNELS_MAX = 8
OUTPUTS = range(CHANNELS_MAX)
FROM_FIRST_TO_LAST = (0x00, 0x00, 0x00, CHANNELS_MAX)
REGISTERS_MAX = 8
CONTROL_MODES, NORMAL_MODE = 0x1000, 0
FLASH_UNIT_MS = 100
PULSE_MS = 500
"""What an unlock lasts if nobody says: the locks' usual pulse."""
PULSES_MS = range(FLASH_UNIT_MS, 3000 + FLASH_UNIT_MS, FLASH_UNIT_MS)
"""Coils are built for short pulses; the board itself would take 54 minutes."""


def _flash_ms(body: bytes) -> int:
    return int.from_bytes(body[4:6]) * FLASH_UNIT_MS


def _flash(frame: Unlock | UnlockReply) -> bytes:
    units = (frame.pulse_ms or PULSE_MS) // FLASH_UNIT_MS
    return bytes((frame.address, WRITE_OUTPUT, FLASH_ON, frame.channel - 1)) + units.to_bytes(2)


def _release_every(frame: ReleaseAll | ReleasedAll) -> bytes:
    return bytes((frame.address, WRITE_OUTPUT, SWITCH, EVERY_OUTPUT, 0x00, 0x00))


def _obeyed(frame: OrderReply) -> bytes:
    """The order's own bytes; empty for one that this family does not know."""
    output = EVERY_OUTPUT if frame.channel is None else frame.channel - 1
    if frame.order is Order.INTERRUPT:
        units = (frame.time_ms or 0) // FLASH_UNIT_MS
        return bytes((frame.address, WRITE_OUTPUT, FLASH_OFF, output)) + units.to_bytes(2)
    if frame.order not in SWITCHED:
        return b""
    return bytes((frame.address, WRITE_OUTPUT, SWITCH, output, SWITCHED[frame.order], 0x00))


def _read_registers(body: bytes) -> Registers:
    return Registers(body[0], tuple(int.from_bytes(body[at : at + 2]) for at in range(3, len(body), 2)))


def _write_registers(frame: Registers) -> bytes:
    octets = b"".join(value.to_bytes(2) for value in frame.values)
    return bytes((frame.address, READ_REGISTERS, len(octets))) + octets


FLASH_VALUE = (range(0x80), ANY)
"""At most 7FFF."""
FLASH = (STATIONS, WRITE_OUTPUT, FLASH_ON, OUTPUTS, *FLASH_VALUE)
INTERRUPTION = (STATIONS, WRITE_OUTPUT, FLASH_OFF, OUTPUTS, *FLASH_VALUE)
SWITCH_ONE = (STATIONS, WRITE_OUTPUT, SWITCH, OUTPUTS, tuple(SWITCHING), 0x00)
SWITCH_EVERY = (STATIONS, WRITE_OUTPUT, SWITCH, EVERY_OUTPUT, (0xFF, 0x55), 0x00)
RELEASE_EVERY = (STATIONS, WRITE_OUTPUT, SWITCH, EVERY_OUTPUT, 0x00, 0x00)

_request, _answer = partial(Form, Side.HOST), partial(Form, Side.BOARD)
_heard = partial(Form, Side.HOST, write=None)

FORMS = (
    _request(Unlock, FLASH, lambda body: Unlock(body[0], body[3] + 1, _flash_ms(body)), _flash),
    _request(
        ReadStatus,
        (STATIONS, READ_INPUTS, *FROM_FIRST_TO_LAST),
        lambda body: ReadStatus(body[0]),
        lambda frame: bytes((frame.address, READ_INPUTS, *FROM_FIRST_TO_LAST)),
    ),
    _request(
        ReadOutputs,
        (STATIONS, READ_OUTPUTS, *FROM_FIRST_TO_LAST),
        lambda body: ReadOutputs(body[0]),
        lambda frame: bytes((frame.address, READ_OUTPUTS, *FROM_FIRST_TO_LAST)),
    ),
    _request(
        ReadRegisters,
        (STATIONS, READ_REGISTERS, ANY, ANY, 0x00, range(1, REGISTERS_MAX + 1)),
        lambda body: ReadRegisters(body[0], int.from_bytes(body[2:4]), body[5]),
        lambda frame: bytes((frame.address, READ_REGISTERS)) + frame.first.to_bytes(2) + frame.count.to_bytes(2),
    ),
    _request(ReleaseAll, RELEASE_EVERY, lambda body: ReleaseAll(body[0]), _release_every),
    _heard(ForeignOrder, SWITCH_ONE, lambda body: ForeignOrder(body[0], SWITCHING[body[4]], (body[3] + 1,))),
    _heard(ForeignOrder, SWITCH_EVERY, lambda body: ForeignOrder(body[0], SWITCHING[body[4]])),
    _heard(
        ForeignOrder,
        INTERRUPTION,
        lambda body: ForeignOrder(body[0], Order.INTERRUPT, (body[3] + 1,), _flash_ms(body)),
    ),
    _heard(AskAddress, (0x00, READ_REGISTERS, OWN_ADDRESS, 0x00, 0x00, 0x01), lambda _body: AskAddress()),
    _answer(
        UnlockReply,
        FLASH,
        lambda body: UnlockReply(body[0], body[3] + 1, bit=None, pulse_ms=_flash_ms(body)),
        _flash,
    ),
    _answer(
        Status,
        (STATIONS, READ_INPUTS, 0x01, ANY),
        lambda body: Status(body[0], bits_of(body[3:])),
        lambda frame: bytes((frame.address, READ_INPUTS, 0x01)) + octets_of(frame.bits),
    ),
    _answer(
        Outputs,
        (STATIONS, READ_OUTPUTS, 0x01, ANY),
        lambda body: Outputs(body[0], bits_of(body[3:])),
        lambda frame: bytes((frame.address, READ_OUTPUTS, 0x01)) + octets_of(frame.bits),
    ),
    _answer(
        Registers,
        (STATIONS, READ_REGISTERS, tuple(range(2, 2 * REGISTERS_MAX + 1, 2))),
        _read_registers,
        _write_registers,
        Run(ANY, 2 * REGISTERS_MAX, counted_at=((2, 0),)),
    ),
    _answer(ReleasedAll, RELEASE_EVERY, lambda body: ReleasedAll(body[0]), _release_every),
    _answer(OrderReply, SWITCH_ONE, lambda body: OrderReply(body[0], SWITCHING[body[4]], body[3] + 1), _obeyed),
    _answer(OrderReply, SWITCH_EVERY, lambda body: OrderReply(body[0], SWITCHING[body[4]]), _obeyed),
    _answer(
        OrderReply,
        INTERRUPTION,
        lambda body: OrderReply(body[0], Order.INTERRUPT, body[3] + 1, time_ms=_flash_ms(body)),
        _obeyed,
    ),
    _answer(
        AddressTold,
        (0x00, READ_REGISTERS, 0x02, 0x00, STATIONS),
        lambda body: AddressTold(body[4]),
        lambda frame: bytes((0x00, READ_REGISTERS, 0x02, 0x00, frame.address)),
    ),
    _answer(
        Refusal,
        (STATIONS, REFUSED, range(1, 12)),
        lambda body: Refusal(body[0], body[1] & 0x7F, body[2]),
        lambda frame: bytes((frame.address, frame.function | 0x80, frame.code)),
    ),
)


def _objection(answers: Sequence[Answer]) -> str:
    modes, released, outputs = answers
    if not isinstance(modes, Registers):
        return "读不到这块板的输出控制模式（寄存器 1000H 起）。请换用带数字输入的型号：Relay (D) 或 IO 8CH。"
    if linked := [channel for channel, mode in enumerate(modes.values, start=1) if mode != NORMAL_MODE]:
        return f"第 {_listed(linked)} 路的控制模式不是常规(0)，门磁可能直接把锁打开。请用厂家软件把各路改为常规模式。"
    if not isinstance(released, ReleasedAll) or not isinstance(outputs, Outputs):
        return "这块板没有按要求断开全部输出。请检查型号和固件。"
    if held := [channel for channel, bit in enumerate(outputs.bits, start=1) if bit]:
        return f"断开全部输出以后，第 {_listed(held)} 路仍在通电，会烧坏锁。请断电检查。"
    return ""


def _listed(channels: Sequence[int]) -> str:
    return "、".join(map(str, channels))


GREETING = Greeting(
    requests=lambda address: (
        ReadRegisters(address, CONTROL_MODES, CHANNELS_MAX),
        ReleaseAll(address),
        ReadOutputs(address),
    ),
    objection=_objection,
)

BOARD = Dialect(
    name="waveshare-modbus",
    baud=9600,
    addresses=STATIONS,
    channels_max=CHANNELS_MAX,
    forms=FORMS,
    check=CRC_16_MODBUS,
    replies_to_unlock=True,
    unlock_reply_ms_max=300,
    reply_ms_max=300,
    quiet_gap_ms=8,
    frame_silence_ms=30,
    echo_is_ambiguous=True,
    pulses_ms=PULSES_MS,
    greeting=GREETING,
)
