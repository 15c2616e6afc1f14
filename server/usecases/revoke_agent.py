"""An agent is put out of service: stolen, sold, or nobody knows any more what it says.

That holds at once, for waiting is the danger. Where an administrator did it, another one has the last word: confirmed,
the agent comes back only by being added or enrolled anew; declined, it goes on as before.
"""

from dataclasses import dataclass, replace

from server.custody.administration.changes import Change, ChangeKind
from server.custody.agents import refuse_to_revoke_agent
from server.custody.facts import Agent
from server.custody.refusals import Refused
from server.store.work import Work
from server.usecases.issue_roster import issue_roster
from server.usecases.propose_role import propose
from server.usecases.refusing import acting, refuse
from server.usecases.taking_back import take_back_what_waits

AGENT_REVOKED = "agent_revoked"
"""The `reason` of revoking what waited at an agent that is out of service."""

_UNKNOWN_AGENT = Refused("unknown_agent", "没有登记过这台柜机。请核对它的名字。")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAgent:
    """Which agent, who says so, and why; `by` None stands for the operator at the machine, who needs no other."""

    agent: str
    by: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AgentRevoked:
    """Nobody listens to it any more, and nothing is sent to it. `permits` were waiting there and are worth nothing.

    `change` is what another administrator has to answer; None where the operator did it.
    """

    agent: str
    permits: int
    change: str | None = None


def revoke_agent(work: Work, asked: RevokeAgent) -> AgentRevoked | Refused:
    """Put the agent out of service, or say why not. Added again it begins a new epoch."""
    agent = work.get(Agent, asked.agent)
    if agent is None:
        return refuse(work, _UNKNOWN_AGENT, asked.by)
    who = None if asked.by is None else acting(work, asked.by)
    if (refused := refuse_to_revoke_agent(who, agent)) is not None:
        return refuse(work, refused, asked.by)
    waiting = take_back_what_waits(work, agent.id, AGENT_REVOKED, asked.by)
    change = None if asked.by is None else _to_confirm(work, agent, asked.by, asked.note)
    body = None if asked.by is None else {"by_person": asked.by}
    work.record("agent_revoked", {"agent": agent.id, "change": change}, body)
    return AgentRevoked(agent.id, waiting, change)


def reinstate_agent(work: Work, change: Change, by: str) -> None:
    """Another administrator did not agree: the agent is listened to again, unless it has begun a new life since."""
    agent = work.get(Agent, change.wanted["agent"])
    if agent is None or agent.is_active or str(agent.epoch) != change.wanted["epoch"]:
        return
    about = {"agent": agent.id, "epoch": agent.epoch, "change": change.id, "by_person": by}
    work.record("agent_reinstated", about)
    issue_roster(work, replace(agent, is_active=True))


def _to_confirm(work: Work, agent: Agent, by: str, note: str) -> str:
    wanted = {"agent": agent.id, "epoch": str(agent.epoch)}
    return propose(work, by, ChangeKind.REVOCATION, wanted, note).change
