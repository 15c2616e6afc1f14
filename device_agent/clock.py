"""What this machine knows of the time, and how well: `sync`, `rtc`, `floor` or `unknown`.

A Raspberry Pi that lost power wakes up at the last time it saved, so its wall clock proves nothing by itself. It is
held against the times the server signed; `floor` is the newest time that is certainly past. The readings:

* `sync`: a time signed during this run agreed with the wall clock within `AGREEMENT_S`; the error grows with the drift.
* `rtc`: not yet heard from the server, but there is a battery clock, it is not behind the floor, and the newest signed
  time is less than `RTC_TRUST_D` days old, so that a clock gone wild does not pass for a good one.
* `floor`: the wall clock is behind the floor, so it is wrong; the floor stands in for it.
* `unknown`: nothing speaks against the wall clock and nothing for it.

Only `sync` and `rtc` have an upper bound, and windows are judged by the worse end of the interval: an unknown time can
refuse a take, never allow one.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from firmware_protocol.entries import ClockQuality
from firmware_protocol.permit_checks import Clock

AGREEMENT_S = 5
DRIFT_PPM = 100
RTC_ERROR_S = 120
RTC_TRUST_D = 90
STEP_MS = 2000
LONG_PAST = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks of the machine at one moment: the wall clock and the milliseconds that only ever grow."""

    wall: datetime
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Timekeeper:
    """What is known about the wall clock. Pure: it is told every reading and every signed time.

    `floor` is certainly past (None before the first signed time). `agreed` is the reading at which a signed time last
    agreed with the wall clock and no step came since. `last` is the newest reading, to notice steps.
    """

    has_hardware_clock: bool
    floor: datetime | None = None
    signed: datetime | None = None
    agreed: Reading | None = None
    last: Reading | None = None

    def hear(self, signed_at: datetime, reading: Reading) -> "Timekeeper":
        """The server signed `signed_at`: it is past now, and if it agrees with the wall clock, that one is right."""
        signed = signed_at if self.signed is None else max(signed_at, self.signed)
        floor = signed if self.floor is None else max(signed, self.floor)
        is_newest = signed == signed_at
        agrees = is_newest and abs(reading.wall - signed_at) <= timedelta(seconds=AGREEMENT_S)
        return replace(self, signed=signed, floor=floor, agreed=reading if agrees else self.agreed)

    def observe(self, reading: Reading) -> tuple["Timekeeper", int]:
        """Take a reading; the second value is by how many ms the wall clock stepped since the last one, 0 mostly.

        After a step the agreement with the server is void. While in `sync` the floor follows the time.
        """
        step_ms = self._step_ms(reading)
        keeper = replace(self, last=reading, agreed=None) if step_ms else replace(self, last=reading)
        clock = keeper.clock(reading)
        if clock.quality == "sync" and (keeper.floor is None or clock.earliest > keeper.floor):
            keeper = replace(keeper, floor=clock.earliest)
        return keeper, step_ms

    def quality(self, reading: Reading) -> ClockQuality:
        """How good the wall clock is at this reading."""
        if self.floor is not None and reading.wall < self.floor - timedelta(seconds=AGREEMENT_S):
            return "floor"
        if self.agreed is not None:
            return "sync"
        return "rtc" if self.has_hardware_clock and self._is_recent(reading) else "unknown"

    def clock(self, reading: Reading) -> Clock:
        """The interval the true time lies in, as the permit checks want it."""
        quality = self.quality(reading)
        if quality == "sync":
            return self._around(reading.wall, self._sync_error(reading), quality)
        if quality == "rtc":
            return self._around(reading.wall, timedelta(seconds=RTC_ERROR_S), quality)
        return Clock(earliest=self.floor or LONG_PAST, latest=None, quality=quality)

    def best(self, reading: Reading) -> datetime:
        """The time to write down: the wall clock, or the floor where the wall clock is behind it."""
        return reading.wall if self.floor is None else max(reading.wall, self.floor)

    def _around(self, wall: datetime, error: timedelta, quality: ClockQuality) -> Clock:
        earliest = wall - error
        return Clock(earliest if self.floor is None else max(earliest, self.floor), wall + error, quality)

    def _sync_error(self, reading: Reading) -> timedelta:
        since_ms = reading.elapsed_ms - self.agreed.elapsed_ms if self.agreed else 0
        return timedelta(seconds=AGREEMENT_S, milliseconds=since_ms * DRIFT_PPM // 1_000_000)

    def _is_recent(self, reading: Reading) -> bool:
        return self.signed is not None and reading.wall - self.signed <= timedelta(days=RTC_TRUST_D)

    def _step_ms(self, reading: Reading) -> int:
        if self.last is None:
            return 0
        wall_ms = (reading.wall - self.last.wall) // timedelta(milliseconds=1)
        step_ms = wall_ms - (reading.elapsed_ms - self.last.elapsed_ms)
        return step_ms if abs(step_ms) > STEP_MS else 0
