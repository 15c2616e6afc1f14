"""A30 交接超期: after an election or a departure the handover is not done in time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from server.custody.findings.finding import Grounds, Level, Noticed, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenHandover(Grounds):
    """A handover that is not closed on the day somebody looks; `since` is the day it became due."""

    handover: str
    since: date
    seen_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LateHandovers(Rule):
    """Open for more than `days_max` days."""

    id: str = "A30"
    title: str = "交接超期"
    level: Level = Level.RED
    window: str = "换届或离任后 10 天"
    days_max: int = 10

    def judge(self, facts: Iterable[OpenHandover]) -> tuple[Noticed, ...]:
        """A finding for each handover that takes too long."""
        judged = ((each, (each.seen_on - each.since).days) for each in facts)
        return tuple(
            self.notice(each.handover, each, {"days_open": days}) for each, days in judged if days > self.days_max
        )
