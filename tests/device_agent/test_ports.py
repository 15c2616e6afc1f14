"""A bus over a TCP serial server, a port that is told to turn the line around, and lines that die beside others."""

from contextlib import ExitStack, closing

import pytest
import serial

from device_agent import ports
from device_agent.cabinet import Cabinets
from device_agent.configuration import BoardPlace, Bus, Cabinet
from device_agent.line.reports import BoardFound, BoardLost, DoorState, Outcome
from device_agent.ports import PortError, open_port, stable_name
from firmware_protocol.emulators.line import EmulatedLine
from firmware_protocol.emulators.terminal import Terminal
from tests.device_agent.test_serial_bus import FITTINGS, TIMING, Reports, running

SIZES = {1: 8}


def test_a_serial_server_is_a_line_like_any_other_and_found_again_after_its_power_was_cut():
    reports = Reports()
    with (
        EmulatedLine("bcc-8a", SIZES, fittings=FITTINGS, tcp_port=0) as line,
        running("bcc-8a", SIZES, line.pty_path, reports) as bus,
    ):
        reports.door("1/8", DoorState.CLOSED)
        line.unplug()
        reports.wait_for(lambda report: isinstance(report, BoardLost))
        line.replug()
        reports.wait_for(lambda report: isinstance(report, BoardFound), count=2)
        bus.unlock(1, 7, "o-1")
        assert reports.outcome("o-1").outcome is Outcome.CONFIRMED
        assert len(line.unlocks) == 1


def test_a_line_whose_port_is_missing_and_one_that_is_cut_leave_the_third_alone(tmp_path):
    names = ("missing", "cut", "well")
    buses = [Bus(name, str(tmp_path / name), 9600, "bcc-8a") for name in names]
    cabinets = [Cabinet(f"CAB-{name.upper()}", name, (BoardPlace(1, 8),), closed_bit=1) for name in names]
    reports = Reports()
    with (
        EmulatedLine("bcc-8a", SIZES, fittings=FITTINGS, link=tmp_path / "cut") as cut,
        EmulatedLine("bcc-8a", SIZES, fittings=FITTINGS, link=tmp_path / "well"),
        closing(Cabinets(buses, cabinets, reports, TIMING)) as hall,
    ):
        hall.start()
        reports.door("CAB-WELL/1", DoorState.CLOSED)
        cut.cut()
        reports.wait_for(lambda report: isinstance(report, BoardLost) and report.bus == "missing")
        reports.wait_for(lambda report: isinstance(report, BoardLost) and report.bus == "cut")
        for name in names:
            hall.compartment(f"CAB-{name.upper()}/1").unlock(name)

        assert {name: reports.outcome(name).outcome for name in names} == {
            "missing": Outcome.REFUSED,
            "cut": Outcome.REFUSED,
            "well": Outcome.CONFIRMED,
        }


@pytest.mark.parametrize("direction", list(ports.DIRECTIONS))
def test_a_pseudo_terminal_is_excused_from_turning_the_line_around(direction):
    with EmulatedLine("bcc-8a", SIZES) as line, open_port(line.pty_path, 9600, direction) as port:
        assert port.fileno() >= 0


def test_a_real_port_that_cannot_turn_the_line_around_is_not_opened_and_says_why(monkeypatch):
    monkeypatch.setattr(ports, "PSEUDO_TERMINALS", "/not/here/")
    with EmulatedLine("bcc-8a", SIZES) as line:
        with pytest.raises(PortError, match="RTS"):
            open_port(line.pty_path, 9600, "rts")
        with serial.Serial(line.pty_path, exclusive=True) as port:
            assert port.is_open


def test_an_adapter_is_known_by_its_stable_name_if_it_has_one(tmp_path):
    device, other, folder = tmp_path / "ttyUSB0", tmp_path / "ttyUSB1", tmp_path / "by-id"
    folder.mkdir()
    device.touch()
    other.touch()
    (folder / "usb-FTDI-A10-if00-port0").symlink_to("../ttyUSB0")

    assert stable_name(str(device), folder) == str(folder / "usb-FTDI-A10-if00-port0")
    assert stable_name(str(other), folder) == str(other)
    assert stable_name(str(other), tmp_path / "none") == str(other)


@pytest.mark.parametrize("kept", ["by-id/usb-1a86_USB_Serial-if00-port0", "by-path/pci-0000:00:14.0-usb-0:2:1.0-port0"])
def test_a_name_that_lasts_already_is_left_as_it_is(kept, tmp_path):
    device, folder = tmp_path / "ttyUSB0", tmp_path / "by-id"
    for each in (folder / "usb-another-name-of-it", tmp_path / kept):
        each.parent.mkdir(exist_ok=True)
        each.symlink_to(device)
    device.touch()

    assert stable_name(str(tmp_path / kept), folder) == str(tmp_path / kept)


def test_an_adapter_that_comes_back_as_another_device_is_found_by_its_name(tmp_path):
    link, reports = tmp_path / "usb-FTDI-A10-if00-port0", Reports()
    with (
        EmulatedLine("bcc-8a", SIZES, fittings=FITTINGS, link=link) as line,
        running("bcc-8a", SIZES, link, reports) as bus,
    ):
        reports.door("1/8", DoorState.CLOSED)
        before = link.readlink()
        line.unplug()
        reports.wait_for(lambda report: isinstance(report, BoardLost))
        with ExitStack() as stack:
            stack.callback(Terminal().unplug)  # somebody else gets the number that is free now
            line.replug()
            assert link.readlink() != before
            reports.wait_for(lambda report: isinstance(report, BoardFound), count=2)
            bus.unlock(1, 7, "o-1")
            assert reports.outcome("o-1").outcome is Outcome.CONFIRMED


@pytest.mark.parametrize("name", [f"socket://{'a' * 70}.hall:5", "socket://127.0.0.1:99999"], ids=["host", "port"])
def test_an_address_that_cannot_be_is_a_port_that_is_not_there(name):
    with pytest.raises(OSError, match=r"没有|refused"):
        open_port(name, 9600, "adapter")
