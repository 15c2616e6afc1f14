"""KERONG KR-CU16: says nothing to an unlock; the status tells."""

from firmware_protocol.boards import Frame, ReadEveryBoard, ReadStatus, SetPulse, Status, Unlock, UnlockAll
from firmware_protocol.emulators.board import EmulatedBoard

BITS = 16
TURN_MS = 15
"""Each board's turn in the answers to a bus-wide read: longer than one answer at 19200 baud."""


class EmulatedCu16(EmulatedBoard):
    """One board of `firmware_protocol.boards.kerong_cu16`."""

    def obey(self, frame: Frame, now_ms: float) -> None:
        """See `EmulatedBoard.obey`."""
        match frame:
            case Unlock(self.address, channel):
                self.pulse(channel, now_ms)
            case UnlockAll(self.address):
                for channel in self.locks:
                    self.pulse(channel, now_ms)
            case ReadStatus(self.address):
                self.answer(now_ms + self.answer_after_ms, self._status)
            case ReadEveryBoard():
                self.answer(now_ms + self.answer_after_ms + self.address * TURN_MS, self._status_to_every_board)
            case SetPulse(self.address, pulse_ms):
                self.pulse_ms = pulse_ms

    def _status(self, at_ms: float) -> Status:
        return Status(self.address, self.bits(BITS, at_ms), self.sensors(BITS, at_ms))

    def _status_to_every_board(self, at_ms: float) -> Status:
        return Status(self.address, self.bits(BITS, at_ms), self.sensors(BITS, at_ms), to_every_board=True)
