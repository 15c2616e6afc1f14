"""A serial line with emulated boards on it: bytes and the time go in, bytes come out when they have passed the wire."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from firmware_protocol.boards import Dialect, Frame, Side, wire_ms
from firmware_protocol.emulators.board import EmulatedBoard
from firmware_protocol.emulators.weather import Weather


@dataclass(frozen=True, slots=True)
class Heard:
    """One frame of the host, and when its first byte began on the wire (ms of the clock told to the bus)."""

    frame: Frame
    first_byte_ms: float


@dataclass(frozen=True, slots=True)
class OnWire:
    """One byte and the time it occupies."""

    octet: int
    starts_ms: float
    passed_ms: float


class Wire:
    """One direction of the line: bytes pass one after another at the baud rate."""

    def __init__(self, baud: int) -> None:
        self._octet_ms = wire_ms(1, baud)
        self._passing: deque[OnWire] = deque()
        self._free_at_ms = 0.0

    def put(self, octets: bytes, now_ms: float) -> None:
        """Start sending these bytes now, or after those before them."""
        for octet in octets:
            starts_ms = max(now_ms, self._free_at_ms)
            self._free_at_ms = starts_ms + self._octet_ms
            self._passing.append(OnWire(octet, starts_ms, self._free_at_ms))

    @property
    def next_at_ms(self) -> float:
        """When the next byte has passed; infinity if none is under way."""
        return self._passing[0].passed_ms if self._passing else inf

    def take(self, now_ms: float) -> list[OnWire]:
        """The bytes that have passed by now."""
        passed = []
        while self._passing and self._passing[0].passed_ms <= now_ms:
            passed.append(self._passing.popleft())
        return passed

    def clear(self) -> None:
        """Lose what is under way."""
        self._passing.clear()


class EmulatedBus:
    """All boards of one line. Pure; `advance` with the time as often as `next_at_ms` says, or later.

    `has_echo` emulates a two-wire adapter that hears its own sending.
    """

    def __init__(self, dialect: Dialect, boards: Iterable[EmulatedBoard], baud: int, *, has_echo: bool = False) -> None:
        self.dialect = dialect
        self.boards = {board.address: board for board in boards}
        self._to_boards, self._to_host = Wire(baud), Wire(baud)
        self._decoder = dialect.decoder(Side.HOST)
        self.has_echo = has_echo
        self.weather = Weather()
        self._octet_starts_ms: deque[float] = deque(maxlen=dialect.octets_max(Side.HOST))
        self._last_passed_ms = 0.0
        self.is_cut = False
        """A cut line loses every byte, in both directions."""
        self._heard: list[Heard] = []

    @property
    def next_at_ms(self) -> float:
        """When something happens next by itself; infinity if nothing will, minus infinity if it has already."""
        answers = [at_ms for board in self.boards.values() if (at_ms := board.next_at_ms) is not None]
        return min(self._to_boards.next_at_ms, self._to_host.next_at_ms, *answers, inf)

    def hear(self, octets: bytes, now_ms: float) -> None:
        """The host put these bytes on the line."""
        self._to_boards.put(octets, now_ms)

    def advance(self, now_ms: float) -> bytes:
        """Let everything happen that happens by now, in order; answers the bytes that reached the host."""
        reached = bytearray()
        while (next_ms := self.next_at_ms) <= now_ms:
            at_ms = now_ms if next_ms == -inf else next_ms
            for passed in self._to_boards.take(at_ms):
                self._arrive(passed)
            for board in self.boards.values():
                for answer in board.due(at_ms):
                    self._to_host.put(self.dialect.encode(answer), at_ms)
            for passed in self._to_host.take(at_ms):
                reached += self.weather.over(passed.octet)
            if self.is_cut:
                reached.clear()
        return bytes(reached)

    def take_heard(self) -> list[Heard]:
        """The host's frames since the last call, oldest first, whether or not a board listened."""
        heard, self._heard = self._heard, []
        return heard

    def _arrive(self, passed: OnWire) -> None:
        if self.is_cut:
            return
        if self.has_echo:
            self._to_host.put(bytes((passed.octet,)), passed.starts_ms)
        if passed.starts_ms - self._last_passed_ms >= self.dialect.frame_silence_ms:
            self._decoder.idle()
        self._last_passed_ms = passed.passed_ms
        for octet in self.weather.over(passed.octet):
            self._hear(octet, passed)

    def _hear(self, octet: int, passed: OnWire) -> None:
        self._octet_starts_ms.append(passed.starts_ms)
        for frame in self._decoder.feed(bytes((octet,))):
            self._heard.append(Heard(frame, self._octet_starts_ms[-len(self._decoder.octets[0])]))
            for board in self.boards.values():
                board.hear(frame, passed.passed_ms)
