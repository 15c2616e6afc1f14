"""The life of a finding: raised → explained → accepted or returned → closed. Who may move it on, and when not.

Whoever is concerned explains, the 三资办 checks. Nobody checks their own words or what they caused; a red one is closed
by the head of the office or the township's leader, and never by who caused it. The 镇纪委 reads all and moves nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from server.custody.findings.emergencies import OPEN_EMERGENCIES, Emergency
from server.custody.findings.finding import FINDING_STATE_TITLES, Finding, FindingState, Level
from server.custody.people import Standing
from server.custody.refusals import Refused, first_refusal
from server.custody.roles import COOPERATIVE_ROLES, Role


class FindingMove(StrEnum):
    """What people can do with a finding."""

    EXPLAIN = "explain"
    ACCEPT = "accept"
    RETURN = "return"
    CLOSE = "close"


_S, _M = FindingState, FindingMove

FINDING_LIFECYCLE: Mapping[tuple[FindingState, FindingMove], FindingState] = {
    (_S.RAISED, _M.EXPLAIN): _S.EXPLAINED,
    (_S.RETURNED, _M.EXPLAIN): _S.EXPLAINED,
    (_S.EXPLAINED, _M.ACCEPT): _S.ACCEPTED,
    (_S.EXPLAINED, _M.RETURN): _S.RETURNED,
    (_S.ACCEPTED, _M.CLOSE): _S.CLOSED,
}
EVENT_OF_MOVE: Mapping[FindingMove, str] = {
    _M.EXPLAIN: "finding_explained",
    _M.ACCEPT: "finding_accepted",
    _M.RETURN: "finding_returned",
    _M.CLOSE: "finding_closed",
}
DAYS_TO_ANSWER: Mapping[Level, int] = {Level.YELLOW: 5, Level.ORANGE: 5, Level.RED: 3}

OF_THE_OFFICE = frozenset({Role.CABINET_OFFICER, Role.REVIEWER, Role.OFFICE_HEAD})
MAY_EXPLAIN = OF_THE_OFFICE | COOPERATIVE_ROLES
MAY_CHECK_FINDINGS = frozenset({Role.REVIEWER, Role.OFFICE_HEAD, Role.TOWNSHIP_LEADER})
MAY_CLOSE_RED = frozenset({Role.OFFICE_HEAD, Role.TOWNSHIP_LEADER})
MAY_MOVE: Mapping[FindingMove, frozenset[Role]] = {
    _M.EXPLAIN: MAY_EXPLAIN,
    _M.ACCEPT: MAY_CHECK_FINDINGS,
    _M.RETURN: MAY_CHECK_FINDINGS,
    _M.CLOSE: MAY_CHECK_FINDINGS,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """Somebody moves a finding on; `emergency` is the unpermitted opening it is about, if it is about one."""

    who: Standing
    finding: Finding
    move: FindingMove
    words: str
    emergency: Emergency | None


def answer_due(level: Level) -> timedelta:
    """How long whoever is concerned has to explain."""
    return timedelta(days=DAYS_TO_ANSWER[level])


def finding_after(state: FindingState, move: FindingMove) -> FindingState | None:
    """Where the move leads from `state`, or None when it may not happen there."""
    return FINDING_LIFECYCLE.get((state, move))


def refuse_move(answering: Answering) -> Refused | None:
    """The first reason why this move is not possible, or None."""
    return first_refusal(_RULES, answering)


def moves_open_to(who: Standing, finding: Finding, emergency: Emergency | None) -> tuple[FindingMove, ...]:
    """What this person can do with the finding now, once they have found the words."""
    return tuple(
        move
        for move in FindingMove
        if refuse_move(Answering(who=who, finding=finding, move=move, words="…", emergency=emergency)) is None
    )


def _is_possible(a: Answering) -> Refused | None:
    if finding_after(a.finding.state, a.move) is not None:
        return None
    title = FINDING_STATE_TITLES[a.finding.state]
    return Refused("finding_state", f"这条预警提示现在是“{title}”，不能这样办理。请刷新页面看最新情况。")


def _has_the_role(a: Answering) -> Refused | None:
    if a.who.person.is_active and a.who.holds_any(MAY_MOVE[a.move]):
        return None
    return Refused("finding_role", "这条预警提示由三资办核查和办结。需要说明情况的，请在这一页写说明。")


def _is_concerned(a: Answering) -> Refused | None:
    is_named = a.who.id in a.finding.persons
    is_officer = a.finding.cooperative is not None and a.who.holds_any(COOPERATIVE_ROLES, a.finding.cooperative)
    if a.move is not FindingMove.EXPLAIN or is_named or is_officer or a.who.holds_any(OF_THE_OFFICE):
        return None
    return Refused("finding_not_concerned", "这条预警提示与您和您的合作社无关，不用您说明。请由有关的人或三资办说明。")


def _is_not_ones_own(a: Answering) -> Refused | None:
    if a.move is FindingMove.EXPLAIN or a.who.id not in a.finding.persons:
        return None
    return Refused("finding_caused", "这条预警提示由您引起，不能由您自己核查或办结。请三资办另一位同事或负责人办理。")


def _is_not_ones_own_words(a: Answering) -> Refused | None:
    if a.move not in (FindingMove.ACCEPT, FindingMove.RETURN) or a.who.id != a.finding.explained_by:
        return None
    return Refused("finding_own_words", "说明是您自己写的，不能由您自己认可。请三资办另一位同事核查。")


def _red_is_closed_from_above(a: Answering) -> Refused | None:
    is_closing_red = a.move is FindingMove.CLOSE and a.finding.level is Level.RED
    if not is_closing_red or a.who.holds_any(MAY_CLOSE_RED):
        return None
    return Refused("finding_red", "红色预警由三资办负责人或分管领导办结。请把核查结果报给他们。")


def _emergency_is_decided(a: Answering) -> Refused | None:
    if a.move is not FindingMove.CLOSE or a.emergency is None or a.emergency.state not in OPEN_EMERGENCIES:
        return None
    return Refused(
        "finding_emergency", "这次没有许可的开柜还没有定性，不能办结。请先由三资办负责人追认，或等满 24 小时。"
    )


def _says_why(a: Answering) -> Refused | None:
    if a.words.strip():
        return None
    return Refused("finding_words", "请写几句：查了什么、结果怎样。以后看的人要靠它明白。")


_RULES: tuple[Callable[[Answering], Refused | None], ...] = (
    _is_possible,
    _has_the_role,
    _is_concerned,
    _is_not_ones_own,
    _is_not_ones_own_words,
    _red_is_closed_from_above,
    _emergency_is_decided,
    _says_why,
)
