"""Adding an agent: what its bundle says about trust, and what is refused before a key is made."""

from dataclasses import replace

import pytest

from firmware_protocol.permit_checks import TrustLevel
from server.custody.facts import Agent
from server.usecases.add_agent import add_agent
from server.usecases.register_agent import AgentPlan
from tests.server.town import AGENT, Town, granted, refusal

ASKED = AgentPlan(
    agent=AGENT, cabinets=("CAB-01",), server_url="http://127.0.0.1", broker_host="127.0.0.1", broker_port=1
)
POLICY = "quorum none\n"
LEVELS: dict[str, tuple[TrustLevel, str | None]] = {
    "signed": ("signed", None),
    "log": ("log", None),
    "quorum": ("quorum", POLICY),
}
UNFIT: dict[str, tuple[TrustLevel, str | None]] = {
    "a quorum without a policy": ("quorum", None),
    "a policy without a quorum": ("log", POLICY),
    "a policy that says nothing": ("quorum", "quorum jiwei\n"),
}


@pytest.mark.parametrize(("trust", "policy"), LEVELS.values(), ids=LEVELS)
def test_a_bundle_says_what_a_permit_needs_there(town: Town, trust: TrustLevel, policy: str | None) -> None:
    added = granted(town.do(add_agent, replace(ASKED, trust=trust, policy=policy)))
    assert (added.bundle["trust"], added.bundle.get("policy")) == (trust, policy)
    assert town.get(Agent, AGENT).trust == trust


def test_an_agent_obeys_the_log_unless_told_otherwise(town: Town) -> None:
    assert granted(town.do(add_agent, ASKED)).bundle["trust"] == "log"


@pytest.mark.parametrize(("trust", "policy"), UNFIT.values(), ids=UNFIT)
def test_level_and_policy_go_together_or_nothing_is_added(town: Town, trust: TrustLevel, policy: str | None) -> None:
    before = town.get(Agent, AGENT)
    assert refusal(town.do(add_agent, replace(ASKED, trust=trust, policy=policy))) == "trust_policy"
    assert town.get(Agent, AGENT) == before
