"""The policy as tables to read, and what two versions of it disagree in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.custody.policy.demands import papers_of
from server.custody.policy.document import MatterRule, Period, Policy, Share, TierRule, UseRule
from server.custody.policy.versions import POLICY_STATE_TITLES, PolicyVersion
from server.custody.policy.words import (
    EVIDENCE_TITLES,
    MATTER_TITLES,
    MEETING_TITLES,
    MODE_TITLES,
    PRESENCE_TITLES,
    TIER_TITLES,
    TO_BE_ATTACHED,
    Evidence,
    Meeting,
    Tier,
)
from server.custody.states import KIND_TITLES, STEP_TITLES, Step
from server.custody.working_days import DAY_MINUTES
from server.web import times
from server.web.language import Translate
from server.web.views.reading import Reading
from server.web.views.words import say_names


@dataclass(frozen=True, slots=True)
class PolicyTable:
    """One table: its title, the heads of its columns, and its rows; a row is known by its first cell."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that differs, as it is and as it would be."""

    table: str
    row: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionLine:
    """A version in the list."""

    number: str
    state: str
    state_word: str
    note: str
    proposed: str
    decided: str


def tables_of(policy: Policy, _: Translate) -> tuple[PolicyTable, ...]:
    """The whole policy, to read."""
    clocks = [(_(STEP_TITLES[row.step]), _clock(row.minutes, _), _clock(row.minutes_major, _)) for row in policy.steps]
    tables = (
        (_("多少钱"), (_("档"), _("从多少元起"), _("谁审批"), _("谁到场")), (_tier(row, _) for row in policy.tiers)),
        (
            _("怎么用"),
            (_("用法"), _("谁审批"), _("要什么材料"), _("还要谁到场"), _("多久归还")),
            (_use(row, _) for row in policy.uses),
        ),
        (_("什么事"), (_("事项"), _("谁表决"), _("交易平台"), _("期限")), (_matter(row, _) for row in policy.matters)),
        (
            _("怎样算表决通过"),
            (_("会议"), _("提前通知"), _("到会"), _("同意"), _("依据")),
            (_vote(policy, meeting, _) for meeting in Meeting),
        ),
        (_("审批时限（工作时间）"), (_("哪一步"), _("一般"), _("重大事项")), clocks),
        (_("其他"), (_("规定"), _("现值")), _rest(policy, _)),
    )
    return tuple(PolicyTable(title, heads, tuple(rows)) for title, heads, rows in tables)


def differences(before: Policy, after: Policy, _: Translate) -> tuple[Difference, ...]:
    """Every row that differs, in the order of the tables."""
    return tuple(
        Difference(now.title, row[0], _cells(now, _row_named(old, row[0]), _), _cells(now, row, _))
        for old, now in zip(tables_of(before, _), tables_of(after, _), strict=True)
        for row in now.rows
        if row != _row_named(old, row[0])
    )


def version_line(version: PolicyVersion, reading: Reading) -> VersionLine:
    """A version told."""
    _ = reading.say
    decided = "" if version.decided_at is None else reading.moment(version.decided_at)
    return VersionLine(
        number=version.id,
        state=version.state,
        state_word=_(POLICY_STATE_TITLES[version.state]),
        note=version.note or _("程序自带的规定"),
        proposed=_("，").join((_who(version.proposed_by, reading), reading.moment(version.proposed_at))),
        decided=_("，").join((_who(version.decided_by, reading), decided)) if decided else "",
    )


def _who(person: str | None, reading: Reading) -> str:
    return reading.say("系统") if person is None else reading.name(person)


def _row_named(table: PolicyTable, name: str) -> tuple[str, ...]:
    return next((row for row in table.rows if row[0] == name), ())


def _cells(table: PolicyTable, row: tuple[str, ...], _: Translate) -> str:
    said = (
        _("%(head)s：%(cell)s") % {"head": head, "cell": cell}
        for head, cell in zip(table.heads[1:], row[1:], strict=False)
    )
    return _("；").join(said)


def _tier(row: TierRule, _: Translate) -> tuple[str, ...]:
    presence = say_names((_(PRESENCE_TITLES[each]) for each in row.presence), _)
    return _(TIER_TITLES[row.tier]), _from(row, _), _steps(row.steps, _), presence or _("—")


def _from(row: TierRule, _: Translate) -> str:
    """From which amount on; the least there is, one hundredth of a 元, is any at all."""
    if row.tier is Tier.T0:
        return _("—")
    return times.yuan(row.from_cents) if row.from_cents > 1 else _("有金额就算")


def _use(row: UseRule, _: Translate) -> tuple[str, ...]:
    name = _("%(mode)s：%(kind)s") % {"mode": _(MODE_TITLES[row.mode]), "kind": _(KIND_TITLES[row.kind])}
    presence = say_names((_(PRESENCE_TITLES[each]) for each in row.presence), _)
    steps = _steps(row.steps, _) if row.steps else _("按金额档")
    return name, steps, _papers(row.evidence, _) or _("—"), presence or _("—"), _period(row.due, _)


def _papers(papers: Iterable[Evidence], _: Translate) -> str:
    """Papers by name; those without which no request is taken say so."""
    attached = _("%(paper)s（申请时上传）")
    return say_names(
        (
            attached % {"paper": _(EVIDENCE_TITLES[each])} if each in TO_BE_ATTACHED else _(EVIDENCE_TITLES[each])
            for each in papers
        ),
        _,
    )


def _matter(row: MatterRule, _: Translate) -> tuple[str, ...]:
    platform = "" if row.platform_from is None else _("“%(tier)s”起") % {"tier": _(TIER_TITLES[row.platform_from])}
    years = "" if row.term_months_max is None else _("最长 %(n)s 年") % {"n": row.term_months_max // 12}
    return _(MATTER_TITLES[row.matter]), _decides(row, _), platform or _("—"), years or _("—")


def _decides(row: MatterRule, _: Translate) -> str:
    if row.forbidden_by:
        return _("不能用印")
    if row.reserved_by:
        return _("只能成员大会")
    parts = (
        (row.board_from, _("“%(tier)s”起理事会")),
        (row.assembly_from, _("“%(tier)s”起成员（代表）大会")),
    )
    said = [words % {"tier": _(TIER_TITLES[tier])} for tier, words in parts if tier is not None]
    return _("，").join(said) or _("不用")


def _vote(policy: Policy, meeting: Meeting, _: Translate) -> tuple[str, ...]:
    row = policy.vote(meeting)
    notice = _("%(n)s 天") % {"n": row.notice_days_min} if row.notice_days_min else _("—")
    return _(MEETING_TITLES[meeting]), notice, _share(row.present, _), _share(row.agreed, _), row.article


def _share(share: Share, _: Translate) -> str:
    words = _("超过 %(a)s/%(b)s") if share.is_exceeded else _("%(a)s/%(b)s 以上")
    return words % {"a": share.numerator, "b": share.denominator}


def _rest(policy: Policy, _: Translate) -> Iterator[tuple[str, ...]]:
    yield _("理事会表决过的，材料"), _papers(papers_of(tuple(Meeting)), _)
    yield _("成员（代表）大会表决过的，材料"), _papers(papers_of((Meeting.MEMBERS, Meeting.REPRESENTATIVES)), _)
    yield _("超过多久算长期"), _("%(n)s 年") % {"n": policy.long_term_months // 12}
    yield _("退回后多久不改就结束"), _("%(n)s 个工作日") % {"n": policy.correction_days}


def _steps(steps: tuple[Step, ...], _: Translate) -> str:
    return " → ".join(_(STEP_TITLES[step]) for step in steps)


def _period(period: Period, _: Translate) -> str:
    return _("%(n)s 个工作日") % {"n": period.working_days} if period.working_days else _minutes(period.minutes, _)


def _clock(minutes: int, _: Translate) -> str:
    """Working time: as many hours as the hall is open are a working day."""
    if minutes % DAY_MINUTES:
        return _minutes(minutes, _)
    return _("%(n)s 个工作日") % {"n": minutes // DAY_MINUTES}


def _minutes(minutes: int, _: Translate) -> str:
    if minutes % 60:
        return _("%(n)s 分钟") % {"n": minutes}
    return _("%(n)s 小时") % {"n": minutes // 60}
