"""Changes as pages show them: what would hold, who proposed it and why, and what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from server.custody.administration.changes import (
    CHANGE_KIND_TITLES,
    CHANGE_STATE_TITLES,
    Answering,
    Change,
    ChangeKind,
    ChangeState,
    refuse_to_answer,
)
from server.custody.administration.settings import SETTINGS, SettingName
from server.custody.people import Standing
from server.web.views.people import role_words, term_words
from server.web.views.reading import Reading

STATE_SIGNS: Mapping[ChangeState, str] = {
    ChangeState.PROPOSED: "late",
    ChangeState.CONFIRMED: "good",
    ChangeState.DECLINED: "off",
}


SEEN_ELSEWHERE = frozenset({ChangeKind.ROSTER, ChangeKind.ENROLMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A change in a list. `what` says it in one sentence, `note` why; nobody has decided while it waits."""

    id: str
    kind: str
    what: str
    note: str
    proposed_by: str
    proposed_at: datetime
    state: str
    state_word: str
    decided_by: str
    decided_at: datetime | None
    reason: str
    href: str


def change_line(change: Change, reading: Reading) -> ChangeLine:
    """One change, told."""
    return ChangeLine(
        id=change.id,
        kind=reading.say(CHANGE_KIND_TITLES[change.kind]),
        what=_WHAT[change.kind](change, reading),
        note=change.note,
        proposed_by=reading.name(change.proposed_by),
        proposed_at=change.proposed_at,
        state=STATE_SIGNS[change.state],
        state_word=reading.say(CHANGE_STATE_TITLES[change.state]),
        decided_by=reading.name(change.decided_by) if change.decided_by else "",
        decided_at=change.decided_at,
        reason=change.reason,
        href=_HREF[change.kind](change),
    )


def may_answer(change: Change, who: Standing) -> bool:
    """Whether the buttons are offered in the list; a roster and a machine are answered where they can be seen."""
    return change.kind not in SEEN_ELSEWHERE and refuse_to_answer(Answering(who, change)) is None


def is_answered_elsewhere(change: Change, who: Standing) -> bool:
    """Whether this person may answer it, on the page where it can be seen."""
    return change.kind in SEEN_ELSEWHERE and refuse_to_answer(Answering(who, change)) is None


def _role(change: Change, reading: Reading) -> str:
    wanted = change.wanted
    words = {
        "name": reading.name(wanted["person"]),
        "role": role_words(wanted["role"], wanted.get("cooperative"), reading),
        "term": term_words(_day(wanted.get("since")), _day(wanted.get("until")), reading),
    }
    return reading.say("%(name)s 担任%(role)s（%(term)s）") % words


def _setting(change: Change, reading: Reading) -> str:
    name = SettingName(change.wanted["setting"])
    words = {
        "title": reading.say(SETTINGS[name].title),
        "value": change.wanted["value"],
        "unit": reading.say(SETTINGS[name].unit),
    }
    return reading.say("%(title)s改成 %(value)s %(unit)s") % words


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _roster(change: Change, reading: Reading) -> str:
    return reading.say("按名册更新（%(document)s…）") % {"document": change.wanted["document"][:12]}


def _enrolment(change: Change, reading: Reading) -> str:
    return reading.say("柜机 %(agent)s 入网：与柜机的屏幕核对对照码") % {"agent": change.wanted["agent"]}


def _revocation(change: Change, reading: Reading) -> str:
    return reading.say("停用柜机 %(agent)s：已经断开，不确认就恢复") % {"agent": change.wanted["agent"]}


def _mandate(change: Change, reading: Reading) -> str:
    words = {
        "name": reading.cooperative(change.wanted["cooperative"]).short_name,
        "resolved": reading.day(_day(change.wanted["resolved_on"])),
        "until": reading.day(_day(change.wanted["expires_on"])),
    }
    return reading.say("%(name)s %(resolved)s决议，委托保管到 %(until)s") % words


_WHAT: Mapping[ChangeKind, Callable[[Change, Reading], str]] = {
    ChangeKind.ROLE: _role,
    ChangeKind.SETTING: _setting,
    ChangeKind.ROSTER: _roster,
    ChangeKind.ENROLMENT: _enrolment,
    ChangeKind.REVOCATION: _revocation,
    ChangeKind.MANDATE: _mandate,
}
_HREF: Mapping[ChangeKind, Callable[[Change], str]] = {
    ChangeKind.ROLE: lambda change: f"/people/{change.subject}",
    ChangeKind.SETTING: lambda _change: "/admin/settings",
    ChangeKind.ROSTER: lambda change: f"/admin/roster/{change.wanted['document']}",
    ChangeKind.ENROLMENT: lambda change: f"/admin/agents/{change.wanted['enrolment']}",
    ChangeKind.REVOCATION: lambda _change: "/admin/agents",
    ChangeKind.MANDATE: lambda _change: "/admin/cooperatives",
}
