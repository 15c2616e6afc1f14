"""A20 频繁外带: a cooperative's things leave the hall often."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.findings.finding import Grounds, Level, Noticed, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthOfUse(Grounds):
    """How often one cooperative took something in one month (2026-11), and how often it left the hall."""

    cooperative: str
    month: str
    uses: int
    off_site: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OftenOffSite(Rule):
    """More than `off_site_max` times, or more than `share_max_percent` of at least `uses_min` uses."""

    id: str = "A20"
    title: str = "频繁外带"
    level: Level = Level.ORANGE
    window: str = "当月"
    off_site_max: int = 2
    share_max_percent: int = 30
    uses_min: int = 5

    def judge(self, facts: Iterable[MonthOfUse]) -> tuple[Noticed, ...]:
        """A finding for each cooperative and month."""
        return tuple(
            self.notice(
                f"{each.cooperative}:{each.month}", each, {"off_site_uses": each.off_site, "month_uses": each.uses}
            )
            for each in facts
            if self._is_often(each)
        )

    def _is_often(self, each: MonthOfUse) -> bool:
        is_large_share = each.uses >= self.uses_min and each.off_site * 100 > each.uses * self.share_max_percent
        return each.off_site > self.off_site_max or is_large_share
