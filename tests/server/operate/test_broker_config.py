"""`broker-config`: a certificate of the township leads to one's own topics at the broker, and nothing else does."""

import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from device_agent.enrolling import keys_for
from server.certificates.authority import CLIENT_LASTS, certify_client, new_authority
from server.certificates.folder import CertificateFolder
from server.custody.roster import CabinetRow
from server.operate.broker_config import acl_of_rules
from server.operate.make_ca import make_ca
from server.store.database import Database
from server.store.folder import DataFolder
from server.township import now
from server.usecases.revoke_agent import RevokeAgent, revoke_agent
from tests.fixtures.mosquitto import DEPLOY, CertifiedMosquitto
from tests.fixtures.patience import PATIENCE_S
from tests.server.enrolling import enrolled
from tests.server.operate.broker_client import Client, of_agent, of_server, pair_in
from tests.server.operate.test_backup import run
from tests.server.operate.test_verify import SEEDS
from tests.server.town import KEYS, Town
from tests.server.village import roster

Start = Callable[[DataFolder], CertifiedMosquitto]
CONNACK = b"\x20"
UP, ANOTHERS = "gongguan/v1/hall-1/up/hello", "gongguan/v1/hall-2/up/hello"


@pytest.fixture(scope="module")
def township(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Two halls, and an authority."""
    folder = DataFolder(tmp_path_factory.mktemp("township"))
    folder.make_keys(KEYS.origin, *SEEDS)
    town = Town(Database.open(folder.database_url)).furnish()
    rows = roster()
    second = CabinetRow(row=4, id="CAB-02", place="二楼", compartments=8)
    town.import_rows(replace(rows, cabinets=(*rows.cabinets, second)))
    town.add_agent("hall-2", "CAB-02")
    town.close()
    make_ca(folder, ("127.0.0.1",), now())
    return folder


def test_an_agent_reaches_the_server_on_its_own_topics_and_on_no_others(
    township: DataFolder, certified_mosquitto: Start
) -> None:
    broker = certified_mosquitto(township)
    with Client(broker, of_server(township)) as server, Client(broker, of_agent(broker, "hall-1")) as agent:
        server.subscribe("gongguan/v1/+/up/#")
        agent.publish(ANOTHERS, b"forged")
        agent.publish(UP, b"mine")
        assert server.inbox.get(timeout=PATIENCE_S) == (UP, b"mine")
        agent.subscribe("gongguan/v1/hall-2/down/#")
        agent.subscribe("gongguan/v1/hall-1/down/#")
        server.publish("gongguan/v1/hall-2/down/permit", b"not for you")
        server.publish("gongguan/v1/hall-1/down/permit", b"for you")
        assert agent.inbox.get(timeout=PATIENCE_S) == ("gongguan/v1/hall-1/down/permit", b"for you")
        assert server.inbox.empty()


def test_the_name_on_the_certificate_counts_and_not_the_one_that_is_said(
    township: DataFolder, certified_mosquitto: Start
) -> None:
    broker = certified_mosquitto(township)
    with (
        Client(broker, of_server(township)) as server,
        Client(broker, of_agent(broker, "hall-2"), client_id="hall-1") as liar,
    ):
        server.subscribe("gongguan/v1/+/up/#")
        liar.publish(UP, b"forged")
        liar.publish(ANOTHERS, b"true")
        assert server.inbox.get(timeout=PATIENCE_S) == (ANOTHERS, b"true")


def test_who_says_to_be_another_neither_takes_its_place_nor_speaks_for_it_at_the_end(
    township: DataFolder, certified_mosquitto: Start
) -> None:
    broker = certified_mosquitto(township)
    with (
        Client(broker, of_server(township)) as server,
        Client(broker, of_agent(broker, "hall-1")) as agent,
    ):
        server.subscribe("gongguan/v1/+/state")
        agent.subscribe("gongguan/v1/hall-1/down/#")
        liar = Client(broker, of_agent(broker, "hall-2"), client_id="hall-1", last_word=("hall-1", b"gone"))
        with liar:
            for wanted in ("#", "$share/us/gongguan/v1/hall-1/down/#"):
                liar.subscribe(wanted)
            server.publish("gongguan/v1/hall-1/down/permit", b"for hall-1")
            assert agent.inbox.get(timeout=PATIENCE_S) == ("gongguan/v1/hall-1/down/permit", b"for hall-1")
            liar.break_off()
        with Client(broker, of_agent(broker, "hall-2"), last_word=("hall-2", b"gone")) as honest:
            honest.break_off()
        assert server.inbox.get(timeout=PATIENCE_S) == ("gongguan/v1/hall-2/state", b"gone")
        assert (liar.inbox.empty(), agent.is_in) == (True, True)


def test_without_tls_the_broker_does_not_listen(township: DataFolder, certified_mosquitto: Start) -> None:
    broker = certified_mosquitto(township)
    with socket.create_connection((broker.host, broker.port), PATIENCE_S) as plain:
        plain.sendall(bytes.fromhex("1012 0004 4d515454 04 02 003c 0006 68616c6c2d31"))
        try:
            answer = plain.recv(1)
        except ConnectionError:
            answer = b""
    assert answer != CONNACK


def test_a_broker_whose_clock_is_behind_the_servers_lets_everybody_in(
    township: DataFolder, certified_mosquitto: Start
) -> None:
    broker = certified_mosquitto(township)
    broker.stop()
    broker.configure(now() + timedelta(hours=6))
    broker.start()
    with Client(broker, of_agent(broker, "hall-1")) as agent:
        assert agent.is_in


def test_nobody_comes_in_without_a_certificate_of_the_township(
    township: DataFolder, certified_mosquitto: Start, tmp_path: Path
) -> None:
    broker = certified_mosquitto(township)
    elsewhere, own = CertificateFolder(tmp_path), CertificateFolder(township.tls)
    elsewhere.save("another's", certify_client(new_authority("清溪镇", ("127.0.0.1",), now()), "hall-1", now()))
    elsewhere.save("ended", certify_client(own.load("ca"), "hall-1", now() - CLIENT_LASTS))
    elsewhere.save("of tomorrow", certify_client(own.load("ca"), "hall-1", now() + timedelta(days=3)))
    strangers = {
        "none": None,
        "of another authority": pair_in(elsewhere, "another's"),
        "that has ended": pair_in(elsewhere, "ended"),
        "that has not begun": pair_in(elsewhere, "of tomorrow"),
        "of our web server": pair_in(own, "server"),
        "of the broker itself": pair_in(own, "broker"),
        "of the authority itself": pair_in(own, "ca"),
    }
    came_in = []
    for what, certificate in strangers.items():
        with Client(broker, certificate) as stranger:
            came_in += [what] if stranger.is_in else []
    with Client(broker, of_agent(broker, "hall-1")) as agent:
        assert (came_in, agent.is_in) == ([], True)


def test_an_agent_that_was_added_anew_or_revoked_leaves_a_certificate_that_counts_no_more(
    township: DataFolder, certified_mosquitto: Start
) -> None:
    before = certified_mosquitto(township)
    old = {name: [path.read_bytes() for path in of_agent(before, name)] for name in ("hall-1", "hall-2")}
    before.stop()
    town = Town(Database.open(township.database_url), serial=10_000)
    town.add_agent()
    town.do(revoke_agent, RevokeAgent(agent="hall-2"))
    town.close()
    broker = certified_mosquitto(township)
    assert broker.written.revoked == ("hall-1.epoch-1", "hall-2.epoch-1")
    assert set(broker.written.agents) == {"hall-1"}
    for name, contents in old.items():
        pair = (township.path / f"{name}.crt", township.path / f"{name}.key")
        for path, content in zip(pair, contents, strict=True):
            path.write_bytes(content)
        with Client(broker, pair) as former:
            assert not former.is_in
    with Client(broker, of_agent(broker, "hall-1")) as again:
        assert again.is_in


def added_anew(township: DataFolder, serial: int) -> None:
    town = Town(Database.open(township.database_url), serial=serial)
    town.add_agent()
    town.close()


def test_a_certificate_that_another_has_followed_ends_with_its_agent(
    township: DataFolder, certified_mosquitto: Start, tmp_path: Path
) -> None:
    broker = certified_mosquitto(township)
    added_anew(township, 30_000)
    broker.configure(now() - CLIENT_LASTS + timedelta(days=30))
    former = tmp_path / "hall-1.crt", tmp_path / "hall-1.key"
    for path, content in zip(former, of_agent(broker, "hall-1"), strict=True):
        path.write_bytes(content.read_bytes())
    came_in = []
    for serial in (40_000, 50_000):
        broker.stop()
        broker.configure(now())
        broker.start()
        assert of_agent(broker, "hall-1")[0].read_bytes() != former[0].read_bytes()
        with Client(broker, former) as agent:
            came_in.append(agent.is_in)
        added_anew(township, serial)
    assert came_in == [True, False]


def test_done_again_nobody_needs_a_new_certificate(township: DataFolder, tmp_path: Path) -> None:
    for target in ("one", "two"):
        assert run("broker-config", tmp_path / target, "--data", township.path).exit_code == 0
    one, two = (
        {path.relative_to(tmp_path / target): path.read_bytes() for path in (tmp_path / target).rglob("*.crt")}
        for target in ("one", "two")
    )
    assert one == two


def test_the_rules_are_those_of_the_embedded_broker() -> None:
    assert acl_of_rules() == (DEPLOY / "acl").read_text()


def test_without_an_authority_it_says_what_to_do_first(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    folder.make_keys(KEYS.origin, *SEEDS)
    said = run("broker-config", tmp_path / "out", "--data", folder.path)
    assert (said.exit_code, "请先执行 make-ca" in said.output, (tmp_path / "out").exists()) == (1, True, False)


def test_a_machine_that_enrolled_comes_in_with_the_key_it_kept(
    township: DataFolder, certified_mosquitto: Start, tmp_path: Path
) -> None:
    town = Town(Database.open(township.database_url), serial=20_000)
    keys = keys_for(tmp_path / "bundle.json")
    life = f"hall-1.epoch-{enrolled(town, keys).epoch}"
    town.close()
    (tmp_path / "own.key").write_text(keys.tls_key)
    broker = certified_mosquitto(township)
    folder = broker.written.agents["hall-1"]
    assert {path.name for path in folder.iterdir()} == {"ca.crt", "hall-1.crt"}
    assert {path.name for path in (township.tls / "clients").glob(f"{life}.*")} == {f"{life}.crt"}
    with Client(broker, (folder / "hall-1.crt", tmp_path / "own.key")) as agent:
        assert agent.is_in
