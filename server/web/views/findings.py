"""Findings as pages show them: a line in a list, and one with the facts it rests on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from server.custody.facts import Cooperative
from server.custody.findings.emergencies import CAUSE_TITLES, EMERGENCY_STATE_TITLES, Emergency
from server.custody.findings.finding import FINDING_STATE_TITLES, LEVEL_TITLES, OPEN_FINDINGS, Finding
from server.custody.findings.rulebook import NUMBER_WORDS, RULES
from server.web.telling import say_place
from server.web.views.checkouts import Labelled
from server.web.views.reading import Reading
from server.web.views.words import items_title, say_names


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """A finding in a list. `about` says what it is about, `figures` what it was judged by."""

    href: str
    rule: str
    title: str
    level: str
    level_word: str
    about: str
    figures: str
    state: str
    state_word: str
    is_open: bool
    raised_at: datetime
    late: bool


def finding_line(finding: Finding, reading: Reading) -> FindingLine:
    """One line."""
    is_open = finding.state in OPEN_FINDINGS
    return FindingLine(
        href=f"/findings/{finding.id}",
        rule=finding.rule,
        title=rule_title(finding.rule, reading),
        level=finding.level,
        level_word=reading.say(LEVEL_TITLES[finding.level]),
        about=about(finding, reading),
        figures=reading.say("，").join(figures(finding, reading)),
        state=finding.state,
        state_word=reading.say(FINDING_STATE_TITLES[finding.state]),
        is_open=is_open,
        raised_at=finding.raised_at,
        late=is_open and finding.explained_by is None and finding.due_at < reading.now,
    )


def rule_title(rule: str, reading: Reading) -> str:
    """What a rule is called."""
    return reading.say(RULES[rule].title) if rule in RULES else rule


def about(finding: Finding, reading: Reading) -> str:
    """东坑一社 公章, or the place: what the finding is about in a few words."""
    cooperative = reading.known.get(Cooperative, finding.cooperative) if finding.cooperative else None
    words = (
        cooperative.short_name if cooperative else "",
        items_title(reading.items(finding.items), reading.say),
        say_place(finding.compartment, reading.say) if finding.compartment else "",
    )
    return " ".join(word for word in words if word)


def figures(finding: Finding, reading: Reading) -> tuple[str, ...]:
    """Each figure as a few words; one that this version does not know is shown by its name."""
    return tuple(
        reading.say(NUMBER_WORDS[name]) % {"n": n} if name in NUMBER_WORDS else f"{name} {n}"
        for name, n in finding.numbers.items()
    )


def facts_of(finding: Finding, reading: Reading) -> tuple[Labelled, ...]:
    """What the finding is, labelled."""
    _ = reading.say
    lines = (
        (_("看出什么"), _("，").join(figures(finding, reading))),
        (_("关于"), about(finding, reading)),
        (_("有关的人"), people(finding.persons, reading)),
        (_("提示时间"), reading.moment(finding.raised_at)),
        (_("说明期限"), reading.moment(finding.due_at)),
        (_("看的范围"), _(RULES[finding.rule].window) if finding.rule in RULES else ""),
    )
    return tuple(Labelled(label, value) for label, value in lines if value)


def facts_of_emergency(emergency: Emergency, reading: Reading) -> tuple[Labelled, ...]:
    """How an unpermitted opening stands, labelled."""
    _ = reading.say
    lines = (
        (_("现在"), _(EMERGENCY_STATE_TITLES[emergency.state])),
        (_("开柜时间"), reading.moment(emergency.opened_at)),
        (_("原因"), "" if emergency.cause is None else _(CAUSE_TITLES[emergency.cause])),
        (_("说明人"), people((emergency.officer,), reading)),
        (_("见证人"), people((emergency.attester,), reading)),
        (_("追认期限"), reading.moment(emergency.due_at)),
        (_("定性的人"), people((emergency.approver,), reading)),
    )
    return tuple(Labelled(label, value) for label, value in lines if value)


def people(persons: Iterable[str | None], reading: Reading) -> str:
    """The names of these people."""
    return say_names((reading.name(each) for each in persons if each), reading.say)
