"""A01 无单开柜: a cabinet reports an opening that no permit in the log allowed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from server.custody.findings.finding import Level, Noticed, Rule, Sighting


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedWithoutPermit(Rule):
    """Judges contradictions; several about one opening are one finding, with all of them as its entries."""

    id: str = "A01"
    title: str = "无单开柜"
    level: Level = Level.RED
    window: str = "每次开柜"
    contradictions: frozenset[str] = frozenset(
        (
            *("unknown_permit", "foreign_permit", "permit_revoked", "permit_late"),
            *("attempt_reused", "unknown_opening", "one_person"),
        )
    )

    def judge(self, facts: Iterable[Sighting]) -> tuple[Noticed, ...]:
        """A finding for each opening that no permit allowed."""
        openings: dict[str, list[Sighting]] = {}
        for each in facts:
            if each.type == "device_contradiction" and each.word in self.contradictions:
                openings.setdefault(each.opening or f"n{each.position}", []).append(each)
        return tuple(
            self.notice(key, replace(seen[0], entries=tuple(each.position for each in seen)))
            for key, seen in openings.items()
        )
