"""The time that use cases are told: never behind the server's newest entry, unless the log says that it stepped."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from firmware_protocol.times import CHINA
from server.ledger.clock_steps import STEPPED, Reading, step_ms
from server.store.work import Work

_LONG_PAST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Step:
    """The clock stepped by `ms`; `said` is done once an entry about it is committed, and fails with that entry."""

    ms: int
    said: "Future[Any]"


def nobody_counts() -> None:
    """Where nothing counts the milliseconds that only ever grow: steps forward are not seen then."""


class ServerClock:
    """Two clocks of one machine: the wall clock, and one that nobody can set. For the writer's thread alone."""

    def __init__(self, wall: Callable[[], datetime], steady_ms: Callable[[], int | None] = nobody_counts) -> None:
        self._wall, self._steady_ms = wall, steady_ms
        self._right = self._read()
        self._floor = _LONG_PAST

    def look(self, newest: datetime | None) -> Step | None:
        """Before each group: has the clock stepped since it was last right? `newest`: the server's newest entry's time.

        A step is answered again until `said` is done, so one that could not be committed is not forgotten.
        """
        reading = self._read()
        ms = step_ms(self._right, reading, newest)
        self._floor = newest if newest is not None and not ms else reading.wall
        if not ms:
            return None
        step = Step(ms, Future())
        step.said.add_done_callback(partial(self._is_said, reading))
        return step

    def now(self) -> datetime:
        """The time, to the millisecond; it does not go back between two looks."""
        self._floor = max(self._floor, _to_the_ms(self._wall()))
        return self._floor

    def _read(self) -> Reading:
        return Reading(_to_the_ms(self._wall()), self._steady_ms())

    def _is_said(self, reading: Reading, said: "Future[Any]") -> None:
        if said.exception() is None:
            self._right = reading


def record_step(work: Work, ms: int) -> None:
    """Say in the log by how much the server's clock stepped, forward or back."""
    work.record(STEPPED, {"step_ms": ms})


def _to_the_ms(moment: datetime) -> datetime:
    """What entries and tables can hold, so that facts are the same before and after they were stored."""
    return moment.astimezone(CHINA).replace(microsecond=moment.microsecond // 1000 * 1000)
