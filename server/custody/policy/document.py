"""The form of a policy: tables of frozen rows, written as text by `writing`.

Amounts are in hundredths of 元, terms in months. What a request needs is the sum of what the rows ask that fit it: its
tier (by amount and term), its use (mode × kind of item) and its matter. A row names roles in the order in which they
are asked: the first, then its alternates.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from server.custody.policy.words import Evidence, Matter, Meeting, Mode, Presence, Tier
from server.custody.roles import Role
from server.custody.states import ItemKind, Step

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: minutes on the clock, or whole working days (then `minutes` is 0)."""

    minutes: int = 0
    working_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """Who takes a step of approval, and how many working minutes that may last, usually and for a major matter."""

    step: Step
    roles: tuple[Role, ...]
    minutes: int
    minutes_major: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TierRule:
    """What a tier asks. It begins at `from_cents`; T0 is no money at all."""

    tier: Tier
    from_cents: int
    steps: tuple[Step, ...]
    presence: tuple[Presence, ...] = ()
    is_major: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRule:
    """What using one kind of item in one mode asks. No `steps`: those of the tier."""

    mode: Mode
    kind: ItemKind
    due: Period
    extension: Period
    steps: tuple[Step, ...] = ()
    presence: tuple[Presence, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterRule:
    """What a matter asks.

    From `board_from` a board has to decide, from `assembly_from` an assembly; `reserved_by` is the article by which
    only all members may, `forbidden_by` the one by which nobody may. From `platform_from` it needs the number of its
    public transaction. `term_months_max` is the longest term `term_by` allows.
    """

    matter: Matter
    is_deal: bool = False
    board_from: Tier | None = None
    assembly_from: Tier | None = None
    platform_from: Tier | None = None
    reserved_by: str = ""
    forbidden_by: str = ""
    term_months_max: int | None = None
    term_by: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole: at least `numerator`/`denominator`, or (`is_exceeded`) more than that."""

    numerator: int
    denominator: int
    is_exceeded: bool = False

    def is_reached(self, count: int, whole: int) -> bool:
        """Whether `count` of `whole` suffice."""
        have, need = count * self.denominator, whole * self.numerator
        return have > need if self.is_exceeded else have >= need

    def least(self, whole: int) -> int:
        """The smallest count that suffices."""
        need = whole * self.numerator
        return need // self.denominator + 1 if self.is_exceeded else -(-need // self.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRule:
    """When a meeting's decision stands: shares of everyone entitled, not of those who came. `article` is its source."""

    meeting: Meeting
    notice_days_min: int
    present: Share
    agreed: Share
    seats_min: int
    article: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One version of the whole. `long_term_months`: a longer term counts as the highest tier."""

    steps: tuple[StepRule, ...]
    tiers: tuple[TierRule, ...]
    uses: tuple[UseRule, ...]
    matters: tuple[MatterRule, ...]
    votes: tuple[VoteRule, ...]
    long_term_months: int
    correction_days: int

    def step(self, step: Step) -> StepRule:
        """The row of a step; raises `LookupError` where there is none."""
        return _only(row for row in self.steps if row.step is step)

    def matter(self, matter: Matter) -> MatterRule:
        """The row of a matter; raises `LookupError` where there is none."""
        return _only(row for row in self.matters if row.matter is matter)

    def vote(self, meeting: Meeting) -> VoteRule:
        """The row of a meeting; raises `LookupError` where there is none."""
        return _only(row for row in self.votes if row.meeting is meeting)

    def use(self, mode: Mode, kind: ItemKind) -> UseRule | None:
        """The row of a use, or None: this kind of item is not used in this mode."""
        return next((row for row in self.uses if row.mode is mode and row.kind is kind), None)


def _only(rows: Iterable[Row]) -> Row:
    for row in rows:
        return row
    raise LookupError("the policy has no such row")
