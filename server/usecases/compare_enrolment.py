"""Two people compare a machine's screen with the server's: the first puts it before the second, who admits it."""

from collections.abc import Callable
from dataclasses import dataclass

from server.custody.administration.changes import Change, ChangeKind
from server.custody.enrolments import (
    ClosedFor,
    Comparing,
    Enrolment,
    EnrolmentState,
    refuse_comparison,
    refuse_to_cancel,
)
from server.custody.refusals import Refused
from server.store.find_administration import enrolments_in, waiting_changes
from server.store.work import Work
from server.usecases.enrolling import UNKNOWN_ENROLMENT, close, is_still_told, plan_of
from server.usecases.propose_role import ChangeProposed, propose
from server.usecases.refusing import acting, refuse
from server.usecases.register_agent import AgentKeys, next_epoch, refuse_agent, register_agent

MOVED = Refused("enrolment_unseen", "页面上的对照码变了。请重新打开这次入网，再核对一遍。")
OVERTAKEN = Refused(
    "enrolment_overtaken", "核对以后情况变了：这台柜机另外登记过，或者服务器换了密钥。请点不确认，再重新开放入网。"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareEnrolment:
    """Who has compared the two screens, and the code they saw on the server's."""

    by: str
    enrolment: str
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelEnrolment:
    """Who wants it to come to nothing: a token in wrong hands, or codes that differ."""

    by: str
    enrolment: str


@dataclass(frozen=True, slots=True)
class EnrolmentCancelled:
    """It came to nothing."""

    enrolment: str


@dataclass(frozen=True, slots=True)
class ExpireEnrolments:
    """Look for enrolments for which nobody came in time; safe to ask as often as one likes."""


def compare_enrolment(work: Work, asked: CompareEnrolment) -> ChangeProposed | Refused:
    """Put it before another administrator, or say why not."""
    enrolment = _judged(work, asked.by, asked.enrolment, refuse_comparison)
    if not isinstance(enrolment, Refused) and asked.seen != enrolment.code:
        enrolment = MOVED
    if isinstance(enrolment, Refused):
        return refuse(work, enrolment, asked.by)
    wanted = {"enrolment": enrolment.id, "agent": enrolment.agent}
    return propose(work, asked.by, ChangeKind.ENROLMENT, wanted, "")


def cancel_enrolment(work: Work, asked: CancelEnrolment) -> EnrolmentCancelled | Refused:
    """End it before anybody proposed it, or say why not."""
    enrolment = _judged(work, asked.by, asked.enrolment, refuse_to_cancel)
    if isinstance(enrolment, Refused):
        return refuse(work, enrolment, asked.by)
    close(work, enrolment, ClosedFor.CANCELLED, asked.by)
    return EnrolmentCancelled(asked.enrolment)


def expire_enrolments(work: Work, _asked: ExpireEnrolments) -> tuple[str, ...]:
    """End what nobody came for in time. What was compared once waits for its second person as long as it takes."""
    proposed = {each.wanted["enrolment"] for each in waiting_changes(work.facts, ChangeKind.ENROLMENT)}
    under_way = (*enrolments_in(work.facts, EnrolmentState.OPEN), *enrolments_in(work.facts, EnrolmentState.PRESENTED))
    over = [each for each in under_way if each.is_over(work.now) and each.id not in proposed]
    for each in over:
        close(work, each, ClosedFor.EXPIRED)
    return tuple(each.id for each in over)


def code_to_compare(work: Work, change: Change) -> str:
    """The code on both screens."""
    return _enrolment(work, change).code


def refuse_admission(work: Work, change: Change) -> Refused | None:
    """Why the machine cannot become an agent any more, or None."""
    enrolment = _enrolment(work, change)
    if enrolment.epoch != next_epoch(work, enrolment.agent) or not is_still_told(enrolment, work.keys):
        return OVERTAKEN
    return refuse_agent(work, plan_of(enrolment))


def admit(work: Work, change: Change) -> None:
    """Make it an agent: from now on the broker knows it, and its machine fetches its bundle."""
    enrolment = _enrolment(work, change)
    keys = AgentKeys(key=enrolment.key, broker_password=enrolment.broker_password)
    register_agent(work, plan_of(enrolment), keys, {"enrolment": enrolment.id, "change": change.id})


def decline_enrolment(work: Work, change: Change, by: str) -> None:
    """The second person did not agree."""
    close(work, _enrolment(work, change), ClosedFor.DECLINED, by)


def _judged(work: Work, by: str, enrolment_id: str, rule: Callable[[Comparing], Refused | None]) -> Enrolment | Refused:
    """The enrolment, where the rule has nothing against what is asked."""
    enrolment = work.get(Enrolment, enrolment_id)
    if enrolment is None:
        return UNKNOWN_ENROLMENT
    waiting = waiting_changes(work.facts, ChangeKind.ENROLMENT)
    is_proposed = any(each.wanted["enrolment"] == enrolment_id for each in waiting)
    return rule(Comparing(acting(work, by), enrolment, is_proposed, work.now)) or enrolment


def _enrolment(work: Work, change: Change) -> Enrolment:
    enrolment = work.get(Enrolment, change.wanted["enrolment"])
    if enrolment is None:
        raise LookupError(change.wanted["enrolment"])
    return enrolment
