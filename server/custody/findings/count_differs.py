"""A22 盘点不符、旧章未缴: what should be in its place is not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from server.custody.findings.finding import Grounds, Level, Noticed, Rule

_LEVEL_OF_VERDICT: Mapping[str, Level] = {
    "vanished": Level.ORANGE,
    "wrong_item": Level.ORANGE,
    "wrong_compartment": Level.YELLOW,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted(Grounds):
    """Somebody looked; `items` are those that were missing. `key` names the count or report.

    `is_alarm` where people at the door said that something is gone, even if nobody can say what.
    """

    key: str
    surplus: int = 0
    is_alarm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedSeal(Grounds):
    """A seal that is no longer used, and not handed in on the day somebody looks."""

    item: str
    stopped_on: date
    seen_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TagHeard(Grounds):
    """A tag reader's `verdict` on a thing that came or went; `key` names the report."""

    key: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CountDiffers(Rule):
    """Any difference, or an old seal that was kept longer than `handing_in_days_max`.

    A tag is weaker evidence than a person who looked, and a thing in a neighbour's compartment is mostly a slip.
    """

    id: str = "A22"
    title: str = "盘点不符或旧章未缴"
    level: Level = Level.RED
    window: str = "每次盘点和开柜；停用后 10 天"
    handing_in_days_max: int = 10

    level_of_verdict: Mapping[str, Level] = field(default_factory=lambda: dict(_LEVEL_OF_VERDICT))

    def judge(self, facts: Iterable[Counted | StoppedSeal | TagHeard]) -> tuple[Noticed, ...]:
        """A finding for each count that differs, each seal not handed in, each tag where it should not be."""
        noticed = (self._of(each) for each in facts)
        return tuple(each for each in noticed if each is not None)

    def _of(self, each: Counted | StoppedSeal | TagHeard) -> Noticed | None:
        match each:
            case Counted():
                return self._of_count(each)
            case StoppedSeal():
                return self._of_seal(each)
            case TagHeard():
                level = self.level_of_verdict.get(each.verdict)
                return None if level is None else self.notice(each.key, each, {f"tag_{each.verdict}": 1}, level)

    def _of_count(self, each: Counted) -> Noticed | None:
        if not each.items and not each.surplus and not each.is_alarm:
            return None
        figures = {"items_missing": len(each.items), "items_surplus": each.surplus}
        return self.notice(each.key, each, {name: n for name, n in figures.items() if n})

    def _of_seal(self, each: StoppedSeal) -> Noticed | None:
        days = (each.seen_on - each.stopped_on).days
        return self.notice(each.item, each, {"days_since_stopped": days}) if days > self.handing_in_days_max else None
