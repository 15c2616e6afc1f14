"""Waveshare's relay and input board: repeats what it is told, and times the pulse itself."""

from firmware_protocol.boards import (
    AddressTold,
    AskAddress,
    Dialect,
    ForeignOrder,
    Frame,
    Order,
    OrderReply,
    Outputs,
    ReadOutputs,
    ReadRegisters,
    ReadStatus,
    Refusal,
    Registers,
    ReleaseAll,
    ReleasedAll,
    Status,
    Unlock,
    UnlockReply,
)
from firmware_protocol.emulators.board import FOR_GOOD_MS, EmulatedBoard, Fault
from firmware_protocol.emulators.lock import Fittings

OUTPUTS = range(1, 9)
CONTROL_MODES = range(0x1000, 0x1008)
NORMAL, LINKED = 0, 1
READ_REGISTERS, NO_SUCH_REGISTER = 0x03, 0x02


class EmulatedWaveshare(EmulatedBoard):
    """One board of `firmware_protocol.boards.waveshare_modbus`. Under `Fault.MISSET` its inputs drive its outputs."""

    def __init__(self, dialect: Dialect, address: int, channels: int, fittings: Fittings) -> None:
        super().__init__(dialect, address, channels, fittings)
        self.energised_until_ms = dict.fromkeys(OUTPUTS, 0.0)

    def obey(self, frame: Frame, now_ms: float) -> None:
        """See `EmulatedBoard.obey`."""
        soon_ms = now_ms + self.answer_after_ms
        match frame:
            case Unlock(self.address, channel, pulse_ms):
                self._energise(channel, now_ms, pulse_ms or 0)
                self.say(soon_ms, UnlockReply(self.address, channel, None, pulse_ms=pulse_ms))
            case ReadStatus(self.address):
                self.answer(soon_ms, lambda at_ms: Status(self.address, self.bits(len(OUTPUTS), at_ms)))
            case ReadOutputs(self.address):
                self.answer(soon_ms, lambda at_ms: Outputs(self.address, self._outputs(at_ms)))
            case ReadRegisters(self.address, first, count):
                self.say(soon_ms, self._registers(range(first, first + count)))
            case ReleaseAll(self.address):
                self._switch(Order.RELEASE, tuple(OUTPUTS), now_ms)
                self.say(soon_ms, ReleasedAll(self.address))
            case ForeignOrder(self.address, order, channels, time_ms):
                self._switch(order, channels or tuple(OUTPUTS), now_ms)
                named = channels[0] if channels else None
                self.say(soon_ms, OrderReply(self.address, order, named, time_ms=time_ms))
            case AskAddress():
                self.say(soon_ms, AddressTold(self.address))

    def _energise(self, channel: int, now_ms: float, pulse_ms: int) -> None:
        self.energised_until_ms[channel] = now_ms + pulse_ms
        self.pulse(channel, now_ms, pulse_ms)

    def _switch(self, order: Order, channels: tuple[int, ...], now_ms: float) -> None:
        for channel in channels:
            is_on = now_ms < self.energised_until_ms[channel]
            if order is Order.HOLD or (order is Order.TOGGLE and not is_on):
                self._energise(channel, now_ms, FOR_GOOD_MS)
            else:
                self.energised_until_ms[channel] = now_ms
                self.switch(channel, Order.RELEASE, now_ms)

    def _outputs(self, at_ms: float) -> tuple[bool, ...]:
        return tuple(at_ms < until_ms for until_ms in self.energised_until_ms.values())

    def _registers(self, wanted: range) -> Registers | Refusal:
        """The control modes; it has no other settings here."""
        if wanted[0] not in CONTROL_MODES or wanted[-1] not in CONTROL_MODES:
            return Refusal(self.address, READ_REGISTERS, NO_SUCH_REGISTER)
        mode = LINKED if self.fault is Fault.MISSET else NORMAL
        return Registers(self.address, (mode,) * len(wanted))
