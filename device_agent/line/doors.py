"""From raw reads to what counts: a door with its lock, and what a light barrier says."""

from typing import Generic, TypeVar

from device_agent.line.reports import DoorState
from device_agent.line.wiring import Timing
from firmware_protocol.boards import LockSaid

T = TypeVar("T")


class Steady(Generic[T]):
    """Debounces one thing that is read: it counts once enough equal reads lie far enough apart."""

    def __init__(self, timing: Timing, unknown: T) -> None:
        """Until then it is `unknown`."""
        self._timing = timing
        self.value = unknown
        self.seen = unknown
        """The last read."""
        self._since_ms = 0.0
        self._reads = 0

    def see(self, seen: T, now_ms: float) -> None:
        """One read."""
        if seen != self.seen:
            self.seen, self._since_ms, self._reads = seen, now_ms, 0
        self._reads += 1
        if self._reads >= self._timing.steady_reads and now_ms - self._since_ms >= self._timing.steady_ms:
            self.value = seen

    def settle(self, value: T) -> None:
        """It is known for another reason."""
        self.value, self.seen, self._reads = value, value, 0


class Door:
    """One door with its lock, debounced together."""

    def __init__(self, timing: Timing) -> None:
        self._steady = Steady(timing, (DoorState.UNKNOWN, LockSaid.UNKNOWN))

    @property
    def state(self) -> DoorState:
        """How it stands."""
        return self._steady.value[0]

    @property
    def lock(self) -> LockSaid:
        """What its lock says."""
        return self._steady.value[1]

    @property
    def is_quiet(self) -> bool:
        """Closed, and nothing says otherwise."""
        return self.state is DoorState.CLOSED and self._steady.seen[0] is DoorState.CLOSED

    def see(self, seen: DoorState, now_ms: float, lock: LockSaid = LockSaid.UNKNOWN) -> None:
        """One read."""
        self._steady.see((seen, lock), now_ms)

    def settle(self, state: DoorState, lock: LockSaid = LockSaid.UNKNOWN) -> None:
        """The state is known for another reason: an unlock was confirmed, or the board is lost."""
        self._steady.settle((state, lock))
