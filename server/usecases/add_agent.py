"""A new agent whose keys are made here, for a machine that has no network yet: the one file it starts from."""

from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.notes import Signer
from server.custody.refusals import Refused
from server.store.side_tables import digest_of
from server.store.work import Work
from server.usecases.register_agent import AgentKeys, AgentPlan, bundle_for, refuse_agent, register_agent

_SEED_BYTES = 32
_PASSWORD_BYTES = 32


@dataclass(frozen=True, slots=True)
class AgentAdded:
    """`bundle` is what to write to the agent's file (0600); its private key is kept nowhere else.

    `witness` is the key that policies know the agent by as a witness.
    """

    agent: str
    epoch: int
    bundle: dict[str, Any]
    witness: str


def add_agent(work: Work, plan: AgentPlan) -> AgentAdded | Refused:
    """Register the agent and issue its first roster, or say why not.

    An agent that exists already gets a new key and the next epoch.
    """
    if (refused := refuse_agent(work, plan)) is not None:
        return refused
    seed = work.chance(_SEED_BYTES)
    verifier = Signer(f"{work.keys.origin}/agent/{plan.agent}", seed).verifier
    password = urlsafe_b64encode(work.chance(_PASSWORD_BYTES)).decode().rstrip("=")
    agent = register_agent(work, plan, AgentKeys(key=verifier.vkey, broker_password=digest_of(password)))
    public = bundle_for(work.keys, plan, agent.epoch)
    secret = {"private_key": b64encode(seed).decode(), "broker": {**public["broker"], "password": password}}
    return AgentAdded(agent.id, agent.epoch, {**public, **secret}, Cosigner.of(verifier).vkey)
