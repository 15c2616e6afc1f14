"""`check` in the field: everything is looked at, nothing is opened, and a running agent is asked, not disturbed."""

import argparse
import http.server
import socket
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import serial

from device_agent.bundle import read_bundle
from device_agent.commissioning import facts
from device_agent.commissioning.facts import FoundBoard, Place, RawDoor
from device_agent.commissioning.progress import progress_of
from device_agent.commissioning.report import report_fields
from device_agent.configuration import read_configuration
from device_agent.journal import open_journal
from device_agent.technician import check
from device_agent.technician.settings_file import basis_of, toml_of, with_cabinet
from device_agent.technician.sheets import Sheets
from firmware_protocol.boards import dialect
from firmware_protocol.emulators import Fault
from firmware_protocol.emulators.gongguan_lcp import provision
from firmware_protocol.emulators.line import EmulatedLine
from tests.device_agent.line.simulation import SECRET
from tests.device_agent.technician.technician import CONFIGURATION, bundle_in
from tests.fixtures.patience import PATIENCE_S

AT = "2026-11-23T09:12:00.000+08:00"
LONG_AGO = "Mon, 23 Nov 2020 09:12:00 GMT"


class Server(http.server.BaseHTTPRequestHandler):
    """A township's server as far as `check` asks it: it answers, and says what time it is."""

    says: str | None = None

    def do_GET(self):
        self.send_response_only(200)
        self.send_header("Date", self.says or self.date_time_string())
        self.end_headers()

    def log_message(self, *_words):
        pass


@contextmanager
def listening(handler=Server):
    """A server on a port of its own; the port answers as a broker's would, too."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def commissioned(folder: Path, family: str, port: str, server_port: int, kiosk_port: int = 0) -> Path:
    """A cabinet of two compartments as commissioning leaves it: bundle, configuration, report, journal."""
    address, bit = dialect(family).addresses[0], dialect(family).usual_closed_bit
    bundle_file = bundle_in(folder)
    bundle_file.write_text(
        bundle_file.read_text().replace(":9/", f":{server_port}/").replace(": 9,", f": {server_port},")
    )
    told: list[facts.Fact] = [
        facts.Began("钱工", AT),
        facts.CabinetNamed("CAB-01"),
        facts.PortNamed(port),
        facts.Searched((FoundBoard(family, dialect(family).baud, address, 2, has_echo=False),)),
        facts.BoardsNamed((address,)),
        facts.ChannelsCounted(address, 2),
        facts.Looked(tuple(RawDoor(address, channel, bit) for channel in (1, 2))),
    ]
    if dialect(family).has_operation_ids:
        (folder / "1.secret").write_text(SECRET.octets.hex())
        (folder / "1.secret").chmod(0o600)
        told.append(facts.SecretKept(address, "1.secret"))
    for channel in (1, 2):
        told += [
            facts.PulseAgreed(address, channel),
            facts.Pulsed(address, channel, True, "", (Place(address, channel),), (), 90, AT),
            facts.Labelled(address, channel, channel),
            facts.ShutSeen(address, channel, True, AT),
        ]
    progress = progress_of(told)
    path = folder / "hall-1.toml"
    path.write_text(CONFIGURATION.replace("port = 0", f"port = {kiosk_port}"))
    path.write_text(toml_of(with_cabinet(basis_of(path), progress, folder), folder))
    bundle = read_bundle(bundle_file)
    Sheets(folder / "commissioning").keep(report_fields(progress, "hall-1", AT), bundle.signer)
    open_journal(read_configuration(path).data, bundle.agent, bundle.epoch, bundle.signer).close()
    return path


def checked(path: Path, capsys) -> tuple[int, str]:
    """The exit code and the table."""
    code = check.run(argparse.Namespace(config=path, report=path.with_name("check.txt")))
    said = capsys.readouterr().out
    assert code == 2 or path.with_name("check.txt").read_text("utf-8").strip()
    return code, said


@pytest.mark.parametrize("family", ["bcc-8a", "waveshare-modbus", "gongguan-lcp"])
def test_a_cabinet_that_is_well_is_said_to_be_and_nothing_is_opened(family, tmp_path, capsys):
    address = dialect(family).addresses[0]
    with EmulatedLine(family, {address: 2}, link=tmp_path / "left") as line, listening() as port:
        line.act(lambda bus: provision(bus.boards.values(), SECRET))
        code, said = checked(commissioned(tmp_path, family, str(tmp_path / "left"), port), capsys)
        kinds = {frame.frame.kind for frame in line.frames}
        assert line.unlocks == ()
    assert (code, "不行" in said) == (0, False), said
    assert "2 扇都关着" in said
    assert "与配置一致" in said
    assert kinds <= {"status", "registers", "outputs", "hello", "auth"}


def dead(line, _path):
    line.break_board(1, Fault.DEAD)


def one_open(line, _path):
    line.force(1, 2)


def all_open(line, _path):
    line.force(1, 1)
    line.force(1, 2)


def edited(_line, path):
    path.write_text(path.read_text().replace("closed_bit = 1", "closed_bit = 0"))


def slower(_line, path):
    path.write_text(path.read_text().replace("baud = 9600", "baud = 19200"))


def forged(_line, path):
    (note,) = (path.parent / "commissioning").glob("*.note")
    note.write_text(note.read_text().replace("钱工", "孙工"))


def unplugged(line, _path):
    line.unplug()


def torn(_line, path):
    journal = path.parent / "agent-data" / "journal.sqlite"
    journal.write_bytes(b"not a database at all, by any means" * 100)


@pytest.mark.parametrize(
    ("trouble", "code", "sentence"),
    [
        pytest.param(dead, 1, "不回答", id="a dead board"),
        pytest.param(one_open, 0, "开着：CAB-01/2", id="an open door"),
        pytest.param(all_open, 1, "全说开着", id="doors that all say open"),
        pytest.param(edited, 1, "配置与验收报告不一致", id="a configuration edited since"),
        pytest.param(slower, 1, "配置与验收报告不一致", id="another speed than was proven"),
        pytest.param(forged, 1, "不是这台柜机签的", id="a report somebody changed"),
        pytest.param(unplugged, 1, "转换器没有插", id="an adapter that is not there"),
        pytest.param(torn, 1, "联系三资办", id="a journal that is none"),
    ],
)
def test_what_is_wrong_is_named_with_what_to_do(trouble, code, sentence, tmp_path, capsys):
    with EmulatedLine("bcc-8a", {1: 2}, link=tmp_path / "left") as line, listening() as port:
        path = commissioned(tmp_path, "bcc-8a", str(tmp_path / "left"), port)
        trouble(line, path)
        assert (checked(path, capsys)[0], line.unlocks) == (code, ())
    assert sentence in path.with_name("check.txt").read_text("utf-8")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        pytest.param(lambda secret: secret.write_text("00" * 32), "证明不了自己", id="another controller's secret"),
        pytest.param(lambda secret: secret.chmod(0o644), "chmod 600", id="a secret that everybody can read"),
    ],
)
def test_a_controller_is_believed_only_if_it_proves_itself(change, sentence, tmp_path, capsys):
    with EmulatedLine("gongguan-lcp", {1: 2}, link=tmp_path / "left") as line, listening() as port:
        line.act(lambda bus: provision(bus.boards.values(), SECRET))
        path = commissioned(tmp_path, "gongguan-lcp", str(tmp_path / "left"), port)
        change(tmp_path / "1.secret")
        code, said = checked(path, capsys)
    assert code == 1
    assert sentence in said
    assert "服务器" in said


def test_a_clock_that_is_wrong_and_a_broker_that_is_away_are_said(tmp_path, capsys):
    late = type("Late", (Server,), {"says": LONG_AGO})
    with EmulatedLine("bcc-8a", {1: 2}, link=tmp_path / "left"), listening(late) as port:
        path = commissioned(tmp_path, "bcc-8a", str(tmp_path / "left"), port)
        bundle = tmp_path / "hall-1.bundle.json"
        bundle.write_text(bundle.read_text().replace(f": {port},", ": 9,"))
        code, said = checked(path, capsys)
    assert code == 1
    assert "与服务器差" in said
    assert "127.0.0.1:9 不通" in said


def test_a_port_that_somebody_else_holds_is_left_alone(tmp_path, capsys):
    with EmulatedLine("bcc-8a", {1: 2}, link=tmp_path / "left") as line, listening() as port:
        path = commissioned(tmp_path, "bcc-8a", str(tmp_path / "left"), port)
        with serial.Serial(str(tmp_path / "left"), 9600, exclusive=True):
            code, said = checked(path, capsys)
        assert line.frames == ()
    assert code == 1
    assert "端口被占着" in said


def test_a_running_agent_is_asked_and_keeps_its_lines_from_a_commissioning_too(tmp_path, capsys):
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        kiosk_port = probe.getsockname()[1]
    with EmulatedLine("bcc-8a", {1: 2}, link=tmp_path / "left"), listening() as port:
        path = commissioned(tmp_path, "bcc-8a", str(tmp_path / "left"), port, kiosk_port)
        command = [sys.executable, "-m", "device_agent", "--config", str(path), "--until-input-ends"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as agent:
            assert agent.stdin
            assert agent.stdout
            assert "已启动" in agent.stdout.readline()
            _, said = checked(path, capsys)
            again = subprocess.run(
                [*command[:3], "commission", "--config", str(path)],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                text=True,
            )
            agent.stdin.close()
            assert agent.wait(PATIENCE_S) == 0
    assert "正在运行" in said
    assert "端口被占着" not in said
    assert "与服务器的连接" in said
    assert (again.returncode, "请先停下它" in again.stdout) == (2, True)


def test_a_report_that_cannot_be_written_is_said_and_the_table_is_shown_all_the_same(tmp_path, capsys):
    path = commissioned(tmp_path, "bcc-8a", str(tmp_path / "left"), 9)
    code = check.run(argparse.Namespace(config=path, report=tmp_path / "nowhere" / "check.txt"))
    said = capsys.readouterr().out
    assert (code, "结果没有写进" in said, "现场检查" in said) == (2, True, True)


def test_the_port_of_a_tag_reader_is_looked_for_as_well(tmp_path, capsys):
    path = commissioned(tmp_path, "bcc-8a", str(tmp_path / "left"), 9)
    reader = tmp_path / "r2"
    with path.open("a") as file:
        file.write(f'\n[[reader]]\nname = "r2"\nport = "{reader}"\ncompartment = "CAB-01/2"\n')
    code, said = checked(path, capsys)
    assert (code, f"没有{reader}" in "".join(said.split())) == (1, True)
