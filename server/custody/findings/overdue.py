"""A03 逾期未还: something is out longer than it may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.custody.findings.finding import Grounds, Level, Noticed, Rule

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Grounds):
    """What is out under one checkout, as seen at `seen_at`; its holder is the first of `persons`."""

    checkout: str
    off_site: bool
    taken_at: datetime
    due_at: datetime
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue(Rule):
    """On site it warns `on_site_max` after taking, off site at the due time; red `red_after` later."""

    id: str = "A03"
    title: str = "逾期未还"
    level: Level = Level.YELLOW
    window: str = "现在取出在外的"
    on_site_max: timedelta = timedelta(minutes=120)
    red_after: timedelta = timedelta(hours=24)

    def judge(self, facts: Iterable[Held]) -> tuple[Noticed, ...]:
        """A finding for each checkout that is out too long."""
        return tuple(
            self.notice(
                each.checkout, each, {"minutes_late": (each.seen_at - each.due_at) // MINUTE}, self._level(each)
            )
            for each in facts
            if each.seen_at > self._until(each)
        )

    def _until(self, held: Held) -> datetime:
        return held.due_at if held.off_site else max(held.due_at, held.taken_at + self.on_site_max)

    def _level(self, held: Held) -> Level:
        return Level.RED if held.seen_at > self._until(held) + self.red_after else self.level
