"""The policy a township begins with.

Votes are those of the 农村集体经济组织法. Amounts are a seed: there is no national figure, each township sets its own.
"""

from server.custody.policy.document import MatterRule, Period, Policy, Share, StepRule, TierRule, UseRule, VoteRule
from server.custody.policy.words import Evidence, Matter, Meeting, Mode, Presence, Tier
from server.custody.roles import Role
from server.custody.states import ItemKind, Step

_YUAN = 100
_YEAR = 12
_HALF_HOUR, _FOUR_HOURS, _DAY = Period(minutes=30), Period(minutes=240), Period(minutes=24 * 60)
_TWO_STEPS = (Step.HEAD, Step.OFFICE)
_ORGANISATIONS = "《农村集体经济组织法》"
_RESERVED = f"{_ORGANISATIONS}第二十八条、第二十六条"
_PROHIBITED = f"{_ORGANISATIONS}第三十五条"
_TWO_THIRDS = Share(2, 3)


def _days(working_days: int) -> Period:
    return Period(working_days=working_days)


def _step(step: Step, *roles: Role, minutes: int, minutes_major: int) -> StepRule:
    return StepRule(step=step, roles=roles, minutes=minutes, minutes_major=minutes_major)


_STEPS = (
    _step(Step.HEAD, Role.HEAD, Role.SUPERVISOR, minutes=240, minutes_major=240),
    _step(Step.VILLAGE, Role.VILLAGE_SECRETARY, Role.VILLAGE_SUPERVISOR, minutes=240, minutes_major=390),
    _step(Step.OFFICE, Role.REVIEWER, minutes=120, minutes_major=390),
    _step(Step.OFFICE_HEAD, Role.OFFICE_HEAD, Role.TOWNSHIP_LEADER, minutes=120, minutes_major=390),
    _step(Step.LEADER, Role.TOWNSHIP_LEADER, minutes=390, minutes_major=390),
)

_TIERS = (
    TierRule(tier=Tier.T0, from_cents=0, steps=_TWO_STEPS),
    TierRule(tier=Tier.T1, from_cents=1, steps=_TWO_STEPS),
    TierRule(tier=Tier.T2, from_cents=5_000 * _YUAN, steps=_TWO_STEPS),
    TierRule(tier=Tier.T3, from_cents=20_000 * _YUAN, steps=_TWO_STEPS, presence=(Presence.WITNESS,), is_major=True),
    TierRule(
        tier=Tier.T4,
        from_cents=100_000 * _YUAN,
        steps=(*_TWO_STEPS, Step.LEADER),
        presence=(Presence.WITNESS,),
        is_major=True,
    ),
)


def _on_site(kind: ItemKind) -> UseRule:
    return UseRule(mode=Mode.ON_SITE, kind=kind, due=_HALF_HOUR, extension=_HALF_HOUR, evidence=(Evidence.DOCUMENT,))


def _off_site(kind: ItemKind) -> UseRule:
    return UseRule(
        mode=Mode.OFF_SITE,
        kind=kind,
        due=_DAY,
        extension=_DAY,
        presence=(Presence.COMPANION,),
        evidence=(Evidence.DOCUMENT,),
    )


def _read(kind: ItemKind) -> UseRule:
    return UseRule(mode=Mode.READ, kind=kind, steps=_TWO_STEPS, due=_FOUR_HOURS, extension=_FOUR_HOURS)


def _inspection(kind: ItemKind) -> UseRule:
    return UseRule(
        mode=Mode.INSPECTION,
        kind=kind,
        steps=_TWO_STEPS,
        due=_FOUR_HOURS,
        extension=_FOUR_HOURS,
        evidence=(Evidence.IDENTITY,),
    )


def _seizure(kind: ItemKind) -> UseRule:
    return UseRule(
        mode=Mode.SEIZURE,
        kind=kind,
        steps=(Step.OFFICE, Step.OFFICE_HEAD),
        due=_days(30),
        extension=_days(30),
        evidence=(Evidence.LETTER, Evidence.IDENTITY),
    )


_USES = (
    *(_on_site(kind) for kind in ItemKind),
    *(_off_site(kind) for kind in ItemKind),
    *(_read(kind) for kind in (ItemKind.CONTRACT, ItemKind.VOUCHER)),
    UseRule(mode=Mode.AWAY, kind=ItemKind.CONTRACT, steps=_TWO_STEPS, due=_days(5), extension=_days(5)),
    UseRule(
        mode=Mode.AWAY,
        kind=ItemKind.VOUCHER,
        steps=(*_TWO_STEPS, Step.OFFICE_HEAD),
        due=_days(3),
        extension=_days(3),
    ),
    *(_inspection(kind) for kind in (ItemKind.CONTRACT, ItemKind.VOUCHER)),
    *(_seizure(kind) for kind in ItemKind),
)

_MATTERS = (
    MatterRule(matter=Matter.ROUTINE),
    MatterRule(matter=Matter.PAYMENT, board_from=Tier.T3, assembly_from=Tier.T4),
    MatterRule(matter=Matter.PURCHASE, is_deal=True, board_from=Tier.T2, assembly_from=Tier.T4),
    MatterRule(matter=Matter.WORKS, is_deal=True, board_from=Tier.T2, assembly_from=Tier.T3, platform_from=Tier.T3),
    MatterRule(
        matter=Matter.LEASE,
        is_deal=True,
        board_from=Tier.T1,
        assembly_from=Tier.T3,
        platform_from=Tier.T3,
        term_months_max=20 * _YEAR,
        term_by="《民法典》第七百零五条",
    ),
    MatterRule(
        matter=Matter.LAND,
        is_deal=True,
        reserved_by=f"{_RESERVED}第八项",
        term_months_max=70 * _YEAR,
        term_by="《农村土地承包法》第二十一条",
    ),
    MatterRule(matter=Matter.CONSTRUCTION_LAND, is_deal=True, assembly_from=Tier.T0, platform_from=Tier.T1),
    MatterRule(matter=Matter.INVESTMENT, is_deal=True, assembly_from=Tier.T0),
    MatterRule(matter=Matter.DISPOSAL, is_deal=True, assembly_from=Tier.T0, platform_from=Tier.T3),
    MatterRule(matter=Matter.CREDIT, is_deal=True, assembly_from=Tier.T0),
    MatterRule(matter=Matter.HOMESTEAD, reserved_by=f"{_RESERVED}第八项"),
    MatterRule(matter=Matter.SHARES, reserved_by=f"{_RESERVED}第八项"),
    MatterRule(matter=Matter.COMPENSATION, reserved_by=f"{_RESERVED}第十项"),
    MatterRule(matter=Matter.MEMBERSHIP, reserved_by=f"{_RESERVED}第三项"),
    MatterRule(matter=Matter.CHARTER, reserved_by=f"{_RESERVED}第一项"),
    MatterRule(matter=Matter.MERGER, reserved_by=f"{_RESERVED}第十二项"),
    MatterRule(matter=Matter.GUARANTEE, forbidden_by=f"{_PROHIBITED}、第五十八条"),
    MatterRule(matter=Matter.OFFICER_CREDIT, forbidden_by=_PROHIBITED),
    MatterRule(matter=Matter.GOVERNMENT_DEBT, forbidden_by=_PROHIBITED),
    MatterRule(matter=Matter.PARTNERSHIP, forbidden_by=_PROHIBITED),
    MatterRule(matter=Matter.BLANK_PAPER, forbidden_by="用印制度“空白介绍信、空白表格、空白纸一律不盖章”"),
)

_VOTES = (
    VoteRule(
        meeting=Meeting.MEMBERS,
        notice_days_min=10,
        present=_TWO_THIRDS,
        agreed=_TWO_THIRDS,
        seats_min=0,
        article=f"{_ORGANISATIONS}第二十七条",
    ),
    VoteRule(
        meeting=Meeting.REPRESENTATIVES,
        notice_days_min=0,
        present=_TWO_THIRDS,
        agreed=_TWO_THIRDS,
        seats_min=21,
        article=f"{_ORGANISATIONS}第二十八条",
    ),
    VoteRule(
        meeting=Meeting.BOARD,
        notice_days_min=0,
        present=_TWO_THIRDS,
        agreed=Share(1, 2, is_exceeded=True),
        seats_min=0,
        article=f"{_ORGANISATIONS}第三十一条",
    ),
)

DEFAULT = Policy(
    steps=_STEPS,
    tiers=_TIERS,
    uses=_USES,
    matters=_MATTERS,
    votes=_VOTES,
    long_term_months=5 * _YEAR,
    correction_days=5,
)
