"""What makes a machine an agent, whoever made its keys: the rules, the entry, and the file it starts from."""

from dataclasses import dataclass
from typing import Any

from firmware_protocol.entries import SERVER
from firmware_protocol.log_policy import MalformedPolicy, parse_policy
from firmware_protocol.permit_checks import TrustLevel
from server.custody.facts import Agent, Cabinet
from server.custody.refusals import Refused
from server.custody.shapes import is_id
from server.custody.wording import say_names
from server.store.keys import Keys
from server.store.work import Work
from server.usecases.issue_roster import issue_roster
from server.usecases.taking_back import take_back_what_waits

AGENT_RENEWED = "agent_renewed"
"""The `reason` of revoking what waited at an agent that begins a new life."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentPlan:
    """The agent's name, the cabinets it drives, and where it will find the server and the broker.

    `trust` is what a permit needs there (`TrustLevel`); with `quorum`, `policy` is the text that says who must witness.
    """

    agent: str
    cabinets: tuple[str, ...]
    server_url: str
    broker_host: str
    broker_port: int
    tls_ca: str | None = None
    trust: TrustLevel = "log"
    policy: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentKeys:
    """What the agent is known by: its verifier key, and the SHA-256 (hex) of its password at the broker."""

    key: str
    broker_password: str


def next_epoch(work: Work, agent_id: str) -> int:
    """Which life of the agent begins: a replaced SD card never re-uses a number."""
    before = work.get(Agent, agent_id)
    return 1 if before is None else before.epoch + 1


def refuse_agent(work: Work, plan: AgentPlan) -> Refused | None:
    """Why there can be no such agent, or None."""
    if not is_id(plan.agent) or not plan.agent.isascii() or plan.agent == SERVER or "/" in plan.agent:
        return Refused("agent_name", "柜机的名字用小写字母、数字和连字符，例如 hall-1；不能叫 server。")
    unknown = [each for each in plan.cabinets if work.get(Cabinet, each) is None]
    if unknown or not plan.cabinets:
        return Refused("unknown_cabinet", f"没有登记过共管柜{say_names(unknown)}。请先导入名册，再登记柜机。")
    if not _policy_fits(plan):
        return Refused(
            "trust_policy", "信任级别 quorum 要同时给出一份看得懂的见证规则（--policy）；其他级别不用。请核对后再登记。"
        )
    taken = [each for each in plan.cabinets if _driven_by_another(work, each, plan.agent)]
    if taken:
        return Refused("cabinet_taken", f"{say_names(taken)}已经接在另一台柜机上。请先停用那一台。")
    return None


def register_agent(work: Work, plan: AgentPlan, keys: AgentKeys, ground: dict[str, str] | None = None) -> Agent:
    """Make it an agent in its next epoch and issue its roster. `ground`: the enrolment and change that led here.

    An earlier disk may have used what waits there and not have said so: under that nothing opens a second time.
    """
    take_back_what_waits(work, plan.agent, AGENT_RENEWED, None)
    about = {
        "agent": plan.agent,
        "epoch": next_epoch(work, plan.agent),
        "key": keys.key,
        "cabinets": list(plan.cabinets),
        "trust": plan.trust,
        **(ground or {}),
    }
    work.record("agent_added", about, {"broker_password": keys.broker_password})
    agent = work.get(Agent, plan.agent)
    if agent is None:
        raise LookupError(plan.agent)
    issue_roster(work, agent)
    return agent


def bundle_for(keys: Keys, plan: AgentPlan, epoch: int) -> dict[str, Any]:
    """The agent's file but for its two secrets, `private_key` and the broker's `password`."""
    broker = {"host": plan.broker_host, "port": plan.broker_port, "username": plan.agent}
    bundle = {
        "agent": plan.agent,
        "epoch": epoch,
        "origin": keys.origin,
        "permit_vkey": keys.permit.verifier.vkey,
        "log_vkey": keys.log.verifier.vkey,
        "server_url": plan.server_url,
        "broker": broker if plan.tls_ca is None else {**broker, "tls_ca": plan.tls_ca},
        "trust": plan.trust,
    }
    return bundle if plan.policy is None else {**bundle, "policy": plan.policy}


def _policy_fits(plan: AgentPlan) -> bool:
    """Whether there is a policy where the level asks for one, and nowhere else."""
    if plan.policy is None or plan.trust != "quorum":
        return plan.policy is None and plan.trust != "quorum"
    try:
        parse_policy(plan.policy)
    except MalformedPolicy:
        return False
    return True


def _driven_by_another(work: Work, cabinet_id: str, agent_id: str) -> bool:
    cabinet = work.get(Cabinet, cabinet_id)
    other = None if cabinet is None or cabinet.agent in (None, agent_id) else work.get(Agent, cabinet.agent)
    return other is not None and other.is_active
