"""A new agent: its key, its cabinets, and the one file it starts from."""

from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.entries import SERVER
from firmware_protocol.log_policy import MalformedPolicy, parse_policy
from firmware_protocol.notes import Signer
from firmware_protocol.permit_checks import TrustLevel
from server.custody.facts import Agent, Cabinet
from server.custody.refusals import Refused
from server.custody.shapes import is_id
from server.custody.wording import say_names
from server.store.side_tables import digest_of
from server.store.work import Work
from server.usecases.issue_roster import issue_roster

_SEED_BYTES = 32
_PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class AddAgent:
    """The agent's name, the cabinets it drives, and where it will find the server and the broker.

    `trust` is what a permit needs there (`TrustLevel`); with `quorum`, `policy` is the text that says who must witness.

    An agent that exists already gets a new key and the next epoch: a replaced SD card never re-uses a number.
    """

    agent: str
    cabinets: tuple[str, ...]
    server_url: str
    broker_host: str
    broker_port: int
    tls_ca: str | None = None
    trust: TrustLevel = "log"
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class AgentAdded:
    """`bundle` is what to write to the agent's file (0600); its private key is kept nowhere else.

    `witness` is the key that policies know the agent by as a witness.
    """

    agent: str
    epoch: int
    bundle: dict[str, Any]
    witness: str


def add_agent(work: Work, asked: AddAgent) -> AgentAdded | Refused:
    """Register the agent and issue its first roster, or say why not."""
    if (refused := _refused(work, asked)) is not None:
        return refused
    before = work.get(Agent, asked.agent)
    epoch = 1 if before is None else before.epoch + 1
    seed = work.chance(_SEED_BYTES)
    signer = Signer(f"{work.keys.origin}/agent/{asked.agent}", seed)
    password = urlsafe_b64encode(work.chance(_PASSWORD_BYTES)).decode().rstrip("=")
    about = {"agent": asked.agent, "epoch": epoch, "key": signer.verifier.vkey, "cabinets": list(asked.cabinets)}
    work.record("agent_added", about, {"broker_password": digest_of(password)})
    agent = work.get(Agent, asked.agent)
    if agent is None:
        raise LookupError(asked.agent)
    issue_roster(work, agent)
    witness = Cosigner.of(signer.verifier).vkey
    return AgentAdded(agent.id, epoch, _bundle(work, asked, epoch, seed, password), witness)


def _refused(work: Work, asked: AddAgent) -> Refused | None:
    if not is_id(asked.agent) or not asked.agent.isascii() or asked.agent == SERVER or "/" in asked.agent:
        return Refused("agent_name", "柜机的名字用小写字母、数字和连字符，例如 hall-1；不能叫 server。")
    unknown = [each for each in asked.cabinets if work.get(Cabinet, each) is None]
    if unknown or not asked.cabinets:
        return Refused("unknown_cabinet", f"没有登记过共管柜{say_names(unknown)}。请先导入名册，再登记柜机。")
    if not _policy_fits(asked):
        return Refused(
            "trust_policy", "信任级别 quorum 要同时给出一份看得懂的见证规则（--policy）；其他级别不用。请核对后再登记。"
        )
    taken = [each for each in asked.cabinets if _driven_by_another(work, each, asked.agent)]
    if taken:
        return Refused("cabinet_taken", f"{say_names(taken)}已经接在另一台柜机上。请先停用那一台。")
    return None


def _policy_fits(asked: AddAgent) -> bool:
    """Whether there is a policy where the level asks for one, and nowhere else."""
    if asked.policy is None or asked.trust != "quorum":
        return asked.policy is None and asked.trust != "quorum"
    try:
        parse_policy(asked.policy)
    except MalformedPolicy:
        return False
    return True


def _driven_by_another(work: Work, cabinet_id: str, agent_id: str) -> bool:
    cabinet = work.get(Cabinet, cabinet_id)
    other = None if cabinet is None or cabinet.agent in (None, agent_id) else work.get(Agent, cabinet.agent)
    return other is not None and other.is_active


def _bundle(work: Work, asked: AddAgent, epoch: int, seed: bytes, password: str) -> dict[str, Any]:
    broker: dict[str, Any] = {
        "host": asked.broker_host,
        "port": asked.broker_port,
        "username": asked.agent,
        "password": password,
    }
    bundle = {
        "agent": asked.agent,
        "epoch": epoch,
        "private_key": b64encode(seed).decode(),
        "origin": work.keys.origin,
        "permit_vkey": work.keys.permit.verifier.vkey,
        "log_vkey": work.keys.log.verifier.vkey,
        "server_url": asked.server_url,
        "broker": broker if asked.tls_ca is None else {**broker, "tls_ca": asked.tls_ca},
        "trust": asked.trust,
    }
    return bundle if asked.policy is None else {**bundle, "policy": asked.policy}
