"""A27 日志链断、时钟漂移、离线: a record that cannot be relied on, or is not coming in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from firmware_protocol.times import CHINA, time_ms
from server.custody.findings.finding import Grounds, Level, Noticed, Rule, Sighting
from server.custody.working_days import WEEKDAYS, Calendar

MINUTE = timedelta(minutes=1)
MS_PER_SECOND = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Away(Grounds):
    """An agent that has not been heard of since `since`, as seen at `seen_at`."""

    agent: str
    since: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BreaksInTheRecord(Rule):
    """Two entries under one number, two histories, another body, a log found wrong; clocks that jump; silence."""

    id: str = "A27"
    title: str = "日志链断、时钟漂移或离线"
    level: Level = Level.ORANGE
    window: str = "每次报告；工作时间离线 10 分钟"
    level_if_broken: Level = Level.RED
    breaks: frozenset[str] = frozenset(
        ("foreign_type", "body_differs", "malformed", "journal_behind", "broken_chain", "equivocation")
    )
    failed: str = "failed"
    steps: frozenset[str] = frozenset(("clock_stepped", "server_clock_stepped"))
    clock_step_max: timedelta = timedelta(seconds=30)
    away_max: timedelta = timedelta(minutes=10)
    opens: time = time(8)
    closes: time = time(18)
    calendar: Calendar = WEEKDAYS

    def judge(self, facts: Iterable[Sighting | Away]) -> tuple[Noticed, ...]:
        """A finding for each break, jump and silence."""
        noticed = (self._of_entry(each) if isinstance(each, Sighting) else self._of_silence(each) for each in facts)
        return tuple(each for each in noticed if each is not None)

    def _of_entry(self, each: Sighting) -> Noticed | None:
        key = f"n{each.position}"
        is_contradiction = each.type == "device_contradiction" and each.word in self.breaks
        is_wrong = each.type == "verification_run" and each.word == self.failed
        if each.type in ("device_equivocated", "log_disputed") or is_contradiction or is_wrong:
            return self.notice(key, each, level=self.level_if_broken)
        if each.type in self.steps and abs(timedelta(milliseconds=each.milliseconds)) > self.clock_step_max:
            return self.notice(key, each, {"clock_seconds": each.milliseconds // MS_PER_SECOND})
        return None

    def _of_silence(self, each: Away) -> Noticed | None:
        """Only what was silent for `away_max` of opening hours counts: nobody is at the hall at night."""
        was_open = self._is_open(each.seen_at) and self._is_open(each.seen_at - self.away_max)
        silent = each.seen_at - each.since
        if silent <= self.away_max or not was_open:
            return None
        return self.notice(f"{each.agent}:{time_ms(each.since)}", each, {"minutes_away": silent // MINUTE})

    def _is_open(self, at: datetime) -> bool:
        here = at.astimezone(CHINA)
        return self.calendar.is_working_day(here.date()) and self.opens <= here.time() < self.closes
