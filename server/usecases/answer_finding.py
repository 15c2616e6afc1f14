"""Somebody explains a finding, accepts or returns the explanation, or closes it."""

from dataclasses import dataclass

from server.custody.findings.emergencies import Emergency
from server.custody.findings.finding import Finding, FindingState
from server.custody.findings.life import EVENT_OF_MOVE, Answering, FindingMove, finding_after, refuse_move
from server.custody.refusals import Refused
from server.store.work import Work
from server.usecases.refusing import acting, refuse
from server.usecases.texts import tidy

UNKNOWN_FINDING = Refused("unknown_finding", "没有找到这条预警提示。请回到列表，从那里再打开一次。")


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFinding:
    """Who does what with which finding, and in which words."""

    by: str
    finding: str
    move: FindingMove
    words: str


@dataclass(frozen=True, slots=True)
class Answered:
    """Where the finding stands now."""

    finding: str
    state: FindingState


def answer_finding(work: Work, asked: AnswerFinding) -> Answered | Refused:
    """Move the finding on, or say why not."""
    finding = work.get(Finding, asked.finding)
    if finding is None:
        return refuse(work, UNKNOWN_FINDING, asked.by)
    answering = Answering(
        who=acting(work, asked.by),
        finding=finding,
        move=asked.move,
        words=tidy(asked.words),
        emergency=work.get(Emergency, finding.id),
    )
    state = finding_after(finding.state, asked.move)
    if (refused := refuse_move(answering)) is not None or state is None:
        return refuse(work, refused or UNKNOWN_FINDING, asked.by, cooperative=finding.cooperative)
    about = {"finding": finding.id, "rule": finding.rule, "cooperative": finding.cooperative}
    words = {"reason": tidy(asked.words)}
    work.record(EVENT_OF_MOVE[asked.move], {**about, "checkout": finding.checkout, "person": asked.by}, words)
    return Answered(finding.id, state)
