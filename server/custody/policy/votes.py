"""Whether a meeting's decision stands: computed from its figures, each shortfall with the article that says so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from server.custody.policy.demands import Demands
from server.custody.policy.document import MatterRule, Policy, VoteRule
from server.custody.policy.words import MATTER_TITLES, MEETING_TITLES, Meeting
from server.custody.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingEvidence:
    """A meeting as the applicant states it. `expected` is everyone entitled to vote, not everyone who came."""

    kind: Meeting
    held_on: date
    expected: int
    present: int
    agreed: int
    noticed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """What one rule about a meeting looks at."""

    evidence: MeetingEvidence
    rule: VoteRule
    today: date


def shortfalls(
    policy: Policy, matter: MatterRule, demands: Demands, evidence: MeetingEvidence | None, today: date
) -> tuple[Refused, ...]:
    """Everything that keeps the decision from standing; () where none is needed, or it stands."""
    if not demands.meetings:
        return ()
    if evidence is None:
        names = "或".join(MEETING_TITLES[each] for each in demands.meetings)
        return (Refused("vote_missing", f"这件事要先由{names}表决。请先开会，再把日期和人数填进“开会表决过”一栏。"),)
    if evidence.kind not in demands.meetings:
        return (_wrong_meeting(matter, demands, evidence),)
    return tuple(_judge(Count(evidence, policy.vote(evidence.kind), today)))


def _wrong_meeting(matter: MatterRule, demands: Demands, evidence: MeetingEvidence) -> Refused:
    """A meeting that cannot decide this: by statute (reserved to all members) or by the policy."""
    title, what = MEETING_TITLES[evidence.kind], MATTER_TITLES[matter.matter]
    if matter.reserved_by:
        return Refused(
            "reserved_matter",
            f"“{what}”只能由成员大会表决，{title}不能决定（{matter.reserved_by}）。请召开成员大会。",
        )
    names = "或".join(MEETING_TITLES[each] for each in demands.meetings)
    return Refused("wrong_meeting", f"这件事要由{names}表决，{title}的决定不够。请另行开会。")


def _judge(count: Count) -> Iterator[Refused]:
    for rule in VOTE_RULES:
        if (refused := rule(count)) is not None:
            yield refused


def _figures_fit(c: Count) -> Refused | None:
    e = c.evidence
    if 0 <= e.agreed <= e.present <= e.expected and e.expected > 0:
        return None
    return Refused(
        "meeting_figures", "表决的人数对不上：同意的不能多于到会的，到会的不能多于应到的。请照会议记录核对。"
    )


def _was_held(c: Count) -> Refused | None:
    if c.evidence.held_on <= c.today:
        return None
    return Refused("meeting_date", "会议日期还没有到。要先开会表决，再来申请。")


def _was_called_in_time(c: Count) -> Refused | None:
    least = c.rule.notice_days_min
    if not least:
        return None
    title = MEETING_TITLES[c.rule.meeting]
    if c.evidence.noticed_on is None:
        return Refused("notice_missing", f"还没有写哪天通知开会。{title}要提前 {least} 天通知（{c.rule.article}）。")
    days = (c.evidence.held_on - c.evidence.noticed_on).days
    if days >= least:
        return None
    return Refused(
        "notice_short",
        f"{title}要提前 {least} 天通知（{c.rule.article}），现在只提前了 {max(days, 0)} 天。请重新通知、重新开会。",
    )


def _is_large_enough(c: Count) -> Refused | None:
    if c.evidence.expected >= c.rule.seats_min:
        return None
    return Refused(
        "assembly_small",
        f"{MEETING_TITLES[c.rule.meeting]}的代表要有 {c.rule.seats_min} 人以上（{c.rule.article}），"
        f"现在只有 {c.evidence.expected} 人。请召开成员大会。",
    )


def _enough_came(c: Count) -> Refused | None:
    e, least = c.evidence, c.rule.present.least(c.evidence.expected)
    if c.rule.present.is_reached(e.present, e.expected):
        return None
    return Refused(
        "attendance_low",
        f"到会人数不够：应到 {e.expected} 人，至少要到 {least} 人（{c.rule.article}），实到 {e.present} 人。"
        "请重新开会。",
    )


def _enough_agreed(c: Count) -> Refused | None:
    e, least = c.evidence, c.rule.agreed.least(c.evidence.expected)
    if c.rule.agreed.is_reached(e.agreed, e.expected):
        return None
    return Refused(
        "approval_low",
        f"同意的人不够：按应到的 {e.expected} 人算，至少要 {least} 人同意（{c.rule.article}），现在 {e.agreed} 人。"
        "没有通过，不能用印。",
    )


VOTE_RULES: tuple[Callable[[Count], Refused | None], ...] = (
    _figures_fit,
    _was_held,
    _was_called_in_time,
    _is_large_enough,
    _enough_came,
    _enough_agreed,
)
