"""`sniff` hears both sides of a line that a bus is using, and says what they mean."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from device_agent.line.reports import DoorState
from firmware_protocol.emulators.gongguan_lcp import provision
from firmware_protocol.emulators.line import EmulatedLine
from tests.device_agent.line.simulation import SECRET
from tests.device_agent.test_serial_bus import FITTINGS, Reports, running
from tests.fixtures.patience import PATIENCE_S

SNIFF = (sys.executable, "-m", "device_agent", "sniff")


@pytest.fixture
def tap(tmp_path: Path) -> Path:
    return tmp_path / "tap"


def rows_of(process: subprocess.Popen[str]) -> Iterator[dict[str, str]]:
    """Each row as it comes; the test's own timeout ends a line that says nothing."""
    assert process.stdout
    for line in process.stdout:
        yield json.loads(line)


def sniffed(port: Path) -> subprocess.CompletedProcess[str]:
    command = [*SNIFF, str(port), "--board", "bcc-8a"]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)


@pytest.mark.parametrize("family", ["bcc-8a", "kerong-cu16", "waveshare-modbus", "gongguan-lcp"])
def test_an_unlock_is_heard_with_its_answer_and_in_words(family: str, tmp_path: Path, tap: Path) -> None:
    link, reports, address = tmp_path / "left", Reports(), 1
    line = EmulatedLine(family, {address: 8}, fittings=FITTINGS, link=link)
    line.tap(tap)
    with line:
        line.act(lambda bus: provision(bus.boards.values(), SECRET))
        options = [str(tap), "--board", family, "--json", "--seconds", str(PATIENCE_S)]
        with (
            subprocess.Popen([*SNIFF, *options], stdout=subprocess.PIPE, text=True) as sniffing,
            running(family, {address: 8}, link, reports) as bus,
        ):
            reports.door(f"{address}/8", DoorState.CLOSED)
            rows = rows_of(sniffing)
            next(rows)
            bus.unlock(address, 7, "o-1")
            unlock = next(row for row in rows if "打开第 7 路" in row["meaning"])
            answer = next(row for row in rows if row["side"] == "board")
            sniffing.terminate()
            assert sniffing.wait(PATIENCE_S) == 0
    assert unlock["side"] == "host"
    assert answer["at"] >= unlock["at"]


def test_a_frame_whose_check_is_wrong_is_shown_as_what_it_is(tmp_path: Path, tap: Path) -> None:
    link = tmp_path / "left"
    line = EmulatedLine("bcc-8a", {1: 8}, link=link)
    line.tap(tap)
    with line:
        options = [str(tap), "--board", "bcc-8a", "--seconds", str(PATIENCE_S)]
        with (
            subprocess.Popen([*SNIFF, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as sniffing,
            serial.Serial(str(link)) as port,
        ):
            assert sniffing.stdout
            assert sniffing.stderr
            assert "正在听" in sniffing.stderr.readline()
            port.write(bytes.fromhex("8A 01 07 11 9E"))
            assert "校验不对" in sniffing.stdout.readline()
            sniffing.terminate()
            assert sniffing.stderr.read() == "共 0 条报文；1 处校验不对；5 个字节不成报文。\n"


def test_a_port_that_the_agent_holds_is_said_to_be_held(tmp_path: Path) -> None:
    link, reports = tmp_path / "left", Reports()
    with EmulatedLine("bcc-8a", {1: 8}, fittings=FITTINGS, link=link), running("bcc-8a", {1: 8}, link, reports):
        reports.door("1/8", DoorState.CLOSED)
        done = sniffed(link)
    assert done.returncode == 2
    assert "正被别的程序占用" in done.stderr
    assert "frames --config" in done.stderr


def test_a_port_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    done = sniffed(tmp_path / "none")
    assert done.returncode == 2
    assert "请核对名字" in done.stderr
