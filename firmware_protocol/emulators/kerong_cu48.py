"""KERONG CU48 and CU48B: the first says nothing to an unlock, the second says what drivers disagree about."""

from typing import Literal

from firmware_protocol.boards import (
    Frame,
    ReadEveryBoard,
    ReadStatus,
    Status,
    Unlock,
    UnlockAll,
    UnlockEveryBoard,
    UnlockReply,
)
from firmware_protocol.emulators.board import EmulatedBoard

BITS = 48
TURN_MS = 15
"""Each board's turn in the answers to a bus-wide read: longer than one answer at 19200 baud."""


class EmulatedCu48(EmulatedBoard):
    """One board of `firmware_protocol.boards.kerong_cu48`."""

    def obey(self, frame: Frame, now_ms: float) -> None:
        """See `EmulatedBoard.obey`."""
        match frame:
            case Unlock(self.address, channel):
                self.pulse(channel, now_ms)
                self._reply_to_unlock(channel, now_ms)
            case UnlockAll(self.address) | UnlockEveryBoard():
                for channel in self.locks:
                    self.pulse(channel, now_ms)
            case ReadStatus(self.address):
                self.answer(now_ms + self.answer_after_ms, self._status)
            case ReadEveryBoard():
                self.answer(now_ms + self.answer_after_ms + self.address * TURN_MS, self._status)

    def _reply_to_unlock(self, _channel: int, _now_ms: float) -> None:
        pass

    def _status(self, at_ms: float) -> Status:
        return Status(self.address, self.bits(BITS, at_ms))


class EmulatedCu48b(EmulatedCu48):
    """One board of `firmware_protocol.boards.kerong_cu48b`."""

    unlock_answer: Literal["none", "short", "status"] = "short"
    """What it says to an unlock: sources know the last two."""

    def _reply_to_unlock(self, channel: int, now_ms: float) -> None:
        at_ms = now_ms + self.answer_after_ms
        if self.unlock_answer == "short":
            self.say(at_ms, UnlockReply(self.address, channel, bit=None))
        elif self.unlock_answer == "status":
            self.answer(at_ms, self._status)

    def _status(self, at_ms: float) -> Status:
        return Status(self.address, self.bits(BITS, at_ms), self.sensors(BITS, at_ms))
