"""The board's half of a dialect: what every family shares. Pure: frames and the time go in, frames come out."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from heapq import heappop, heappush
from itertools import count
from math import inf

from firmware_protocol.boards import Answer, Dialect, Frame, Order, Packet
from firmware_protocol.emulators.lock import EmulatedLock, Fittings

FOR_GOOD_MS = 1_000_000_000
RESTART_MS = 500
"""From the moment the power fails until the board hears again."""


class Fault(StrEnum):
    """What is wrong with a whole board."""

    NONE = "none"
    MUTE = "mute"
    """Hears and acts, but its answers never arrive: the case in which nothing may be concluded."""
    DEAD = "dead"
    """Neither hears nor speaks."""
    MISSET = "misset"
    """Works, but is set up so that no host should use it; families without such settings just work."""


class EmulatedBoard(ABC):
    """One board with its locks, at one address. Families say how they obey; times are told, in ms of any one clock."""

    def __init__(self, dialect: Dialect, address: int, channels: int, fittings: Fittings) -> None:
        if address not in dialect.addresses or not 1 <= channels <= dialect.channels_max:
            raise ValueError(f"{dialect.name} 没有地址 {address}、{channels} 路的板。")
        self.address = address
        self.fault = Fault.NONE
        self.locks = {channel: EmulatedLock(fittings) for channel in range(1, channels + 1)}
        self.fittings = fittings
        self.pulse_ms = fittings.pulse_ms
        self.answer_after_ms = fittings.answer_after_ms
        self.claimed_address: int | None = None
        """What its answers bear instead of its own address, if anything."""
        self.power_lasts_ms: int | None = None
        """How long the supply stands a coil before the power fails and the board restarts; `None`: long enough."""
        self._dark_from_ms = inf
        self._heard_at_ms = -inf
        self._busy_until_ms = 0.0
        self._answers: list[tuple[float, int, float, Callable[[float], Answer | Packet]]] = []
        self._order = count()

    def hear(self, frame: Frame, now_ms: float) -> None:
        """A frame of the host has passed on the line, for whomever. A dead, dark or busy board misses it."""
        if self.fault is not Fault.DEAD and now_ms >= self._busy_until_ms and not self._is_dark(now_ms):
            self._heard_at_ms = now_ms
            self.obey(frame, now_ms)

    @abstractmethod
    def obey(self, frame: Frame, now_ms: float) -> None:
        """Act on a frame this board has heard; one that is not for it changes nothing."""

    @property
    def next_at_ms(self) -> float | None:
        """When the next answer is due; minus infinity if something has happened that the board is yet to notice."""
        return self._answers[0][0] if self._answers else None

    def due(self, now_ms: float) -> list[Answer | Packet]:
        """The answers whose sending begins by now, oldest first."""
        answers = []
        while self._answers and self._answers[0][0] <= now_ms:
            at_ms, _, asked_ms, compose = heappop(self._answers)
            answer = compose(at_ms)
            if not self._is_dark(at_ms) and not asked_ms < self._dark_from_ms <= at_ms:
                answers.append(self._as_sent(answer))
        return [] if self.fault in {Fault.MUTE, Fault.DEAD} else answers

    def bits(self, count: int, now_ms: float) -> tuple[bool, ...]:
        """The raw bits of channels 1 to `count`; an input without a lock is an open line, 0."""
        wired = tuple(lock.feedback(now_ms) for lock in self.locks.values())
        return (wired + (False,) * count)[:count]

    def sensors(self, count: int, now_ms: float) -> tuple[bool, ...]:
        """The raw bits of the second row of inputs, an input without a lock being 0; see `EmulatedLock.sensor`."""
        wired = tuple(lock.sensor(now_ms) for lock in self.locks.values())
        return (wired + (False,) * count)[:count]

    def pulse(self, channel: int, now_ms: float, pulse_ms: int | None = None) -> None:
        """Energise one coil, as long as the board does by itself or so long; without a lock there, just the air."""
        if channel not in self.locks:
            return
        wanted_ms = self.pulse_ms if pulse_ms is None else pulse_ms
        if self.power_lasts_ms is not None and self.power_lasts_ms < wanted_ms:
            wanted_ms = self.power_lasts_ms
            self._dark_from_ms = now_ms + wanted_ms
        self.locks[channel].pulse(wanted_ms, now_ms)

    def switch(self, channel: int, order: Order, now_ms: float) -> None:
        """Energise one coil until further notice, or no longer; any other order leaves it."""
        if order is Order.HOLD:
            self.pulse(channel, now_ms, FOR_GOOD_MS)
        elif order is Order.RELEASE and channel in self.locks:
            self.locks[channel].release(now_ms)

    def be_busy(self, until_ms: float) -> None:
        """Miss everything that is said until then."""
        self._busy_until_ms = until_ms

    def say(self, at_ms: float, answer: Answer | Packet) -> None:
        """Have this answer sent then."""
        self.answer(at_ms, lambda _at_ms: answer)

    def answer(self, at_ms: float, compose: Callable[[float], Answer | Packet]) -> None:
        """Have `compose(at_ms)` sent then; the locks are sampled at that moment."""
        heappush(self._answers, (at_ms, next(self._order), self._heard_at_ms, compose))

    def _is_dark(self, at_ms: float) -> bool:
        return self._dark_from_ms <= at_ms < self._dark_from_ms + RESTART_MS

    def _as_sent(self, answer: Answer | Packet) -> Answer | Packet:
        if self.claimed_address is None:
            return answer
        if isinstance(answer, Packet):
            return replace(answer, message=replace(answer.message, address=self.claimed_address))
        return replace(answer, address=self.claimed_address)
