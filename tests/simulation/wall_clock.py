"""The server's wall clock, which somebody may set; true time is the timeline's."""

from datetime import datetime, timedelta

from firmware_protocol.times import time_ms
from tests.simulation.timeline import Timeline

LONG_AGO_MS = -1e12


class WallClock:
    """Call it for what it says. `ahead_ms` is by how much it is wrong."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline, self.ahead_ms = timeline, 0.0
        self._every_ahead_ms = {self.ahead_ms}
        self._said_ms: dict[int, float] = {}

    def __call__(self) -> datetime:
        """The time, as far as it knows."""
        at = self._at(self.ahead_ms)
        self._said_ms[time_ms(at)] = self._timeline.now_ms
        return at

    def set(self, ahead_ms: float) -> None:
        """Somebody sets it, so that it is wrong by this much."""
        self.ahead_ms = ahead_ms
        self._every_ahead_ms.add(ahead_ms)

    def times(self) -> tuple[datetime, ...]:
        """The time as it is, and as it would be had the clock stayed as it was set, each time that it was."""
        return tuple(self._at(ahead_ms) for ahead_ms in sorted(self._every_ahead_ms))

    def said_ms(self, at: datetime) -> float:
        """When, in true time, it last said so; long ago where it never did."""
        return self._said_ms.get(time_ms(at), LONG_AGO_MS)

    def _at(self, ahead_ms: float) -> datetime:
        return self._timeline.now + timedelta(milliseconds=ahead_ms)
