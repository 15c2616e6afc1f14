"""The last contact with the server, and how long ago it can be. Pure.

Within a run that is counted by the clock that only grows, so no wall clock matters, neither this machine's nor the
server's. How long the power was off only a battery clock knows; without one, what an earlier run heard counts no more.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from device_agent.clock import DRIFT_PPM
from firmware_protocol.permit_checks import Clock


@dataclass(frozen=True, slots=True)
class Contact:
    """The server answered, and signed at `at` by its own clock.

    `asked_ms` is when this run had asked, by the clock that only grows; None: an earlier run had. `counted` is a time
    no later than the contact, whether the server's clock or the battery's was ahead; None without a battery clock.
    """

    at: datetime
    asked_ms: int | None = None
    counted: datetime | None = None

    def age_max(self, clock: Clock, elapsed_ms: int) -> timedelta | None:
        """How long ago it is at most; None when nobody knows."""
        if self.asked_ms is not None:
            passed_ms = elapsed_ms - self.asked_ms
            return timedelta(milliseconds=passed_ms + passed_ms * DRIFT_PPM // 1_000_000)
        return None if self.counted is None or clock.latest is None else clock.latest - self.counted

    def age(self, at: datetime, elapsed_ms: int) -> timedelta:
        """How long ago it is as far as people are told, the best time being `at`."""
        return at - self.at if self.asked_ms is None else timedelta(milliseconds=elapsed_ms - self.asked_ms)
