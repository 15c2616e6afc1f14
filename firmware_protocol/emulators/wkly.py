"""The WKLY board: answers an unlock after its pulse, and tells every change of a door unasked."""

from math import inf

from firmware_protocol.boards import (
    Answer,
    Bit,
    ChannelStatus,
    Dialect,
    DoorReport,
    ForeignOrder,
    Frame,
    Order,
    OrderReply,
    Packet,
    ReadChannel,
    ReadStatus,
    Said,
    Status,
    Unlock,
    UnlockAll,
    UnlockReply,
)
from firmware_protocol.emulators.board import EmulatedBoard
from firmware_protocol.emulators.lock import Fittings

ORDERS_WITHOUT_CHANNEL = (Order.UNLOCK_TOGETHER, Order.UNLOCK_IN_TURN, Order.UNLOCK_ALL)


class EmulatedWkly(EmulatedBoard):
    """One board of `firmware_protocol.boards.wkly`."""

    answers_unlock = True
    """One source's board answers reads and never an unlock."""

    def __init__(self, dialect: Dialect, address: int, channels: int, fittings: Fittings) -> None:
        super().__init__(dialect, address, channels, fittings)
        self.said_of_unlock = Said.DONE
        self.unreadable: set[int] = set()
        """Channels whose lock it cannot read."""
        self._told: dict[int, Bit] = {channel: lock.feedback(-inf) for channel, lock in self.locks.items()}

    def obey(self, frame: Frame, now_ms: float) -> None:
        """See `EmulatedBoard.obey`."""
        soon_ms = now_ms + self.answer_after_ms
        match frame:
            case Unlock(self.address, channel) if channel in self.locks:
                self._unlock(channel, now_ms)
            case ReadStatus(self.address):
                self.answer(soon_ms, self._status)
            case ReadChannel(self.address, channel) if channel in self.locks:
                self.answer(soon_ms, lambda at_ms: ChannelStatus(self.address, channel, self._bit(channel, at_ms)))
            case UnlockAll(self.address):
                self._obey_order(Order.UNLOCK_ALL, tuple(self.locks), now_ms)
            case ForeignOrder(self.address, order, channels):
                self._obey_order(order, channels, now_ms)

    @property
    def next_at_ms(self) -> float | None:
        """When the next answer or report is due."""
        noticed_ms = [self._notices_at_ms(channel) for channel in self.locks]
        answer_ms = super().next_at_ms
        next_ms = min(noticed_ms if answer_ms is None else [answer_ms, *noticed_ms])
        return None if next_ms == inf else next_ms

    def due(self, now_ms: float) -> list[Answer | Packet]:
        """The answers and reports whose sending begins by now."""
        for channel, told in self._told.items():
            bit = self._bit(channel, now_ms)
            if bit is not told:
                self._told[channel] = bit
                self.say(now_ms, DoorReport(self.address, channel, bit))
        return super().due(now_ms)

    def _notices_at_ms(self, channel: int) -> float:
        """When this door is seen to have changed; minus infinity if it has."""
        return -inf if self._bit(channel, -inf) is not self._told[channel] else self.locks[channel].springs_at_ms

    def _unlock(self, channel: int, now_ms: float) -> None:
        self.pulse(channel, now_ms)
        pulse_end_ms = now_ms + self.pulse_ms
        self.be_busy(pulse_end_ms)
        if self.answers_unlock:
            self.answer(
                pulse_end_ms + self.answer_after_ms,
                lambda at_ms: UnlockReply(self.address, channel, self._bit(channel, at_ms), self.said_of_unlock),
            )

    def _obey_order(self, order: Order, channels: tuple[int, ...], now_ms: float) -> None:
        """What no host of ours orders, done as the board would."""
        for turn, channel in enumerate(channels):
            if order in ORDERS_WITHOUT_CHANNEL:
                self.pulse(channel, now_ms if order is Order.UNLOCK_TOGETHER else now_ms + turn * self.pulse_ms)
            else:
                self.switch(channel, order, now_ms)
        named = None if order in ORDERS_WITHOUT_CHANNEL else channels[0]
        is_known = all(channel in self.locks for channel in channels)
        said = Said.DONE if is_known else Said.FAILED
        self.say(now_ms + self.answer_after_ms, OrderReply(self.address, order, named, said))

    def _status(self, at_ms: float) -> Status:
        return Status(self.address, tuple(self._bit(channel, at_ms) for channel in self.locks))

    def _bit(self, channel: int, at_ms: float) -> Bit:
        bit = self.locks[channel].feedback(at_ms)
        return None if channel in self.unreadable else bit
