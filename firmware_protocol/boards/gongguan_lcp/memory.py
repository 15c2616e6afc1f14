"""What a controller keeps through a power cut: how its last operations ended, and events that nobody has taken.

Pure. On a real controller both rings stand in FRAM or flash; each change is durable before anything follows from it.
"""

from collections import deque
from dataclasses import dataclass

from firmware_protocol.boards.controller import BoardEvent, EventCode, Result

OPERATIONS_KEPT = 64
EVENTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one operation."""

    channel: int
    result: Result


class Operations:
    """The results of the last operations by their ids. One that is in here is never done again."""

    def __init__(self) -> None:
        self._ended: dict[bytes, Ended] = {}

    def find(self, operation: bytes) -> Ended | None:
        """How it ended; `None` if it is not known (any more)."""
        return self._ended.get(operation)

    def end(self, operation: bytes, channel: int, result: Result) -> None:
        """Keep a result, in place of the oldest where there is no room. Before a coil is energised."""
        self._ended.pop(operation, None)
        self._ended[operation] = Ended(channel, result)
        if len(self._ended) > OPERATIONS_KEPT:
            del self._ended[next(iter(self._ended))]


class EventQueue:
    """Events until the host has taken them. The oldest stay when there is no room: what began it is the evidence."""

    def __init__(self) -> None:
        self._waiting: deque[BoardEvent] = deque()
        self._first_lost: BoardEvent | None = None
        self._lost = 0
        self.last = 0
        """The number of the newest event."""

    def add(self, boot: int, at_ms: int, code: int, channel: int = 0, detail: int = 0) -> None:
        """Something happened. Without room it is counted, and told as `EVENTS_LOST` as soon as there is some."""
        event = BoardEvent(self.last + 1, boot, at_ms, code, channel, detail)
        if len(self._waiting) >= EVENTS_KEPT:
            self._first_lost = self._first_lost or event
            self._lost += 1
            return
        self._waiting.append(event)
        self.last = event.number

    def oldest(self, count: int) -> tuple[BoardEvent, ...]:
        """The next so many."""
        return tuple(self._waiting)[:count]

    def taken(self, number: int) -> None:
        """The host has everything up to this one for good. A number that was not told yet changes nothing."""
        if number > self.last:
            return
        while self._waiting and self._waiting[0].number <= number:
            self._waiting.popleft()
        if self._first_lost is not None and len(self._waiting) < EVENTS_KEPT:
            lost, first = self._lost, self._first_lost
            self._first_lost, self._lost = None, 0
            self.add(first.boot, first.at_ms, EventCode.EVENTS_LOST, detail=lost)
