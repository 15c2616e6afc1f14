"""Winnsen's board: says after the pulse whether the door opened; reads one lock too, as a custom firmware does."""

from firmware_protocol.boards import (
    ChannelStatus,
    Dialect,
    Frame,
    ReadChannel,
    ReadStatus,
    Said,
    Status,
    Unlock,
    UnlockReply,
)
from firmware_protocol.emulators.board import EmulatedBoard
from firmware_protocol.emulators.lock import Fittings

BITS = 16


class EmulatedWinnsen(EmulatedBoard):
    """One board of `firmware_protocol.boards.winnsen`."""

    def __init__(self, dialect: Dialect, address: int, channels: int, fittings: Fittings) -> None:
        super().__init__(dialect, address, channels, fittings)
        self.resting: set[int] = set()
        """Channels that the custom firmware does not pulse for now."""

    def obey(self, frame: Frame, now_ms: float) -> None:
        """See `EmulatedBoard.obey`."""
        soon_ms = now_ms + self.answer_after_ms
        match frame:
            case Unlock(self.address, channel) if channel in self.resting:
                self.say(soon_ms, UnlockReply(self.address, channel, None, Said.RESTING))
            case Unlock(self.address, channel):
                self._unlock(channel, now_ms)
            case ReadStatus(self.address):
                self.answer(soon_ms, lambda at_ms: Status(self.address, self.bits(BITS, at_ms)))
            case ReadChannel(self.address, channel) if channel in self.locks:
                self.answer(soon_ms, lambda at_ms: ChannelStatus(self.address, channel, self._bit(channel, at_ms)))

    def _unlock(self, channel: int, now_ms: float) -> None:
        self.pulse(channel, now_ms)
        pulse_end_ms = now_ms + self.pulse_ms
        self.be_busy(pulse_end_ms)
        self.answer(pulse_end_ms + self.answer_after_ms, lambda at_ms: self._outcome(channel, at_ms))

    def _outcome(self, channel: int, at_ms: float) -> UnlockReply:
        is_open = channel in self.locks and self.locks[channel].is_open(at_ms)
        return UnlockReply(self.address, channel, None, Said.DONE if is_open else Said.FAILED)

    def _bit(self, channel: int, at_ms: float) -> bool:
        return self.locks[channel].feedback(at_ms)
