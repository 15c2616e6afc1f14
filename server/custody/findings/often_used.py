"""A07 频次突增: a seal is used far more often this week than it used to be."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean, pstdev

from server.custody.findings.finding import Grounds, Level, Noticed, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeksOfUse(Grounds):
    """How often one seal was taken, week by week, the oldest first; the last is `week` (2026-W47)."""

    item: str
    week: str
    uses: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OftenUsed(Rule):
    """More than mean + `sigmas` σ of the weeks before, and at least `uses_min`.

    A seal that was used in fewer than `weeks_used_min` of those weeks has no habit yet, and is not judged.
    """

    id: str = "A07"
    title: str = "用印次数突增"
    level: Level = Level.YELLOW
    window: str = "本周与之前 12 周"
    sigmas: int = 3
    uses_min: int = 5
    weeks_used_min: int = 4

    def judge(self, facts: Iterable[WeeksOfUse]) -> tuple[Noticed, ...]:
        """A finding for each seal and week that stands out."""
        return tuple(
            self.notice(f"{each.item}:{each.week}", each, _figures(each.uses[:-1], each.uses[-1]))
            for each in facts
            if self._stands_out(each.uses[:-1], each.uses[-1])
        )

    def _stands_out(self, before: tuple[int, ...], uses: int) -> bool:
        if uses < self.uses_min or sum(week > 0 for week in before) < self.weeks_used_min:
            return False
        return uses > fmean(before) + self.sigmas * pstdev(before)


def _figures(before: tuple[int, ...], uses: int) -> dict[str, int]:
    return {"uses_this_week": uses, "uses_before": sum(before), "weeks_before": len(before)}
