"""The agent's real link and the server's real link, over both brokers, through everything that breaks in between."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from device_agent.arrivals import AckArrived, HeadArrived, Holdings, PermitArrived, RevocationsArrived, RosterArrived
from device_agent.outbox import Outbox
from device_agent.photos import Album
from device_agent.server_link import ServerLink
from firmware_protocol.cosignatures import Cosigner
from firmware_protocol.entries import parse
from firmware_protocol.log_policy import Policy, parse_policy
from tests.device_agent.hall import AGENT, AGENT_SIGNER
from tests.device_agent.office import NO_PHOTOS, QUICK, Desk, bundle_for, is_gap_free
from tests.fixtures.brokers import BrokerInTest
from tests.fixtures.wire import Wire
from tests.server.cabinets.township import Service, Township

CATCH_UP_S = 20.0


class Links:
    """Starts agents' links and stops them at the end of the test."""

    def __init__(self, broker: BrokerInTest) -> None:
        self._broker, self._links = broker, list[ServerLink]()

    def start(
        self,
        desk: Desk,
        *,
        server_url: str = "http://127.0.0.1:9",
        port: int | None = None,
        album: Album = NO_PHOTOS,
        policy: Policy | None = None,
    ) -> ServerLink:
        bundle = bundle_for(self._broker, port=port, server_url=server_url)
        bundle = bundle if policy is None else replace(bundle, policy=policy)
        outbox = Outbox(last_seq=desk.last_seq)
        holdings = Holdings()
        link = ServerLink(bundle, desk, session=1, outbox=outbox, holdings=holdings, album=album, timing=QUICK)
        link.start()
        self._links.append(link)
        return link

    def stop_all(self) -> None:
        for link in self._links:
            link.stop()


@pytest.fixture
def links(broker: BrokerInTest) -> Iterator[Links]:
    started = Links(broker)
    yield started
    started.stop_all()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def wait_until_acknowledged(desk: Desk, seq: int) -> None:
    """Returns when the server has acknowledged everything up to `seq`."""
    arrival = desk.next_of(AckArrived, within_s=CATCH_UP_S)
    while isinstance(arrival, AckArrived) and arrival.ack.seq < seq:
        arrival = desk.next_of(AckArrived, within_s=CATCH_UP_S)


def test_a_thousand_entries_written_while_the_server_is_away_are_stored_once_and_in_order(
    township: Township, broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    link = links.start(desk)
    for _ in range(100):
        link.wrote(desk.write(10))
    with Service(township, broker):
        wait_until_acknowledged(desk, 1000)
    assert is_gap_free(township.entries_of(AGENT))
    assert len(township.entries_of(AGENT)) == 1000


def test_entries_survive_servers_and_brokers_that_come_and_go(
    township: Township, broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    link = links.start(desk)
    for _ in range(3):
        with Service(township, broker):
            link.wrote(desk.write(200))
            broker.stop()
            link.wrote(desk.write(50))
            broker.start()
    with Service(township, broker):
        wait_until_acknowledged(desk, 750)
    assert is_gap_free(township.entries_of(AGENT))
    assert len(township.entries_of(AGENT)) == 750


def test_lines_cut_on_both_sides_lose_nothing(
    township: Township, broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    with (
        Wire(broker.port) as agents_line,
        Wire(broker.port) as servers_line,
        Service(township, broker, port=servers_line.port),
    ):
        link = links.start(desk, port=agents_line.port)
        for turn in range(20):
            link.wrote(desk.write(25))
            (agents_line if turn % 2 else servers_line).cut()
        wait_until_acknowledged(desk, 500)
    assert is_gap_free(township.entries_of(AGENT))


def test_a_permit_issued_while_the_agent_was_away_waits_for_it(
    township: Township, broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    with Service(township, broker):
        permit = township.issue("a")
        links.start(desk)
        arrival = desk.next_of(PermitArrived)
        assert isinstance(arrival, PermitArrived)
        assert arrival.permit.id == permit.id


def test_a_permit_comes_with_its_proof_and_the_head_is_witnessed_once_the_agent_vouched_for_it(
    township: Township, broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    cosigner = Cosigner.of(AGENT_SIGNER.verifier)
    with Service(township, broker):
        link = links.start(desk, policy=parse_policy(f"witness hall-1 {cosigner.vkey}\nquorum hall-1\n"))
        desk.next_of(AckArrived)
        township.issue("a")
        arrival = desk.next_of(PermitArrived)
        assert isinstance(arrival, PermitArrived)
        assert arrival.is_issued
        assert arrival.shown is not None
        assert not arrival.shown.is_quorate
        link.hold_log(arrival.shown.head)
        while not (isinstance(shown := desk.next_of(HeadArrived), HeadArrived) and shown.shown.is_quorate):
            pass


def test_a_permit_and_its_revocation_reach_an_agent_that_is_there_at_once(
    township: Township, broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    with Service(township, broker):
        links.start(desk)
        desk.next_of(AckArrived)
        permit = township.issue("a")
        desk.next_of(PermitArrived)
        township.revoke(permit)
        arrival = desk.next_of(RevocationsArrived)
        assert isinstance(arrival, RevocationsArrived)
        assert arrival.revocations.revoked == (permit.id,)


def test_a_new_roster_is_fetched_when_the_doorbell_rings(
    township: Township, broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    with Service(township, broker) as service:
        link = links.start(desk, server_url=service.server_url)
        desk.next_of(AckArrived)
        for version in (1, 2):
            township.issue_roster(AGENT)
            arrival = desk.next_of(RosterArrived)
            assert isinstance(arrival, RosterArrived)
            assert arrival.roster.version == version
            link.hold(Holdings(roster_version=version))


def test_a_roster_that_could_not_be_fetched_is_asked_for_again(
    township: Township, broker: BrokerInTest, links: Links, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_agent.correspondence.FETCH_RETRY_S", 0.05)
    with Service(township, broker) as service:
        refused = [service.tickets.redeem, service.tickets.redeem]

        def redeem(agent: str, version: int, ticket: str) -> bool:
            return refused.pop()(agent, version, "not this one") if refused else redeem_really(agent, version, ticket)

        redeem_really = service.tickets.redeem
        monkeypatch.setattr(service.tickets, "redeem", redeem)
        township.issue_roster(AGENT)
        links.start(desk, server_url=service.server_url)
        assert isinstance(desk.next_of(RosterArrived), RosterArrived)


def test_a_server_restored_from_an_older_copy_is_supplied_again(
    tmp_path: Path, broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    lost, restored = (Township(folder) for folder in (_made(tmp_path / "lost"), _made(tmp_path / "restored")))
    link = links.start(desk)
    with Service(lost, broker):
        link.wrote(desk.write(40))
        wait_until_acknowledged(desk, 40)
    with Service(restored, broker):
        link.wrote(desk.write(1))
        while len(restored.entries_of(AGENT)) < 41:
            desk.next_of(AckArrived, within_s=CATCH_UP_S)
    assert is_gap_free(restored.entries_of(AGENT))
    assert [parse(note, [AGENT_SIGNER.verifier]).seq for note in restored.entries_of(AGENT)] == list(range(1, 42))
    lost.close()
    restored.close()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
