"""A04 非工作时间: a door was opened when the hall is closed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from firmware_protocol.times import CHINA
from server.custody.findings.finding import CLEARED, Level, Noticed, Rule, Sighting
from server.custody.lifecycle import ItemReport
from server.custody.working_days import WEEKDAYS, Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterHours(Rule):
    """Opened before `opens`, from `closes` on, or on a day off. Bringing back late is welcome: only a yellow one.

    A cabinet that was cleared in an emergency is told by itself, and is no finding for each of its doors.
    """

    id: str = "A04"
    title: str = "非工作时间开柜"
    level: Level = Level.ORANGE
    window: str = "每次开门"
    level_if_returned: Level = Level.YELLOW
    opens: time = time(8)
    closes: time = time(18)
    calendar: Calendar = WEEKDAYS

    def judge(self, facts: Iterable[Sighting]) -> tuple[Noticed, ...]:
        """A finding for each door that opened then; `word` of a sighting is what the opening was for."""
        return tuple(
            self.notice(f"n{each.position}", each, level=self._level(each))
            for each in facts
            if each.type == "door_opened" and each.word != CLEARED and self._is_closed(each)
        )

    def _is_closed(self, each: Sighting) -> bool:
        here = each.at.astimezone(CHINA)
        return not self.calendar.is_working_day(here.date()) or not self.opens <= here.time() < self.closes

    def _level(self, each: Sighting) -> Level:
        return self.level_if_returned if each.word == ItemReport.RETURN else self.level
