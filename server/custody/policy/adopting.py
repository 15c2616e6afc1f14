"""Who may change the policy, and what no township's policy may give up.

三资办负责人 propose, 镇纪委监督员 confirm that they have read it; until then nothing changes. A policy may be stricter
than the statute, never weaker.
"""

from collections.abc import Callable
from dataclasses import dataclass

from server.custody.people import Standing
from server.custody.policy.default import DEFAULT
from server.custody.policy.document import Policy, Share, VoteRule
from server.custody.policy.words import MATTER_TITLES, MEETING_TITLES, Mode
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import MAY_CONFIRM_POLICY, MAY_PROPOSE_POLICY
from server.custody.states import Step

STEPS_MIN = 2
DUE_MINUTES_MAX = 72 * 60
DUE_DAYS_MAX = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A change of the policy with everything its rules look at."""

    by: Standing
    policy: Policy
    in_force: Policy
    note: str
    is_another_waiting: bool


def refuse_proposal(proposal: Proposal) -> Refused | None:
    """The first reason why this cannot be proposed, or None."""
    return first_refusal(PROPOSAL_RULES, proposal)


def refuse_adoption(who: Standing, proposed_by: str) -> Refused | None:
    """Why this person cannot put a proposal in force (or decline it), or None."""
    if not who.person.is_active or not who.holds_any(MAY_CONFIRM_POLICY):
        return Refused("policy_confirm_role", "新规定要由镇纪委监督员看过以后确认生效。请联系镇纪委。")
    if who.id == proposed_by:
        return Refused("policy_own", "提出的人不能自己确认。请镇纪委另一位监督员确认。")
    return None


def _may_propose(p: Proposal) -> Refused | None:
    if p.by.person.is_active and p.by.holds_any(MAY_PROPOSE_POLICY):
        return None
    return Refused("policy_role", "审批规定由三资办负责人提出修改。请联系三资办负责人。")


def _waits_alone(p: Proposal) -> Refused | None:
    if not p.is_another_waiting:
        return None
    return Refused("policy_waiting", "已经有一份修改在等镇纪委确认。请等那份确认或退回后再提。")


def _says_why(p: Proposal) -> Refused | None:
    return None if p.note.strip() else Refused("policy_no_note", "请写明为什么修改，镇纪委和以后查看的人都会看到。")


def _changes_something(p: Proposal) -> Refused | None:
    return Refused("policy_same", "和现行规定没有不同。请先改动再提出。") if p.policy == p.in_force else None


def _tables_are_whole(p: Proposal) -> Refused | None:
    """Every row that others refer to is there once, tiers rise from nothing, and nothing new appears among the uses."""
    same = all(
        [getattr(row, key) for row in mine] == [getattr(row, key) for row in theirs]
        for mine, theirs, key in (
            (p.policy.steps, DEFAULT.steps, "step"),
            (p.policy.tiers, DEFAULT.tiers, "tier"),
            (p.policy.matters, DEFAULT.matters, "matter"),
            (p.policy.votes, DEFAULT.votes, "meeting"),
        )
    )
    amounts = [row.from_cents for row in p.policy.tiers]
    rises = amounts[0] == 0 and amounts == sorted(set(amounts))
    uses = {(row.mode, row.kind) for row in p.policy.uses} == {(row.mode, row.kind) for row in DEFAULT.uses}
    if same and rises and uses and len(p.policy.uses) == len(DEFAULT.uses):
        return None
    return Refused("policy_tables", "规定的表不完整，或者金额档没有从小到大。请核对各档金额。")


def _two_people_decide(p: Proposal) -> Refused | None:
    """Two steps at least, the office's review among them: the approver and the custodian's office are never one."""
    rows = [*(row.steps for row in p.policy.tiers), *(use.steps for use in p.policy.uses if use.steps)]
    enough = all(len(set(steps)) == len(steps) >= STEPS_MIN and Step.OFFICE in steps for steps in rows)
    if enough and all(row.minutes > 0 and row.minutes_major > 0 for row in p.policy.steps):
        return None
    return Refused("policy_two", "每一档都至少要两步审批，其中有三资办审核。请补上。")


def _roles_are_kept(p: Proposal) -> Refused | None:
    if [row.roles for row in p.policy.steps] == [row.roles for row in DEFAULT.steps]:
        return None
    return Refused("policy_roles", "哪一步由谁审批不能改，只能改要不要这一步。请照原样。")


def _things_come_back(p: Proposal) -> Refused | None:
    periods = [period for use in p.policy.uses for period in (use.due, use.extension)]
    fits = (
        (0 < each.minutes <= DUE_MINUTES_MAX and not each.working_days)
        or (0 < each.working_days <= DUE_DAYS_MAX and not each.minutes)
        for each in periods
    )
    if all(fits) and p.policy.correction_days > 0:
        return None
    hours = DUE_MINUTES_MAX // 60
    return Refused("policy_due", f"归还时限要写 1 分钟到 {hours} 小时，或 1 到 {DUE_DAYS_MAX} 个工作日。请改正。")


def _off_site_is_escorted(p: Proposal) -> Refused | None:
    if all(use.presence for use in p.policy.uses if use.mode is Mode.OFF_SITE):
        return None
    return Refused("policy_escort", "印章带出去必须两人随行。请保留随行人。")


def _votes_keep_the_statute(p: Proposal) -> Refused | None:
    pairs = zip(p.policy.votes, DEFAULT.votes, strict=True)
    weaker = next((mine for mine, law in pairs if _is_weaker(mine, law)), None)
    if weaker is None:
        return None
    title = MEETING_TITLES[weaker.meeting]
    return Refused("policy_statute", f"{title}的表决条件不能低于法律规定（{weaker.article}）。请改回或从严。")


def _is_weaker(mine: VoteRule, law: VoteRule) -> bool:
    return (
        mine.notice_days_min < law.notice_days_min
        or mine.seats_min < law.seats_min
        or mine.article != law.article
        or _is_smaller(mine.present, law.present)
        or _is_smaller(mine.agreed, law.agreed)
    )


def _is_smaller(mine: Share, law: Share) -> bool:
    """Whether a share asks for less than the statute's, or is none at all."""
    if not 0 < mine.numerator <= mine.denominator:
        return True
    ours, theirs = mine.numerator * law.denominator, law.numerator * mine.denominator
    return ours < theirs or (ours == theirs and law.is_exceeded and not mine.is_exceeded)


def _what_is_forbidden_stays_so(p: Proposal) -> Refused | None:
    for mine, law in zip(p.policy.matters, DEFAULT.matters, strict=True):
        kept = (mine.forbidden_by, mine.reserved_by, mine.term_by) == (law.forbidden_by, law.reserved_by, law.term_by)
        longer = law.term_months_max is not None and not 0 < (mine.term_months_max or 0) <= law.term_months_max
        if not kept or longer:
            title = MATTER_TITLES[mine.matter]
            return Refused("policy_statute", f"“{title}”的限制是法律规定的，不能放宽。请改回。")
    return None


PROPOSAL_RULES: tuple[Callable[[Proposal], Refused | None], ...] = (
    _may_propose,
    _waits_alone,
    _tables_are_whole,
    _roles_are_kept,
    _two_people_decide,
    _things_come_back,
    _off_site_is_escorted,
    _votes_keep_the_statute,
    _what_is_forbidden_stays_so,
    _changes_something,
    _says_why,
)
