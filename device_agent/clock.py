"""What this machine knows of the time, and how well: `sync`, `rtc`, `floor` or `unknown`.

A Raspberry Pi that lost power wakes up at the last time it saved, so its wall clock proves nothing by itself. It is
held against the times the server signed; `floor` is the newest time that is certainly past. The readings:

* `sync`: an answer that the server signed during this run, and that came soon, agreed with the wall clock within
  `AGREEMENT_S`; the error grows with the drift.
* `rtc`: not yet heard from the server, but there is a battery clock, it is not behind the floor, and the newest signed
  time is less than `RTC_TRUST_D` days old, so that a clock gone wild does not pass for a good one. A clock that was
  seen to step is nobody's battery clock: it proves nothing more until the server agrees with it again.
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
    agreed with the wall clock and no step came since. `last` is the newest reading, to notice steps; `has_stepped`: one
    came since anybody agreed. `stepped_ms` is by how much the wall clock stepped since this run began, all in all.
    """

    has_hardware_clock: bool
    floor: datetime | None = None
    signed: datetime | None = None
    agreed: Reading | None = None
    last: Reading | None = None
    has_stepped: bool = False
    stepped_ms: int = 0

    def hear(self, signed_at: datetime, reading: Reading, asked_ms: int) -> "Timekeeper":
        """The server signed `signed_at` in answer to what this run said at `asked_ms` of the clock that only grows.

        So it is at least `signed_at` now, and at most as long after it as the answer took. Where all of that is within
        `AGREEMENT_S` of the wall clock, that one is right; an answer that was kept back proves nothing but the floor.
        """
        keeper = self.hear_of_past(signed_at)
        latest = signed_at + timedelta(milliseconds=reading.elapsed_ms - asked_ms)
        error = timedelta(seconds=AGREEMENT_S)
        agrees = reading.wall - error <= signed_at and latest <= reading.wall + error
        is_newest = keeper.signed == signed_at
        return replace(keeper, agreed=reading, has_stepped=False) if agrees and is_newest else keeper

    def hear_of_past(self, signed_at: datetime) -> "Timekeeper":
        """The server signed `signed_at` in a document that may have been under way for days: it is past, no more."""
        signed = signed_at if self.signed is None else max(signed_at, self.signed)
        floor = signed if self.floor is None else max(signed, self.floor)
        return replace(self, signed=signed, floor=floor)

    def observe(self, reading: Reading) -> tuple["Timekeeper", int]:
        """Take a reading; the second value is by how many ms the wall clock stepped since the last one, 0 mostly.

        Many small steps are one: they are summed up from the reading at which the server agreed. After a step that
        agreement is void. While in `sync` the floor follows the time.
        """
        step_ms = self._step_ms(reading)
        keeper = replace(self, last=reading, stepped_ms=self.stepped_ms + step_ms)
        keeper = replace(keeper, agreed=None, has_stepped=True) if step_ms else keeper
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
        is_trusted = self.has_hardware_clock and not self.has_stepped
        return "rtc" if is_trusted and self._is_recent(reading) else "unknown"

    def clock(self, reading: Reading) -> Clock:
        """The interval the true time lies in, as the permit checks want it."""
        quality = self.quality(reading)
        if quality == "sync":
            return self._in_agreement(reading)
        if quality == "rtc":
            error = timedelta(seconds=RTC_ERROR_S)
            return self._between(reading.wall - error, reading.wall + error, quality)
        return Clock(earliest=self.floor or LONG_PAST, latest=None, quality=quality)

    def best(self, reading: Reading) -> datetime:
        """The time to write down: the wall clock, or the floor where the wall clock is behind it."""
        return reading.wall if self.floor is None else max(reading.wall, self.floor)

    def counted(self, signed_at: datetime, asked_ms: int) -> datetime | None:
        """From when a later run may count how long ago it was that the server signed this; None: it cannot.

        That is no later than what the server says, whose clock may be ahead, nor than what the battery clock said at
        `asked_ms`: the wall clock as this run found it, without the steps that came since.
        """
        if not self.has_hardware_clock or self.last is None:
            return None
        since_ms = asked_ms - self.last.elapsed_ms - self.stepped_ms
        return min(signed_at, self.last.wall + timedelta(milliseconds=since_ms))

    def _in_agreement(self, reading: Reading) -> Clock:
        """Around the wall clock and around the time that has passed since the agreement: small steps hide no error."""
        agreed = self.agreed or reading
        passed_ms = reading.elapsed_ms - agreed.elapsed_ms
        counted = agreed.wall + timedelta(milliseconds=passed_ms)
        error = timedelta(seconds=AGREEMENT_S, milliseconds=passed_ms * DRIFT_PPM // 1_000_000)
        return self._between(min(reading.wall, counted) - error, max(reading.wall, counted) + error, "sync")

    def _between(self, earliest: datetime, latest: datetime, quality: ClockQuality) -> Clock:
        return Clock(earliest if self.floor is None else max(earliest, self.floor), latest, quality)

    def _is_recent(self, reading: Reading) -> bool:
        return self.signed is not None and reading.wall - self.signed <= timedelta(days=RTC_TRUST_D)

    def _step_ms(self, reading: Reading) -> int:
        steps = [_gone_astray_ms(since, reading) for since in (self.last, self.agreed) if since is not None]
        return next((step_ms for step_ms in steps if abs(step_ms) > STEP_MS), 0)


def _gone_astray_ms(since: Reading, reading: Reading) -> int:
    """By how much the wall clock went further than the milliseconds that only ever grow."""
    return (reading.wall - since.wall) // timedelta(milliseconds=1) - (reading.elapsed_ms - since.elapsed_ms)
