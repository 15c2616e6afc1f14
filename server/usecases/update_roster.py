"""A township's workbook brought in from the pages: one administrator proposes it, another confirms what it would do."""

import hashlib
from dataclasses import dataclass, replace

from server.custody.administration.changes import (
    Answering,
    Change,
    ChangeKind,
    refuse_to_answer,
    refuse_to_propose,
)
from server.custody.people import Person
from server.custody.refusals import Refused
from server.store.find_administration import waiting_changes
from server.store.work import Work
from server.usecases.answer_change import UNKNOWN_CHANGE, AnswerChange, about_answer
from server.usecases.import_roster import ImportReport, ImportRoster, check_roster, import_roster
from server.usecases.propose_role import ALREADY_PROPOSED, ChangeProposed, propose
from server.usecases.refusing import acting, refuse
from server.usecases.roster_checks import PEOPLE
from server.usecases.roster_plan import PlannedRow

NOTHING_NEW = Refused("roster_same", "名册和登记的一样，没有要更新的。")
MOVED_ON = Refused("roster_moved", "登记的内容刚刚变了，这份名册现在的结果和您看到的不同。请再看一遍。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeRoster:
    """Who proposes which workbook, as read; rows that do not fit are left out. `seen` is what they were shown."""

    by: str
    asked: ImportRoster
    seen: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmRoster:
    """Who confirms which change with which workbook, having been shown `seen`."""

    by: str
    change: str
    asked: ImportRoster
    seen: str


@dataclass(frozen=True, slots=True)
class RosterUpdated:
    """It holds from now on."""

    change: str
    report: ImportReport


def seen_of(report: ImportReport) -> str:
    """SHA-256 (hex) of everything a check showed: what an answer is an answer to."""
    shown = sorted(map(repr, (*report.rows, *report.problems, *report.vanished)))
    return hashlib.sha256("\n".join(shown).encode()).hexdigest()


def propose_roster(work: Work, proposal: ProposeRoster) -> ChangeProposed | Refused:
    """Propose it, or say why not. Nothing changes until another administrator has confirmed it."""
    refused = refuse_to_propose(acting(work, proposal.by))
    wanted = {"document": proposal.asked.roster.document}
    if refused is None and any(each.wanted == wanted for each in waiting_changes(work.facts, ChangeKind.ROSTER)):
        refused = ALREADY_PROPOSED
    refused = refused or _refuse_content(work, proposal.asked, proposal.seen, proposal.by)
    if refused is not None:
        return refuse(work, refused, proposal.by)
    return propose(work, proposal.by, ChangeKind.ROSTER, wanted, proposal.note)


def confirm_roster(work: Work, answer: ConfirmRoster) -> RosterUpdated | Refused:
    """Bring it in, or say why not."""
    change = work.get(Change, answer.change)
    if change is None or change.wanted.get("document") != answer.asked.roster.document:
        return refuse(work, UNKNOWN_CHANGE, answer.by)
    refused = refuse_to_answer(Answering(acting(work, answer.by), change))
    refused = refused or refuse_to_propose(acting(work, change.proposed_by))
    refused = refused or _refuse_content(work, answer.asked, answer.seen, change.proposed_by, answer.by)
    if refused is not None:
        return refuse(work, refused, answer.by)
    agreed = AnswerChange(by=answer.by, change=change.id, agrees=True)
    work.record("change_confirmed", about_answer(agreed, change))
    report = import_roster(work, replace(answer.asked, skip_bad=True, by=change.proposed_by, change=change.id))
    return RosterUpdated(change.id, report)


def _refuse_content(work: Work, asked: ImportRoster, seen: str, *administrators: str) -> Refused | None:
    report = check_roster(work.connection, asked)
    if seen_of(report) != seen:
        return MOVED_ON
    if not report.rows:
        return NOTHING_NEW
    return next((refused for each in administrators if (refused := _refuse_own(work, each, report))), None)


def _refuse_own(work: Work, administrator: str, report: ImportReport) -> Refused | None:
    """Nobody brings in a roster that says something new of themselves."""
    person = work.get(Person, administrator)
    if person is None or not any(_is_about(row, person) for row in report.rows):
        return None
    said = f"这份名册改动了{person.name}自己的登记或职务。请先从名册里去掉这一行，由别的管理员另外办理。"
    return Refused("roster_own", said)


def _is_about(row: PlannedRow, person: Person) -> bool:
    return row.sheet == PEOPLE and row.what.endswith(f" {person.phone}")
