"""The two files an agent starts from, and what it says about one it cannot use."""

import base64
import json
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from device_agent.bundle import BundleError, read_bundle
from device_agent.configuration import BoardPlace, ConfigurationError, read_configuration
from device_agent.tls import TlsFiles, with_tls
from firmware_protocol.notes import Signer
from firmware_protocol.permit_checks import Staleness
from server.certificates.authority import certify_client, new_authority
from tests.device_agent.hall import SERVER_SIGNER
from tests.device_agent.township_log import TownshipLog

GOOD = """
[agent]
id = "hall-1"
data = "agent-data"
bundle = "hall-1.bundle.json"
hardware_clock = true
[kiosk]
port = 8600
[[bus]]
name = "left"
port = "/dev/ttyUSB0"
baud = 9600
board = "bcc-8a"
[[bus]]
name = "right"
port = "/dev/ttyUSB1"
baud = 19200
board = "kerong-cu16"
[[cabinet]]
id = "CAB-01"
bus = "left"
boards = [{ address = 1, channels = 24 }]
closed_bit = 1
[[cabinet]]
id = "CAB-02"
bus = "right"
boards = [{ address = 0, channels = 16 }, { address = 1, channels = 8 }]
closed_bit = 0
[demo]
cards = [{ name = "游少玉", role = "报账员", card = "0249103477" }]
"""


def written(folder: Path, text: str) -> Path:
    """The file, as the technician saved it."""
    path = folder / "hall-1.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_file_says_how_everything_is_wired(tmp_path: Path) -> None:
    configuration = read_configuration(written(tmp_path, GOOD))
    assert configuration.agent == "hall-1"
    assert configuration.data == tmp_path / "agent-data"
    assert configuration.cabinets[1].boards == (BoardPlace(0, 16), BoardPlace(1, 8))
    assert configuration.demo_cards[0].card == "0249103477"


def test_compartments_are_numbered_through_all_boards(tmp_path: Path) -> None:
    right = read_configuration(written(tmp_path, GOOD)).cabinets[1]
    assert len(right.compartments) == 24
    assert right.compartments[-1] == "CAB-02/24"


def test_without_a_demo_no_cards_are_offered(tmp_path: Path) -> None:
    configuration = read_configuration(written(tmp_path, GOOD.partition("[demo]")[0]))
    assert configuration.demo_cards == ()


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        pytest.param('id = "hall-1"\n', "", "缺少“id”", id="a missing field"),
        pytest.param("/dev/ttyUSB0", "socket://10.0.0.7", "socket://主机:端口", id="a serial server without its port"),
        pytest.param(
            'port = "/dev/ttyUSB0"',
            'port = "socket://10.0.0.7:4001"\ndirection = "rts"',
            "由串口服务器自己切换",
            id="a pin that a serial server has for itself",
        ),
        pytest.param("baud = 9600", 'baud = 9600\ndirection = "dtr"', "rts-inverted", id="a pin nobody turns by"),
        pytest.param("closed_bit = 1", "closed_bit = 1\npulse_ms = 500", "由板自己定", id="a pulse nobody is told"),
        pytest.param('id = "hall-1"', "id = 1", "“id”应为一段文字", id="a number for a text"),
        pytest.param('id = "hall-1"', 'id = "Hall 1"', "小写字母", id="an id of the wrong form"),
        pytest.param("port = 8600", 'port = "8600"', "0 到 65535", id="a text for a number"),
        pytest.param("port = 8600", "port = 86000", "0 到 65535", id="a number too large"),
        pytest.param("port = 8600", "port = 8600\nprot = 1", "“prot”", id="a misspelt field"),
        pytest.param("hardware_clock = true", "hardware_clock = 1", "true 或 false", id="a number for a flag"),
        pytest.param('bus = "left"', 'bus = "lfet"', "没有这样一条", id="a bus that does not exist"),
        pytest.param('name = "right"', 'name = "left"', "重复", id="two buses of one name"),
        pytest.param('id = "CAB-02"', 'id = "CAB-01"', "重复", id="two cabinets of one id"),
        pytest.param(
            "{ address = 1, channels = 8 }", "{ address = 0, channels = 8 }", "地址 0", id="one address twice"
        ),
        pytest.param('board = "bcc-8a"', 'board = "bcc8a"', "bcc-8a", id="an unknown family of boards"),
        pytest.param(
            "channels = 8 }", "channels = 8, compartments = [1] }", "每块板都写", id="numbers for one board of two"
        ),
        pytest.param(
            "channels = 24 }",
            f"channels = 24, compartments = {[*range(2, 25), 2]} }}",
            "正好是 1 到 24",
            id="one number twice",
        ),
        pytest.param("channels = 24 }", "channels = 24, compartments = [0] }", "1 到 9999", id="a number that is none"),
        pytest.param("closed_bit = 0", "closed_bit = 2", "0 到 1", id="a bit that is none"),
        pytest.param('card = "0249103477"', 'card = "249103477"', "十位数字", id="a card of nine digits"),
        pytest.param("[agent]", "[agent", "TOML", id="not TOML"),
    ],
)
def test_a_mistake_is_named_with_its_place(tmp_path: Path, before: str, after: str, message: str) -> None:
    assert before in GOOD
    with pytest.raises(ConfigurationError, match=r"hall-1\.toml") as error:
        read_configuration(written(tmp_path, GOOD.replace(before, after, 1)))
    assert message in str(error.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="读不到"):
        read_configuration(tmp_path / "nothing.toml")


def test_the_example_in_the_documentation_is_valid(tmp_path: Path) -> None:
    import device_agent.configuration as module  # noqa: PLC0415  its docstring is the example

    example = (module.__doc__ or "").partition("::\n")[2]
    assert tomllib.loads("\n".join(line.strip() for line in example.splitlines()))
    read_configuration(written(tmp_path, "\n".join(line.strip() for line in example.splitlines())))


def bundle_fields() -> dict[str, Any]:
    """A bundle as `add-agent` writes it."""
    return {
        "agent": "hall-1",
        "epoch": 1,
        "private_key": base64.b64encode(b"a" * 32).decode(),
        "origin": "gongguan.test",
        "permit_vkey": SERVER_SIGNER.verifier.vkey,
        "log_vkey": Signer("gongguan.test/log", b"l" * 32).verifier.vkey,
        "server_url": "http://127.0.0.1:8000/",
        "broker": {"host": "127.0.0.1", "port": 1884, "username": "hall-1", "password": "secret"},
    }


def saved(folder: Path, fields: dict[str, Any], mode: int = 0o600) -> Path:
    """The bundle file."""
    path = folder / "hall-1.bundle.json"
    path.write_text(json.dumps(fields))
    path.chmod(mode)
    return path


def test_a_bundle_makes_an_agent(tmp_path: Path) -> None:
    bundle = read_bundle(saved(tmp_path, bundle_fields()))
    assert bundle.signer.name == "gongguan.test/agent/hall-1"
    assert bundle.permit == SERVER_SIGNER.verifier
    assert bundle.server_url == "http://127.0.0.1:8000"


def test_a_bundle_says_what_a_permit_needs_here(tmp_path: Path) -> None:
    assert read_bundle(saved(tmp_path, bundle_fields())).level == "log"
    head = TownshipLog().grow(2).head()
    added = {"trust": "quorum", "policy": "quorum none\n", "checkpoint": head.decode()}
    bundle = read_bundle(saved(tmp_path, bundle_fields() | added))
    assert (bundle.level, bundle.policy.quorum, bundle.keys.first) == ("quorum", "none", head)


def test_certificates_are_named_beside_the_wiring(tmp_path: Path) -> None:
    files = read_configuration(written(tmp_path, f'{GOOD}[tls]\nca_file = "ca.crt"\n')).tls
    assert files == TlsFiles(tmp_path / "ca.crt")
    both = 'ca_file = "ca.crt"\ncert_file = "hall-1.crt"\nkey_file = "hall-1.key"\n'
    files = read_configuration(written(tmp_path, f"{GOOD}[tls]\n{both}")).tls
    assert files.certificate == (tmp_path / "hall-1.crt", tmp_path / "hall-1.key")
    with pytest.raises(ConfigurationError, match="要么都写"):
        read_configuration(written(tmp_path, f'{GOOD}[tls]\ncert_file = "hall-1.crt"\n'))


def test_what_the_file_says_of_certificates_goes_before_the_bundle(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    authority = new_authority("清溪镇", ("gongguan.lan",), now)
    agent = certify_client(authority, "hall-1", now)
    for name, content in {"ca": authority.certificate_pem, "a": agent.certificate_pem, "k": agent.key_pem}.items():
        (tmp_path / name).write_bytes(content)
    bundle = read_bundle(saved(tmp_path, bundle_fields()))
    broker = with_tls(bundle, TlsFiles(tmp_path / "ca", (tmp_path / "a", tmp_path / "k"))).broker
    assert (broker.tls_ca, broker.certificate) == (tmp_path / "ca", (tmp_path / "a", tmp_path / "k"))
    assert with_tls(bundle, TlsFiles()) == bundle
    for broken in (TlsFiles(tmp_path / "none"), TlsFiles(tmp_path / "ca", (tmp_path / "ca", tmp_path / "k"))):
        with pytest.raises(BundleError, match="请重新拷贝"):
            with_tls(bundle, broken)


def test_the_hours_offline_can_only_be_shortened(tmp_path: Path) -> None:
    def hours(table: str) -> Staleness:
        return read_configuration(written(tmp_path, f"{GOOD}\n[offline]\n{table}")).staleness

    assert read_configuration(written(tmp_path, GOOD)).staleness == Staleness(seal_h=4, other_h=24)
    assert hours("seal_h = 0") == Staleness(seal_h=0, other_h=24)
    assert hours("seal_h = 2\nother_h = 8") == Staleness(seal_h=2, other_h=8)
    for longer in ("seal_h = 5", "other_h = 25", "seal_h = -1", "all_h = 1"):
        with pytest.raises(ConfigurationError):
            hours(longer)


def test_a_bundle_does_not_print_its_secrets(tmp_path: Path) -> None:
    assert "secret" not in repr(read_bundle(saved(tmp_path, bundle_fields())))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_bundle_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(BundleError, match="chmod 600"):
        read_bundle(saved(tmp_path, bundle_fields(), mode))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        pytest.param({"epoch": 0}, "epoch", id="no epoch"),
        pytest.param({"private_key": "not base64"}, "base64", id="a key that is no base64"),
        pytest.param({"private_key": "YWFh"}, "32-byte", id="a key too short"),
        pytest.param({"permit_vkey": "gongguan+00000000+AAAA"}, "permit_vkey", id="no verifier key"),
        pytest.param({"server_url": "ftp://x"}, "http", id="no web address"),
        pytest.param({"surprise": 1}, "surprise", id="an unknown field"),
        pytest.param({"trust": "blind"}, "trust", id="no level of trust"),
        pytest.param({"trust": "quorum"}, "policy", id="a quorum of nobody knows whom"),
        pytest.param({"trust": "quorum", "policy": "quorum"}, "policy", id="no policy"),
        pytest.param({"checkpoint": "hello"}, "checkpoint", id="no checkpoint"),
    ],
)
def test_a_bundle_that_cannot_be_used_says_why(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(BundleError, match=message):
        read_bundle(saved(tmp_path, bundle_fields() | changes))


@pytest.mark.parametrize(("pulse_ms", "message"), [(500, ""), (450, "每 100 一档"), (4000, "100 到 3000")])
def test_a_pulse_is_what_the_boards_can_be_told(tmp_path: Path, pulse_ms: int, message: str) -> None:
    left = GOOD.replace('board = "bcc-8a"', 'board = "waveshare-modbus"').replace("channels = 24", "channels = 8")
    path = written(tmp_path, left.replace("closed_bit = 1", f"closed_bit = 1\npulse_ms = {pulse_ms}"))
    if not message:
        assert read_configuration(path).cabinets[0].pulse_ms == pulse_ms
        return
    with pytest.raises(ConfigurationError, match=message):
        read_configuration(path)
