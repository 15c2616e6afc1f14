"""A finding: what a rule noticed, on which facts, and how it stands. Terms: 预警提示, never 问题线索."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum


class Level(StrEnum):
    """How much attention it asks for; `LEVEL_RANK` puts them in order."""

    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


class FindingState(StrEnum):
    """Where a finding stands. `cleared` is a yellow one whose cause was gone before anybody answered."""

    RAISED = "raised"
    EXPLAINED = "explained"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    CLEARED = "cleared"


LEVEL_RANK: Mapping[Level, int] = {Level.YELLOW: 1, Level.ORANGE: 2, Level.RED: 3}
LEVEL_TITLES: Mapping[Level, str] = {Level.YELLOW: "黄色预警", Level.ORANGE: "橙色预警", Level.RED: "红色预警"}
FINDING_STATE_TITLES: Mapping[FindingState, str] = {
    FindingState.RAISED: "待说明",
    FindingState.EXPLAINED: "待核查",
    FindingState.RETURNED: "退回再说明",
    FindingState.ACCEPTED: "已认可，待办结",
    FindingState.CLOSED: "已办结",
    FindingState.CLEARED: "自行消除",
}
OPEN_FINDINGS = frozenset({FindingState.RAISED, FindingState.EXPLAINED, FindingState.RETURNED, FindingState.ACCEPTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a finding is about and rests on; the facts that rules judge are grounds with more said.

    `persons` are those who would have caused it, `entries` positions in the log.
    """

    cooperative: str | None = None
    checkout: str | None = None
    compartment: str | None = None
    items: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(Grounds):
    """What a rule noticed: `key` is what it is about, so that it is raised once; `numbers` what it was judged by."""

    rule: str
    level: Level
    key: str
    numbers: Mapping[str, int]

    @property
    def finding(self) -> str:
        """The id of the finding this is: the same rule about the same thing is the same finding."""
        return f"{self.rule}:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule says about itself; each adds its thresholds as fields, and `judge`."""

    id: str
    title: str
    level: Level
    window: str

    def notice(
        self, key: str, grounds: Grounds, numbers: Mapping[str, int] | None = None, level: Level | None = None
    ) -> Noticed:
        """Something noticed by this rule, at its own level unless another is named."""
        return Noticed(
            rule=self.id,
            level=level or self.level,
            key=key,
            numbers=numbers or {},
            **{each.name: getattr(grounds, each.name) for each in fields(Grounds)},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A finding on record. `explained_by` and `answered_by` are who did so last; `due_at` when an answer is due."""

    id: str
    rule: str
    level: Level
    state: FindingState
    cooperative: str | None
    checkout: str | None
    compartment: str | None
    items: tuple[str, ...]
    persons: tuple[str, ...]
    entries: tuple[int, ...]
    numbers: Mapping[str, int]
    raised_at: datetime
    due_at: datetime
    explained_by: str | None = None
    answered_by: str | None = None
    ended_at: datetime | None = None


CLEARED = "cleared"
"""What an opening came to that was one of a whole cabinet's, in an emergency; also the word of its sightings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting(Grounds):
    """One entry of the log as rules look at it, alone among its `entries`.

    `word` is its fixed word: what an opening was for, the rule of a contradiction, a reader's verdict, what verifying
    the log came to. `opening` or `handover` is what it belongs to, `milliseconds` a measured time, `pages` how many
    pages of one copy were photographed, where it has one.
    """

    position: int
    at: datetime
    type: str
    agent: str
    word: str = ""
    opening: str | None = None
    handover: str | None = None
    milliseconds: int = 0
    pages: int | None = None
