"""A09 无决议/表决不足: a major matter went ahead without the vote that the law asks for (农村集体经济组织法 27)."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.findings.finding import Grounds, Level, Noticed, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved(Grounds):
    """A checkout for a major matter that was used, and the vote on record. None where nothing was stated."""

    checkout: str
    has_minutes: bool
    notice_days: int | None = None
    members: int | None = None
    attended: int | None = None
    agreed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Votes(Rule):
    """Minutes, notice of `notice_days_min` days, and a `share` (n of m) of all members attending and agreeing."""

    id: str = "A09"
    title: str = "无决议或表决不足"
    level: Level = Level.RED
    window: str = "每次重大事项用印"
    notice_days_min: int = 10
    share: tuple[int, int] = (2, 3)

    def judge(self, facts: Iterable[Resolved]) -> tuple[Noticed, ...]:
        """A finding for each use whose vote is missing or falls short."""
        judged = ((each, self._shortfalls(each)) for each in facts)
        return tuple(self.notice(each.checkout, each, numbers) for each, numbers in judged if numbers)

    def _shortfalls(self, each: Resolved) -> dict[str, int]:
        if not each.has_minutes:
            return {"minutes_missing": 1}
        numbers: dict[str, int] = {}
        if each.notice_days is None or each.notice_days < self.notice_days_min:
            numbers["notice_days"] = each.notice_days or 0
        for name, votes in (("attended", each.attended), ("agreed", each.agreed)):
            if not self._is_enough(votes, each.members):
                numbers |= {name: votes or 0, "members": each.members or 0}
        return numbers

    def _is_enough(self, votes: int | None, members: int | None) -> bool:
        of, all_of = self.share
        return votes is not None and bool(members) and votes * all_of >= (members or 0) * of
