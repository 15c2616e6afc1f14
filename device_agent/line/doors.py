"""From raw reads to the state of a door."""

from device_agent.line.reports import DoorState
from device_agent.line.wiring import Timing


class Door:
    """Debounces one door: a state counts once enough equal reads lie far enough apart."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self.state = DoorState.UNKNOWN
        self._seen = DoorState.UNKNOWN
        self._since_ms = 0.0
        self._reads = 0

    @property
    def is_quiet(self) -> bool:
        """Closed, and nothing says otherwise."""
        return self.state is DoorState.CLOSED and self._seen is DoorState.CLOSED

    def see(self, seen: DoorState, now_ms: float) -> None:
        """One read."""
        if seen is not self._seen:
            self._seen, self._since_ms, self._reads = seen, now_ms, 0
        self._reads += 1
        if self._reads >= self._timing.steady_reads and now_ms - self._since_ms >= self._timing.steady_ms:
            self.state = seen

    def settle(self, state: DoorState) -> None:
        """The state is known for another reason: an unlock was confirmed, or the board is lost."""
        self.state, self._seen, self._reads = state, state, 0
