"""What a commissioning keeps on disk: its diary through power cuts, and a configuration that reads back as it was."""

import errno
import os
import termios
from pathlib import Path

import pytest
import serial

from device_agent.commissioning import facts
from device_agent.commissioning.columns import width_of
from device_agent.commissioning.progress import progress_of
from device_agent.configuration import BoardPlace, Cabinet, ConfigurationError, read_configuration
from device_agent.technician.diary import Diary, DiaryError
from device_agent.technician.places import is_held, ports_here, why_not
from device_agent.technician.settings_file import (
    basis_of,
    cabinets_in,
    cabinets_unread,
    toml_of,
    with_cabinet,
    write_settings,
)
from device_agent.technician.terminal import COLUMNS, Terminal, lines_of
from tests.device_agent.test_configuration import GOOD

AT = "2026-11-23T09:12:00.000+08:00"
TOLD = (facts.Began("钱工", AT), facts.CabinetNamed("CAB-01"), facts.PulseAgreed(1, 7))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "hall-1.toml.commissioning"


def kept(path: Path) -> Path:
    with Diary(path) as diary:
        for fact in TOLD:
            diary.keep(fact)
    return path


def test_what_was_told_is_there_after_any_end_and_only_for_its_owner(path):
    with Diary(kept(path)) as diary:
        assert diary.facts == TOLD
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("torn", range(1, 30, 7))
def test_a_last_line_that_a_power_cut_tore_is_dropped_and_written_over(path, torn):
    whole = kept(path).read_bytes()
    path.write_bytes(whole[:-torn])
    with Diary(path) as diary:
        assert diary.facts == TOLD[:2]
        diary.keep(TOLD[2])
    assert path.read_bytes() == whole


def test_a_line_that_is_no_fact_is_refused_by_its_number(path):
    path.write_text('{"fact":"CabinetNamed","cabinet":"CAB-01"}\n{"fact":"Sabotage"}\n')
    with pytest.raises(DiaryError, match="第 2 行"):
        Diary(path)


def test_two_windows_do_not_commission_one_agent(path):
    with Diary(path), pytest.raises(DiaryError, match="另一个窗口"):
        Diary(path)


def test_a_run_that_is_given_up_is_kept_aside(path, tmp_path):
    with Diary(kept(path)) as diary:
        whole = path.read_bytes()
        diary.begin_anew(tmp_path / "commissioning" / "broken-off.facts")
        diary.keep(TOLD[0])
    assert (tmp_path / "commissioning" / "broken-off.facts").read_bytes() == whole
    with Diary(path) as diary:
        assert diary.facts == TOLD[:1]


def test_a_configuration_survives_being_written_with_everything_in_it(tmp_path):
    path = tmp_path / "hall-1.toml"
    secret = '{ address = 1, channels = 3, secret = "first.secret", compartments = [3, 1, 2] }'
    full = GOOD.replace('board = "bcc-8a"', 'board = "gongguan-lcp"\ndirection = "rts"')
    full = full.replace("{ address = 1, channels = 24 }", secret)
    full = full.replace("port = 8600", "port = 8600\ncamera = true\n[offline]\nseal_h = 2")
    path.write_text(full)
    before = read_configuration(path)
    write_settings(path, toml_of(before, tmp_path), "20261123T091200")
    assert read_configuration(path) == before
    assert (tmp_path / "hall-1.toml.20261123T091200.bak").read_text() == full
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".")] == []


def test_a_cabinet_commissioned_again_leaves_the_other_one_and_its_own_bus_as_they_were(tmp_path):
    path = tmp_path / "hall-1.toml"
    path.write_text(GOOD)
    before = read_configuration(path)
    told: list[facts.Fact] = [
        facts.CabinetNamed("CAB-02"),
        facts.PortNamed("/dev/ttyUSB1"),
        facts.Searched((facts.FoundBoard("kerong-cu16", 19200, 3, 16, has_echo=False),)),
        facts.BoardsNamed((3,)),
        facts.ChannelsCounted(3, 1),
        facts.Looked((facts.RawDoor(3, 1, 1),)),
        facts.PulseAgreed(3, 1),
        facts.Pulsed(3, 1, True, "", (facts.Place(3, 1),), (), 90, AT),
        facts.Labelled(3, 1, 1),
        facts.ShutSeen(3, 1, True, AT),
    ]
    configuration = with_cabinet(before, progress_of(told), tmp_path)
    assert set(configuration.buses) == set(before.buses)
    assert configuration.cabinets[0] == before.cabinets[0]
    assert configuration.cabinets[1] == Cabinet("CAB-02", "right", (BoardPlace(3, 1),), closed_bit=1)


def test_of_a_draft_the_agent_and_the_names_of_its_cabinets_are_taken(tmp_path):
    path = tmp_path / "hall-1.toml"
    path.write_text(GOOD.replace("closed_bit = 1\n", "# closed_bit = 1\n"))
    basis = basis_of(path)
    assert (basis.agent, basis.hardware_clock, basis.cabinets) == ("hall-1", True, ())
    assert cabinets_in(path) == ("CAB-01", "CAB-02")
    assert basis_of(tmp_path / "nothing.toml").kiosk_port == 8600
    assert cabinets_unread(path, basis) == ("CAB-01", "CAB-02")
    path.write_text("[offline]\nother_h = 3")
    assert basis_of(path).staleness.other_h == 3


@pytest.mark.parametrize("text", ["[agent", "agent = 3", "[kiosk]\nport = []", "[offline]\nother_h = 2000"])
def test_a_file_without_sense_is_refused_before_any_door_is_opened(tmp_path, text):
    path = tmp_path / "hall-1.toml"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match="读不通"):
        basis_of(path)


@pytest.mark.parametrize(
    ("error", "sentence", "held"),
    [
        (serial.SerialException(errno.EAGAIN, "Could not exclusively lock port"), "正被别的程序占用", True),
        (PermissionError(errno.EACCES, "Permission denied"), "dialout", False),
        (termios.error(errno.ENOTTY, "Inappropriate ioctl"), "它不是串口", False),
        (TimeoutError("timed out"), "timed out", False),
    ],
    ids=["held", "not ours", "no serial port", "slow"],
)
def test_why_a_port_cannot_be_used_is_said_so_that_one_knows_what_to_do(error, sentence, held):
    assert (sentence in why_not(error), is_held(error)) == (True, held)


def test_ports_are_offered_once_by_the_name_that_lasts(tmp_path):
    devices, names = tmp_path / "dev", tmp_path / "by-id"
    devices.mkdir()
    names.mkdir()
    for device in ("ttyUSB0", "ttyACM0", "tty7"):
        (devices / device).touch()
    (names / "usb-FTDI-A10").symlink_to(devices / "ttyUSB0")
    assert ports_here((), devices, names) == (str(names / "usb-FTDI-A10"), str(devices / "ttyACM0"))


@pytest.mark.parametrize(
    "line",
    [
        "  " + "门" * 100,
        "word " * 40,
        "/dev/serial/by-id/" + "x" * 120,
        "门关着时，多数反馈是 1，这几路不同：" + "、".join(f"地址 {n} 的板第 {n} 路" for n in range(9)),
        "",
    ],
    ids=["characters", "words", "one long word", "a list", "nothing"],
)
def test_a_line_is_broken_to_fit_and_nothing_is_lost(line):
    pieces = lines_of(line)
    assert all(width_of(piece) <= COLUMNS for piece in pieces)
    assert "".join(pieces).replace(" ", "") == line.replace(" ", "")


def test_arrow_keys_and_another_encoding_are_no_answer_and_it_is_asked_again(monkeypatch, capsys):
    typed = "钱工\n".encode("gbk") + b"\x1b[A\n" + "钱工\n".encode()
    master, slave = os.openpty()
    with os.fdopen(slave, encoding="utf-8") as keyboard, os.fdopen(master, "wb", buffering=0) as hands:
        hands.write(typed)
        monkeypatch.setattr("sys.stdin", keyboard)
        assert Terminal().ask("技术员姓名？") == "钱工"
    assert capsys.readouterr().out.count("认不出的字") == 2


def test_a_diary_keeps_a_name_with_any_sign_in_it(tmp_path):
    began = facts.Began("钱\u2028工\x85\x0b", "2026-11-23T09:12:00.000+08:00")
    with Diary(tmp_path / "d") as diary:
        diary.keep(began)
    with Diary(tmp_path / "d") as diary:
        assert diary.facts == (began,)
