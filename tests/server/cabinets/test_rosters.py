"""A roster is given to the agent it is for, once for each doorbell, and to nobody else."""

import base64

import httpx2
import pytest

from firmware_protocol import rosters
from firmware_protocol.messages import Ticket, encode
from firmware_protocol.notes import Signer
from server.cabinets.rosters import roster_app
from server.cabinets.tickets import Tickets
from tests.server.cabinets.township import SIGNERS, Township

VERSION = 1


class Desk:
    """The roster service of a township, and what it takes to ask it."""

    def __init__(self, township: Township) -> None:
        self.township, self.tickets = township, Tickets()
        self._app = roster_app(township.database, self.tickets)

    async def ask(self, authorization: str, version: int = VERSION) -> httpx2.Response:
        transport = httpx2.ASGITransport(app=self._app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://server") as client:
            headers = {"Authorization": authorization} if authorization else {}
            return await client.get(f"/rosters/{version}", headers=headers)


def proof(ticket: str, *, agent: str = "hall-1", signer: Signer = SIGNERS["hall-1"], scheme: str = "Gongguan") -> str:
    return f"{scheme} {base64.b64encode(encode(Ticket(agent, ticket), signer)).decode()}"


@pytest.fixture
def desk(township: Township) -> Desk:
    township.issue_roster("hall-1")
    township.issue_roster("hall-2")
    return Desk(township)


async def test_the_agent_it_is_for_gets_the_roster_as_it_was_signed(desk: Desk) -> None:
    answer = await desk.ask(proof(desk.tickets.issue("hall-1", VERSION)))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    roster = rosters.parse(answer.content, desk.township.keys.permit_verifiers)
    assert (roster.agent, roster.version) == ("hall-1", VERSION)


async def test_a_ticket_does_not_fetch_twice(desk: Desk) -> None:
    authorization = proof(desk.tickets.issue("hall-1", VERSION))
    assert [(await desk.ask(authorization)).status_code for _ in range(2)] == [200, 401]


async def test_anyone_else_gets_nothing(desk: Desk) -> None:
    ticket = desk.tickets.issue("hall-1", VERSION)
    stranger = Signer("gongguan.test/agent/hall-1", b"x" * 32)
    for authorization in (
        "",
        "Gongguan",
        "Gongguan !!!",
        "Gongguan " + "A" * 8000,
        "Gongguan " + base64.b64encode(b"\xff\x00").decode(),
        proof(ticket, signer=stranger),
        proof(ticket, agent="hall-2", signer=SIGNERS["hall-2"]),
        proof(ticket, agent="hall-2"),
        proof(ticket, agent="hall-9"),
        proof(ticket, scheme="Bearer"),
        proof("never issued"),
    ):
        answer = await desk.ask(authorization)
        assert (answer.status_code, answer.content) == (401, b""), authorization[:40]
    assert (await desk.ask(proof(ticket))).status_code == 200


async def test_a_revoked_agent_gets_nothing(desk: Desk) -> None:
    ticket = desk.tickets.issue("hall-1", VERSION)
    desk.township.revoke_agent("hall-1")
    assert (await desk.ask(proof(ticket))).status_code == 401


async def test_a_roster_that_has_been_replaced_is_not_found(desk: Desk) -> None:
    ticket = desk.tickets.issue("hall-1", VERSION)
    desk.township.issue_roster("hall-1")
    assert (await desk.ask(proof(ticket))).status_code == 404


async def test_a_ticket_for_one_version_fetches_no_other(desk: Desk) -> None:
    assert (await desk.ask(proof(desk.tickets.issue("hall-1", VERSION)), version=2)).status_code == 401
