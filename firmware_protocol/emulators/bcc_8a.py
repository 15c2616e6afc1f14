"""The generic 8A/80 board: answers an unlock after its pulse, and hears nothing meanwhile."""

from firmware_protocol.boards import (
    ChannelStatus,
    Frame,
    ReadChannel,
    ReadStatus,
    Status,
    Unlock,
    UnlockAll,
    UnlockReply,
)
from firmware_protocol.emulators.board import EmulatedBoard

BITS_OF_16_CHANNEL_BOARD = 16
BITS = 24
"""Boards of 8 channels answer three groups too."""


class EmulatedBcc8a(EmulatedBoard):
    """One board of `firmware_protocol.boards.bcc_8a`."""

    def obey(self, frame: Frame, now_ms: float) -> None:
        """See `EmulatedBoard.obey`."""
        match frame:
            case Unlock(self.address, channel):
                self._unlock(channel, now_ms)
            case UnlockAll(self.address):
                self._unlock_all(now_ms)
            case ReadStatus(self.address):
                self.answer(now_ms + self.answer_after_ms, self._status)
            case ReadChannel(self.address, channel) if channel in self.locks:
                self.answer(now_ms + self.answer_after_ms, lambda at_ms: ChannelStatus(*self._sample(channel, at_ms)))

    def _unlock(self, channel: int, now_ms: float) -> None:
        if channel not in self.locks:
            return
        self.pulse(channel, now_ms)
        pulse_end_ms = now_ms + self.pulse_ms
        self.be_busy(pulse_end_ms)
        self.answer(pulse_end_ms + self.answer_after_ms, lambda at_ms: UnlockReply(*self._sample(channel, at_ms)))

    def _unlock_all(self, now_ms: float) -> None:
        for turn, channel in enumerate(self.locks):
            self.pulse(channel, now_ms + turn * self.pulse_ms)
        self.be_busy(now_ms + len(self.locks) * self.pulse_ms)

    def _status(self, at_ms: float) -> Status:
        bits = BITS_OF_16_CHANNEL_BOARD if 8 < len(self.locks) <= BITS_OF_16_CHANNEL_BOARD else BITS
        return Status(self.address, self.bits(bits, at_ms))

    def _sample(self, channel: int, at_ms: float) -> tuple[int, int, bool]:
        return self.address, channel, self.locks[channel].feedback(at_ms)
