"""What one request needs under a policy: fixed when it is filed, and kept with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.custody.policy.document import MatterRule, Period, Policy, StepRule, UseRule
from server.custody.policy.words import SEALS_PAPERS, Evidence, Matter, Meeting, Mode, Presence, Tier
from server.custody.roles import Role
from server.custody.states import ItemKind, Step

_TIERS = tuple(Tier)
NO_TIME = Period()


@dataclass(frozen=True, slots=True)
class StepDemand:
    """A step of approval: the roles that can take it (alternates after the first), and its clock in working minutes."""

    step: Step
    roles: tuple[Role, ...]
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """Approvals in order, papers, who else comes to the door, and for how long.

    `meetings`: one of them has to have decided; empty, none needs to. `due` runs from the taking; `extension` can be
    added once.
    """

    tier: Tier = Tier.T0
    is_major: bool = False
    steps: tuple[StepDemand, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    presence: tuple[Presence, ...] = ()
    needs_transaction: bool = False
    due: Period = NO_TIME
    extension: Period = NO_TIME

    def step(self, step: Step | None) -> StepDemand | None:
        """The demand for this step, or None where it is none of this request's."""
        return next((each for each in self.steps if each.step is step), None)


NOTHING_DEMANDED = Demands()
"""Of a request that no policy was asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What of a request decides what it needs. `amount_cents` None: no money."""

    mode: Mode
    kinds: frozenset[ItemKind]
    matter: Matter = Matter.ROUTINE
    amount_cents: int | None = None
    term_months: int | None = None


def resolve(policy: Policy, asked: Asked) -> Demands:
    """The sum of what the policy's rows ask that fit.

    Total: a use without a row asks nothing here, and its request is refused by a rule of its own.
    """
    tier = tier_of(policy, asked)
    row = next(each for each in policy.tiers if each.tier is tier)
    uses = tuple(use for kind in ItemKind if kind in asked.kinds and (use := policy.use(asked.mode, kind)))
    steps = {step for use in uses for step in (use.steps or row.steps)}
    is_sealing = asked.mode in SEALS_PAPERS
    meetings = meetings_for(policy.matter(asked.matter), tier) if is_sealing else ()
    presence = (*(each for use in uses for each in use.presence), *(row.presence if is_sealing else ()))
    return Demands(
        tier=tier,
        is_major=is_sealing and row.is_major,
        steps=tuple(_step_demand(each, is_major=row.is_major) for each in policy.steps if each.step in steps),
        meetings=meetings,
        evidence=tuple(each for each in Evidence if each in _evidence(uses, meetings)),
        presence=tuple(each for each in Presence if each in presence),
        needs_transaction=is_sealing and _reaches(tier, policy.matter(asked.matter).platform_from),
        due=_shortest([use.due for use in uses]),
        extension=_shortest([use.extension for use in uses]),
    )


def tier_of(policy: Policy, asked: Asked) -> Tier:
    """The highest tier that begins at or below the amount; a long term counts as the highest of all."""
    if asked.term_months is not None and asked.term_months > policy.long_term_months:
        return policy.tiers[-1].tier
    cents = asked.amount_cents or 0
    return [row.tier for row in policy.tiers if row.from_cents <= cents][-1]


def meetings_for(matter: MatterRule, tier: Tier) -> tuple[Meeting, ...]:
    """The meetings of which one has to have decided; () where none needs to."""
    if matter.reserved_by:
        return (Meeting.MEMBERS,)
    if _reaches(tier, matter.assembly_from):
        return (Meeting.MEMBERS, Meeting.REPRESENTATIVES)
    return tuple(Meeting) if _reaches(tier, matter.board_from) else ()


def _reaches(tier: Tier, least: Tier | None) -> bool:
    return least is not None and _TIERS.index(tier) >= _TIERS.index(least)


def _step_demand(row: StepRule, *, is_major: bool) -> StepDemand:
    return StepDemand(row.step, row.roles, row.minutes_major if is_major else row.minutes)


def papers_of(meetings: Sequence[Meeting]) -> tuple[Evidence, ...]:
    """The papers that show what one of these `meetings` decided; () where none has to.

    Whatever only an assembly decides was discussed by the party's organisation first (第二十六条).
    """
    if not meetings:
        return ()
    return (Evidence.MINUTES,) if Meeting.BOARD in meetings else (Evidence.MINUTES, Evidence.PARTY_DISCUSSION)


def _evidence(uses: Sequence[UseRule], meetings: Sequence[Meeting]) -> frozenset[Evidence]:
    return frozenset((*papers_of(meetings), *(paper for use in uses for paper in use.evidence)))


def _shortest(periods: Sequence[Period]) -> Period:
    """The strictest; minutes are always less than days."""
    return min(periods, key=lambda each: (each.working_days, each.minutes), default=NO_TIME)
