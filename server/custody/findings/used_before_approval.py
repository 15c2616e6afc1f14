"""A06 先用后批: used first, approved later or never."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.custody.findings.finding import Grounds, Level, Noticed, Rule

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Used(Grounds):
    """One use: a checkout that was taken, or (`is_emergency`) a door opened without a permit. `key` names which."""

    key: str
    used_at: datetime
    approved_at: datetime | None
    seen_at: datetime
    is_emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedBeforeApproval(Rule):
    """Approval comes first, but for how far a cabinet's clock may be off.

    An emergency's may follow within `grace`, and while that lasts nothing is noticed.
    """

    id: str = "A06"
    title: str = "先用后批"
    level: Level = Level.RED
    window: str = "每次取用；应急开柜后 24 小时"
    clock_off_max: timedelta = timedelta(minutes=2)
    grace: timedelta = timedelta(hours=24)

    def judge(self, facts: Iterable[Used]) -> tuple[Noticed, ...]:
        """A finding for each use whose approval came too late, or did not come in time."""
        return tuple(self.notice(each.key, each, _lateness(each)) for each in facts if self._is_late(each))

    def _is_late(self, each: Used) -> bool:
        deadline = each.used_at + (self.grace if each.is_emergency else self.clock_off_max)
        return (each.approved_at or each.seen_at) > deadline


def _lateness(each: Used) -> dict[str, int]:
    return {} if each.approved_at is None else {"approved_minutes_later": (each.approved_at - each.used_at) // MINUTE}
