"""Rosters that an earlier permit key signed are issued anew, once, by whichever program comes to it first."""

from dataclasses import replace

from firmware_protocol import rosters
from firmware_protocol.notes import Signer
from server.custody.facts import Agent
from server.store.deliveries import roster_document
from server.usecases.issue_roster import renew_rosters
from tests.server.town import AGENT, KEYS, Town

NEXT = Signer(KEYS.permit.name, b"n" * 32)


def test_a_roster_under_an_earlier_key_is_issued_anew_once(town: Town) -> None:
    assert town.do(renew_rosters, None) == ()
    agent, signed_by_the_next = town.get(Agent, AGENT), replace(KEYS, permit=NEXT)
    assert town.do(lambda work, _: renew_rosters(replace(work, keys=signed_by_the_next)), None) == (AGENT,)
    with town.database.reading() as reader:
        document = roster_document(reader, AGENT, agent.roster_version + 1)
    assert rosters.parse(document or b"", [NEXT.verifier]).agent == AGENT
