"""A02 强开: a door was forced, a lock pulsed or let go unasked, or power was lost in the middle of an opening."""

from collections.abc import Iterable
from dataclasses import dataclass

from server.custody.findings.finding import Level, Noticed, Rule, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedDoors(Rule):
    """Every such report is a finding of its own; less red where neither a door nor a secret is known to be broken."""

    id: str = "A02"
    title: str = "强开或门磁异常"
    level: Level = Level.RED
    window: str = "每次报告"
    level_if_no_door_opened: Level = Level.ORANGE

    def judge(self, facts: Iterable[Sighting]) -> tuple[Noticed, ...]:
        """A finding for each report."""
        less = self.level_if_no_door_opened
        level_of = {
            "door_forced": self.level,
            "pulse_unaccounted": self.level,
            "opening_interrupted": less,
            "lock_released": less,
        }
        return tuple(
            self.notice(f"n{each.position}", each, level=level_of[each.type]) for each in facts if each.type in level_of
        )
