"""An administrator confirms what another one proposed, which then holds at once, or declines it with a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from server.custody.administration.changes import Answering, Change, ChangeKind, ChangeState, refuse_to_answer
from server.custody.refusals import Refused
from server.store.work import Work
from server.usecases.change_setting import refuse_setting_as_proposed, set_as_confirmed
from server.usecases.compare_enrolment import admit, code_to_compare, decline_enrolment, refuse_admission
from server.usecases.issue_roster import issue_rosters
from server.usecases.propose_mandate import record_mandate, refuse_mandate_as_proposed
from server.usecases.propose_role import grant_role, refuse_as_proposed
from server.usecases.refusing import acting, refuse
from server.usecases.revoke_agent import reinstate_agent
from server.usecases.texts import tidy

UNKNOWN_CHANGE = Refused("unknown_change", "没有找到这项变更。请回到列表，从那里再打开一次。")
UNCOMPARED = Refused("enrolment_unseen", "请打开这次入网，与柜机的屏幕核对过六组对照码，再在那里确认。")
UNSEEN = Refused("roster_unseen", "请先打开这份名册，看过会改什么，再在那里确认。")
NO_REASON = Refused("no_reason", "不确认要写明原因，好让提出的人知道怎么改。请补上原因。")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerChange:
    """Who confirms or declines which change; declining says why.

    `seen` is the comparison code that stood beside the button, where a machine enrols.
    """

    by: str
    change: str
    agrees: bool
    reason: str = ""
    seen: str = ""


@dataclass(frozen=True, slots=True)
class ChangeAnswered:
    """The change and what became of it."""

    change: str
    state: ChangeState


@dataclass(frozen=True, slots=True)
class _Confirming:
    """How a kind of change is judged once more at the moment of its confirmation, and made true."""

    refused: Callable[[Work, Change], Refused | None]
    make_true: Callable[[Work, Change], None]


def answer_change(work: Work, asked: AnswerChange) -> ChangeAnswered | Refused:
    """Answer it, or say why not. What was right when it was proposed is judged again."""
    change = work.get(Change, asked.change)
    if change is None:
        return refuse(work, UNKNOWN_CHANGE, asked.by)
    if (refused := refuse_to_answer(Answering(acting(work, asked.by), change))) is not None:
        return refuse(work, refused, asked.by)
    return _confirm(work, asked, change) if asked.agrees else decline(work, asked, change)


def decline(work: Work, asked: AnswerChange, change: Change) -> ChangeAnswered | Refused:
    """Leave everything as it is, and say why."""
    reason = tidy(asked.reason)
    if not reason:
        return refuse(work, NO_REASON, asked.by)
    work.record("change_declined", about_answer(asked, change), {"reason": reason})
    if (undo := _DECLINING.get(change.kind)) is not None:
        undo(work, change, asked.by)
    return ChangeAnswered(change.id, ChangeState.DECLINED)


def about_answer(asked: AnswerChange, change: Change) -> dict[str, str | None]:
    """What the entry of an answer names."""
    return {"change": change.id, "kind": change.kind, "by_person": asked.by, "person": change.subject}


def _confirm(work: Work, asked: AnswerChange, change: Change) -> ChangeAnswered | Refused:
    confirming = _CONFIRMING.get(change.kind)
    if confirming is None:
        return refuse(work, UNSEEN, asked.by)
    if change.kind is ChangeKind.ENROLMENT and asked.seen != code_to_compare(work, change):
        return refuse(work, UNCOMPARED, asked.by)
    if (refused := confirming.refused(work, change)) is not None:
        return refuse(work, refused, asked.by)
    work.record("change_confirmed", about_answer(asked, change))
    confirming.make_true(work, change)
    return ChangeAnswered(change.id, ChangeState.CONFIRMED)


def _grant(work: Work, change: Change) -> None:
    grant_role(work, change)
    issue_rosters(work)


def _never(_work: Work, _change: Change) -> None:
    """Whatever was true when it was done at once is true now."""


def _holds_already(_work: Work, _change: Change) -> None:
    """Nothing is left to be made true."""


# A roster is confirmed by `update_roster`, which needs the workbook and what was shown of it.
_CONFIRMING: Mapping[ChangeKind, _Confirming] = {
    ChangeKind.ROLE: _Confirming(refuse_as_proposed, _grant),
    ChangeKind.SETTING: _Confirming(refuse_setting_as_proposed, set_as_confirmed),
    ChangeKind.ENROLMENT: _Confirming(refuse_admission, admit),
    ChangeKind.REVOCATION: _Confirming(_never, _holds_already),
    ChangeKind.MANDATE: _Confirming(refuse_mandate_as_proposed, record_mandate),
}
_DECLINING: Mapping[ChangeKind, Callable[[Work, Change, str], None]] = {
    ChangeKind.ENROLMENT: decline_enrolment,
    ChangeKind.REVOCATION: reinstate_agent,
}
"""What declining has to undo, where something held from the proposal on."""
