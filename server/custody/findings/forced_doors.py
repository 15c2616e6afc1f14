"""A02 强开: a door opened by force, a lock let go unasked, or power was lost in the middle of an opening."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.findings.finding import Level, Noticed, Rule, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedDoors(Rule):
    """Every such report is a finding of its own; where no door is known to have opened by force, it is less red."""

    id: str = "A02"
    title: str = "强开或门磁异常"
    level: Level = Level.RED
    window: str = "每次报告"
    level_if_no_door_opened: Level = Level.ORANGE

    def judge(self, facts: Iterable[Sighting]) -> tuple[Noticed, ...]:
        """A finding for each report."""
        less = self.level_if_no_door_opened
        level_of = {"door_forced": self.level, "opening_interrupted": less, "lock_released": less}
        return tuple(
            self.notice(f"n{each.position}", each, level=level_of[each.type]) for each in facts if each.type in level_of
        )
