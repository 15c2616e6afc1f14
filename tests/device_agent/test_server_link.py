"""The agent's link to the server, over a real broker: nothing lost, nothing twice, nothing believed unsigned."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from time import monotonic

import pytest

from device_agent.arrivals import AckArrived, Holdings, LinkChanged, PermitArrived, RevocationsArrived
from device_agent.mqtt import Timing
from device_agent.outbox import Outbox
from device_agent.server_link import ServerLink
from firmware_protocol.messages import CarriedEntry, Revocations, encode
from firmware_protocol.notes import Signer
from tests.device_agent.hall import AGENT, NOON, take_permit
from tests.device_agent.office import EPOCH, NO_PHOTOS, QUICK, Desk, Office, bundle_for, is_gap_free
from tests.fixtures.brokers import BrokerInTest, Client
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.wire import Wire

CATCH_UP_S = 20.0


class Links:
    """Starts links and stops them at the end of the test."""

    def __init__(self, broker: BrokerInTest) -> None:
        self._broker, self._links = broker, list[ServerLink]()

    def start(
        self, desk: Desk, *, port: int | None = None, holdings: Holdings | None = None, timing: Timing = QUICK
    ) -> ServerLink:
        link = ServerLink(
            bundle_for(self._broker, port=port),
            desk,
            session=1,
            outbox=Outbox(last_seq=desk.last_seq),
            holdings=holdings or Holdings(),
            album=NO_PHOTOS,
            timing=timing,
        )
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
def office(broker: BrokerInTest) -> Iterator[Office]:
    with Office(broker) as office:
        yield office


@pytest.fixture
def desk() -> Desk:
    return Desk()


def acknowledged(desk: Desk) -> int:
    """What the next acknowledgement says."""
    arrival = desk.next_of(AckArrived)
    assert isinstance(arrival, AckArrived)
    return arrival.ack.seq


def test_on_connecting_the_agent_says_what_it_holds(office: Office, links: Links, desk: Desk) -> None:
    desk.write(3)
    links.start(desk, holdings=Holdings(4, 2, frozenset({"m-b", "m-a"})))
    hello = office.hellos.get(timeout=PATIENCE_S)
    assert (hello.agent, hello.epoch, hello.session, hello.last_seq) == (AGENT, EPOCH, 1, 3)
    assert (hello.roster_version, hello.revocations_version, hello.permits) == (4, 2, ("m-a", "m-b"))


def test_the_agent_learns_whether_the_server_is_there(broker: BrokerInTest, links: Links, desk: Desk) -> None:
    office = Office(broker).open()
    links.start(desk)
    assert desk.next_of(LinkChanged) == LinkChanged(is_online=True)
    office.close()
    assert desk.next_of(LinkChanged) == LinkChanged(is_online=False)
    with Office(broker):
        assert desk.next_of(LinkChanged) == LinkChanged(is_online=True)


def test_entries_reach_the_server_as_they_are_written_and_are_acknowledged(
    office: Office, links: Links, desk: Desk
) -> None:
    link = links.start(desk)
    for count in range(1, 6):
        link.wrote(desk.write(1))
        office.wait_until_committed(count)
    assert is_gap_free(office.committed)
    while acknowledged(desk) != 5:
        pass


def test_a_thousand_entries_written_while_the_server_is_down_all_arrive_once_and_in_order(
    broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    link = links.start(desk)
    for _ in range(100):
        link.wrote(desk.write(10))
    with Office(broker) as office:
        office.wait_until_committed(1000, CATCH_UP_S)
        assert is_gap_free(office.committed)
        assert set(office.times_seen.values()) == {1}


def test_a_thousand_entries_survive_a_broker_that_comes_and_goes(
    broker: BrokerInTest, links: Links, desk: Desk
) -> None:
    with Office(broker) as office:
        link = links.start(desk)
        for round_ in range(1, 5):
            link.wrote(desk.write(250))
            office.wait_until_committed(round_ * 250 - 249, CATCH_UP_S)
            broker.stop()
            broker.start()
        office.wait_until_committed(1000, CATCH_UP_S)
        assert is_gap_free(office.committed)


def test_cut_lines_lose_nothing(broker: BrokerInTest, office: Office, links: Links, desk: Desk) -> None:
    with Wire(broker.port) as wire:
        link = links.start(desk, port=wire.port)
        for _ in range(20):
            link.wrote(desk.write(25))
            wire.cut()
        office.wait_until_committed(500, CATCH_UP_S)
        assert is_gap_free(office.committed)


def test_what_is_lost_on_the_way_is_sent_again(
    office: Office, links: Links, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_agent.outbox.RESEND_S_MIN", 0.05)
    turns = itertools.count()
    office.lose_batch = lambda: next(turns) % 3 == 0
    office.lose_ack = lambda: next(turns) % 2 == 0
    link = links.start(desk)
    for _ in range(10):
        link.wrote(desk.write(20))
    office.wait_until_committed(200, CATCH_UP_S)
    assert is_gap_free(office.committed)


def test_a_permit_is_delivered_with_its_slip(office: Office, links: Links, desk: Desk) -> None:
    links.start(desk)
    desk.next_of(AckArrived)
    office.deliver(take_permit())
    arrival = desk.next_of(PermitArrived)
    assert isinstance(arrival, PermitArrived)
    assert (arrival.permit, arrival.slip.purpose) == (take_permit(), "签订鱼塘承包合同")


def test_forged_misaddressed_retained_and_stale_messages_never_reach_the_agent(
    office: Office, links: Links, desk: Desk
) -> None:
    link = links.start(desk, holdings=Holdings(revocations_version=7))
    desk.next_of(AckArrived)
    forger = Signer("gongguan.test/permit", b"f" * 32)
    office.say_bytes("ack", encode(office.ack(1_000_000), forger))
    office.say("ack", replace(office.ack(1_000_000), agent="hall-2"))
    office.say("ack", replace(office.ack(1_000_000), epoch=EPOCH + 1))
    office.say("revocations", Revocations(AGENT, 7, ("m-x",), NOON))
    office.deliver(take_permit(agent="hall-2"))
    office.say_bytes("permit", b"\xff\x00 garbage")
    office.say_bytes("no-such-thing", b"?")
    office.say("revocations", Revocations(AGENT, 8, ("m-y",), NOON))
    arrival = desk.arrivals.get(timeout=PATIENCE_S)
    assert isinstance(arrival, RevocationsArrived)
    assert arrival.revocations.revoked == ("m-y",)
    assert link.declined == {
        "unverified": 1,
        "misaddressed": 2,
        "other epoch": 1,
        "held already": 1,
        "malformed": 1,
    }


def test_a_retained_command_is_declined_when_the_agent_connects(
    broker: BrokerInTest, office: Office, links: Links, desk: Desk
) -> None:
    office.say("revocations", Revocations(AGENT, 9, ("m-z",), NOON), retain=True)
    link = links.start(desk)
    office.say("revocations", Revocations(AGENT, 10, (), NOON))
    desk.next_of(AckArrived)
    assert link.declined["retained"] == 1
    with Client(broker, AGENT):
        pass  # whoever comes next finds the broker as it is


def test_an_acknowledgement_of_entries_that_were_never_written_moves_nothing(
    office: Office, links: Links, desk: Desk
) -> None:
    link = links.start(desk)
    desk.next_of(AckArrived)
    office.say("ack", office.ack(99))
    assert acknowledged(desk) == 99
    link.wrote(desk.write(1))
    office.wait_until_committed(1)


def test_a_server_restored_from_a_backup_is_supplied_again(office: Office, links: Links, desk: Desk) -> None:
    link = links.start(desk)
    link.wrote(desk.write(30))
    office.wait_until_committed(30)
    while acknowledged(desk) != 30:
        pass
    del office.committed[10:]
    office.say("ack", office.ack(10, NOON + timedelta(hours=1)))
    office.wait_until_committed(30)
    assert is_gap_free(office.committed)


def test_an_old_acknowledgement_played_again_makes_nothing_repeat(office: Office, links: Links, desk: Desk) -> None:
    link = links.start(desk)
    for count in (1, 2, 3):
        link.wrote(desk.write(1))
        office.wait_until_committed(count)
    while acknowledged(desk) != 3:
        pass
    office.say("ack", office.ack(1))
    assert acknowledged(desk) == 1
    link.wrote(desk.write(1))
    office.wait_until_committed(4)
    assert set(office.times_seen.values()) == {1}


def test_an_acknowledgement_kept_back_over_a_restart_is_not_believed(office: Office, links: Links, desk: Desk) -> None:
    links.start(desk)
    acknowledged(desk)
    links.stop_all()
    kept_back = office.ack(0, NOON + timedelta(hours=1))
    restarted = links.start(desk)
    acknowledged(desk)
    office.say("ack", kept_back)
    office.say("revocations", Revocations(AGENT, 1, (), NOON))
    assert isinstance(desk.next_of(AckArrived, RevocationsArrived), RevocationsArrived)
    assert restarted.declined == {"unasked": 1}


def test_an_answer_says_how_long_it_was_under_way(office: Office, links: Links, desk: Desk) -> None:
    links.start(desk)
    first, again = desk.next_of(AckArrived), office.ack(0)
    office.say("ack", again)
    assert desk.next_of(AckArrived) == first
    assert isinstance(first, AckArrived)
    assert first.asked_ms <= monotonic() * 1000


def test_doors_are_shown_when_they_change(office: Office, links: Links, desk: Desk) -> None:
    link = links.start(desk)
    desk.next_of(AckArrived)
    for state in ("closed", "open", "jammed"):
        link.show_doors({"CAB-01/7": state}, {"left:1": "online"})
        while office.doors.get(timeout=PATIENCE_S).doors["CAB-01/7"] != state:
            pass


class TiredDesk(Desk):
    """Fails the first three times it is asked."""

    refusals = 3

    def unsent(self, after_seq: int) -> Sequence[CarriedEntry]:
        self.refusals -= 1
        if self.refusals >= 0:
            raise TimeoutError("the loop is busy")
        return super().unsent(after_seq)


def test_an_agent_that_cannot_answer_does_not_end_the_link(office: Office, links: Links) -> None:
    tired = TiredDesk()
    link = links.start(tired)
    link.wrote(tired.write(5))
    office.wait_until_committed(5, CATCH_UP_S)
