"""The policy changes by two people: one proposes, another confirms having read it, or declines."""

from dataclasses import dataclass

from server.custody.policy.adopting import Proposal, refuse_adoption, refuse_proposal
from server.custody.policy.document import Policy
from server.custody.policy.versions import PolicyState, PolicyVersion
from server.custody.policy.writing import digest, write
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.refusing import acting, refuse
from server.usecases.texts import tidy

NOTHING_PROPOSED = Refused("policy_not_waiting", "没有等着确认的修改。可能已经有人处理了，请刷新页面看看。")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposePolicy:
    """Who proposes which tables, and why."""

    by: str
    policy: Policy
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPolicy:
    """Who confirms or declines which version. `digest` is that of the text they were shown."""

    by: str
    version: str
    digest: str
    agrees: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PolicyStands:
    """A version and where it stands now."""

    version: str
    state: PolicyState


def propose_policy(work: Work, asked: ProposePolicy) -> PolicyStands | Refused:
    """Propose a new version, or say why not. Nothing changes until it is confirmed."""
    versions = find.policies(work.facts)
    proposal = Proposal(
        by=acting(work, asked.by),
        policy=asked.policy,
        in_force=find.policy_in_force(work.facts).policy,
        note=tidy(asked.note),
        is_another_waiting=any(each.state is PolicyState.PROPOSED for each in versions),
    )
    if (refused := refuse_proposal(proposal)) is not None:
        return refuse(work, refused, asked.by)
    number, document = versions[0].number + 1, write(asked.policy)
    about = {"policy": number, "document": digest(document), "person": asked.by}
    work.record("policy_proposed", about, {"document": document, "note": proposal.note})
    return PolicyStands(str(number), PolicyState.PROPOSED)


def answer_policy(work: Work, asked: AnswerPolicy) -> PolicyStands | Refused:
    """Put a proposed version in force or decline it, or say why not."""
    version = work.get(PolicyVersion, asked.version)
    if version is None or version.state is not PolicyState.PROPOSED or version.digest != asked.digest:
        return refuse(work, NOTHING_PROPOSED, asked.by)
    refused = refuse_adoption(acting(work, asked.by), version.proposed_by or "")
    reason = tidy(asked.reason)
    if refused is None and not asked.agrees and not reason:
        refused = Refused("no_reason", "退回要写明原因，好让提出的人知道怎么改。请补上原因。")
    if refused is not None:
        return refuse(work, refused, asked.by)
    about = {"policy": version.number, "document": version.digest, "person": asked.by}
    if asked.agrees:
        work.record("policy_adopted", {**about, "replaces": find.policy_in_force(work.facts).number})
        return PolicyStands(version.id, PolicyState.IN_FORCE)
    work.record("policy_declined", about, {"reason": reason})
    return PolicyStands(version.id, PolicyState.DECLINED)
