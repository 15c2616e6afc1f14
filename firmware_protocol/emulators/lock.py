"""One lock and its door as they behave: a latch that a pulse releases, and a door that a spring or a hand opens."""

from dataclasses import dataclass
from math import inf
from typing import Literal


@dataclass(frozen=True, slots=True)
class Fittings:
    """How the locks are built and wired; times in ms."""

    closed_bit: int = 1
    """The raw feedback bit of a closed door: depends on the switch in the lock."""
    pulse_ms: int = 300
    """How long an unlock releases the latch."""
    springs_open_ms: int | None = 80
    """How long after the release the door springs open; `None`: a person has to pull it during the pulse."""
    answer_after_ms: int = 2
    """How long the board thinks before it answers a read."""
    feedback: Literal["door", "lock"] = "door"
    """What the feedback switch feels: the leaf, or the hook."""
    sensors: Literal["items", "doors"] = "items"
    """What is wired to the second row of inputs, where the family has one: light barriers, or door contacts."""


class EmulatedLock:
    """A latch and a door. Every time is told, in ms of any one clock."""

    def __init__(self, fittings: Fittings) -> None:
        self._fittings = fittings
        self._is_open = False
        self._released_until_ms = 0.0
        self.springs_at_ms = inf
        """When the door will spring open; infinity if it will not."""
        self.is_jammed = False
        """A jammed latch takes the pulse and does not move."""
        self.is_wire_cut = False
        """A cut feedback wire is an open line: the board reads 0 whatever the door does."""
        self.is_inverted = False
        """A switch of the other kind: the feedback says the opposite of what the cabinet was commissioned for."""
        self.is_unhooked = False
        """The hook has let go of a shut door: worn out, or picked."""
        self.has_item = False
        """Whether something stands before the infrared sensor."""
        self.pulses = 0
        """How often the coil was energised."""

    def pulse(self, pulse_ms: int, now_ms: float) -> None:
        """Energise the coil."""
        self.pulses += 1
        if self.is_jammed:
            return
        self._released_until_ms = now_ms + pulse_ms
        spring_ms = self._fittings.springs_open_ms
        if spring_ms is not None and spring_ms <= pulse_ms:
            self.springs_at_ms = now_ms + spring_ms

    def release(self, now_ms: float) -> None:
        """Let go of the coil: the latch holds again, unless the door has sprung open."""
        self.is_open(now_ms)
        self._released_until_ms, self.springs_at_ms = now_ms, inf

    def is_open(self, now_ms: float) -> bool:
        """Whether the door stands open."""
        if now_ms >= self.springs_at_ms:
            self._is_open, self.springs_at_ms = True, inf
        return self._is_open

    def is_locked(self, now_ms: float) -> bool:
        """Whether the hook holds the leaf."""
        return not self.is_open(now_ms) and not self.is_unhooked and now_ms >= self._released_until_ms

    def pull(self, now_ms: float) -> bool:
        """A person pulls the handle; answers whether the door is open now."""
        self._is_open = not self.is_locked(now_ms)
        return self._is_open

    def force(self) -> None:
        """A crowbar: the door is open, latch or no latch."""
        self._is_open = True

    def close(self) -> None:
        """A person pushes the door shut; the latch catches."""
        self._is_open, self.springs_at_ms, self._released_until_ms = False, inf, 0.0
        self.is_unhooked = False

    def feedback(self, now_ms: float) -> bool:
        """The raw bit on the feedback line."""
        is_loose = self.is_open(now_ms) if self._fittings.feedback == "door" else not self.is_locked(now_ms)
        if self.is_wire_cut:
            return False
        return (is_loose != bool(self._fittings.closed_bit)) != self.is_inverted

    def sensor(self, now_ms: float) -> bool:
        """The raw bit of the second row: 1 where something stands before the barrier, or the door is shut."""
        return self.has_item if self._fittings.sensors == "items" else not self.is_open(now_ms)
