"""An agent is put out of service: stolen, sold, or nobody knows any more what it says."""

from dataclasses import dataclass

from server.custody.agents import refuse_to_revoke_agent
from server.custody.facts import Agent, Checkout, IssuedPermit
from server.custody.lifecycle import CheckoutCommand, checkout_after
from server.custody.refusals import Refused
from server.store import find
from server.store.work import Work
from server.usecases.issuing import revoke
from server.usecases.refusing import acting, refuse

AGENT_REVOKED = "agent_revoked"
"""The `reason` of revoking what waited at an agent that is out of service."""

_UNKNOWN_AGENT = Refused("unknown_agent", "没有登记过这台柜机。请核对它的名字。")


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeAgent:
    """Which agent, and who says so; `by` None stands for the operator at the machine."""

    agent: str
    by: str | None = None


@dataclass(frozen=True, slots=True)
class AgentRevoked:
    """Nobody listens to it any more, and nothing is sent to it. `permits` were waiting there and are worth nothing."""

    agent: str
    permits: int


def revoke_agent(work: Work, asked: RevokeAgent) -> AgentRevoked | Refused:
    """Put the agent out of service, or say why not. Added again it begins a new epoch."""
    agent = work.get(Agent, asked.agent)
    if agent is None:
        return refuse(work, _UNKNOWN_AGENT, asked.by)
    who = None if asked.by is None else acting(work, asked.by)
    if (refused := refuse_to_revoke_agent(who, agent)) is not None:
        return refuse(work, refused, asked.by)
    waiting = find.live_permits(work.facts, agent.id, work.now)
    for permit in waiting:
        _take_back(work, permit, asked.by)
    work.record("agent_revoked", {"agent": agent.id}, None if asked.by is None else {"by_person": asked.by})
    return AgentRevoked(agent.id, len(waiting))


def _take_back(work: Work, permit: IssuedPermit, by: str | None) -> None:
    revoke(work, permit, by, AGENT_REVOKED)
    checkout = work.get(Checkout, permit.checkout) if permit.checkout else None
    if checkout is not None and checkout_after(checkout.state, CheckoutCommand.WITHDRAW) is not None:
        work.record("checkout_withdrawn", {"checkout": checkout.id, "person": by})
