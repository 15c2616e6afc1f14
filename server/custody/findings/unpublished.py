"""A26 未公开: a month's uses were not published in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.custody.findings.finding import Grounds, Level, Noticed, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthToPublish(Grounds):
    """One cooperative's month (its first day), with how many uses it had, as it stands on the day somebody looks.

    `published_on` is when its table was printed to be hung up, once the month was over.
    """

    cooperative: str
    month: date
    uses: int
    published_on: date | None
    seen_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpublished(Rule):
    """A month with uses is due on day `due_day` of the next one."""

    id: str = "A26"
    title: str = "用印情况未公开"
    level: Level = Level.YELLOW
    window: str = "上月，次月 15 日前"
    due_day: int = 15

    def judge(self, facts: Iterable[MonthToPublish]) -> tuple[Noticed, ...]:
        """A finding for each month that is late."""
        return tuple(
            self.notice(
                f"{each.cooperative}:{each.month:%Y-%m}",
                each,
                {"month_uses": each.uses, "days_late": (each.seen_on - self._due_on(each.month)).days},
            )
            for each in facts
            if each.uses and each.published_on is None and each.seen_on > self._due_on(each.month)
        )

    def _due_on(self, month: date) -> date:
        following = month.month % 12 + 1
        return date(month.year + (following == 1), following, self.due_day)
