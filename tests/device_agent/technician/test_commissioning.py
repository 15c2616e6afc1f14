"""`commission` on a real terminal, over real pseudo-terminals, against emulated boards that are well or are not."""

import stat

import pytest

from device_agent.commissioning.report import KIND
from device_agent.configuration import BoardPlace, read_configuration
from device_agent.line.wiring import Sensing
from device_agent.technician.diary import SUFFIX
from firmware_protocol.emulators import Fault, Fittings
from firmware_protocol.emulators.gongguan_lcp import provision
from firmware_protocol.emulators.line import EmulatedLine
from firmware_protocol.emulators.mishaps import Mishap, befall
from firmware_protocol.notes import read_document
from tests.device_agent.line.simulation import SECRET
from tests.device_agent.technician.technician import AGENT_KEY, Technician

FITTINGS = Fittings(pulse_ms=60, springs_open_ms=20)


def through(sizes):
    """The doors' numbers where locks are wired in order."""
    places = [(address, channel) for address, size in sizes.items() for channel in range(1, size + 1)]
    return {place: number for number, place in enumerate(places, start=1)}


def report_of(technician):
    """The fields of the only report, its signature checked."""
    (note,) = (technician.config.parent / "commissioning").glob("*.note")
    return read_document(note.read_bytes(), KIND, [AGENT_KEY])


def test_crossed_wires_inverted_switches_and_an_echoing_adapter_are_learnt_and_stand_in_the_file(tmp_path):
    sizes, labels = {1: 3}, {(1, 1): 2, (1, 2): 3, (1, 3): 1}
    inverted = Fittings(closed_bit=0, pulse_ms=60, springs_open_ms=20)
    with EmulatedLine("bcc-8a", sizes, fittings=inverted, link=tmp_path / "left") as line:
        line.act(lambda bus: befall(bus, [Mishap("echo", 1)]))
        technician = Technician(tmp_path, line, labels, str(tmp_path / "left"))
        technician.habits["接了几把锁"] = "3"
        assert technician.commission() == 0, technician.words()
        assert len(line.unlocks) == 3

    configuration = read_configuration(technician.config)
    cabinet = configuration.cabinets[0]
    assert (cabinet.id, cabinet.closed_bit) == ("CAB-01", 0)
    assert cabinet.boards == (BoardPlace(1, 3, compartments=(2, 3, 1)),)
    assert configuration.buses[0].port == str(tmp_path / "left")
    report = report_of(technician)
    assert report["has_echo"] is True
    assert [(each["number"], each["channel"]) for each in report["compartments"]] == [(1, 3), (2, 1), (3, 2)]
    assert not technician.config.with_name(f"hall-1.toml{SUFFIX}").exists()
    page = next((tmp_path / "commissioning").glob("*.html")).read_text("utf-8")
    assert "钱工" in page
    assert "http" not in page
    assert max(len(line.encode("gbk", "replace")) for line in technician.words().splitlines()) <= 80


def test_a_silent_board_is_named_and_found_once_it_answers_and_its_contacts_are_proven(tmp_path):
    sizes = {0: 2, 1: 2}
    with_contacts = Fittings(pulse_ms=60, springs_open_ms=20, feedback="lock", sensors="doors")
    with EmulatedLine("kerong-cu16", sizes, fittings=with_contacts, link=tmp_path / "left") as line:
        line.break_board(1, Fault.DEAD)
        technician = Technician(tmp_path, line, through(sizes), str(tmp_path / "left"))

        def mend():
            line.break_board(1, Fault.NONE)
            return "1"

        technician.habits |= {
            "几块锁控板": "2",
            "是哪一种": "2",
            "只有 1 块回答：地址 0": mend,
            "接了几把锁": "2",
            "反馈线（锁旁边": "3",
        }
        assert technician.commission() == 0, technician.words()
    cabinet = read_configuration(technician.config).cabinets[0]
    assert cabinet.boards == (BoardPlace(0, 2), BoardPlace(1, 2))
    assert cabinet.sensing == Sensing("lock", "doors", sensor_bit=1)
    assert "第二排输入另接门磁" in next((tmp_path / "commissioning").glob("*.txt")).read_text("utf-8")


def test_a_stuck_lock_leaves_its_compartment_unproven_and_a_second_evening_finishes_what_was_begun(tmp_path):
    sizes = {0: 3}
    with EmulatedLine("wkly", sizes, fittings=FITTINGS, link=tmp_path / "left") as line:
        line.jam(0, 2)
        technician = Technician(tmp_path, line, through(sizes), str(tmp_path / "left"))
        technician.habits |= {"是哪一种": "5", "第 2 路还没有验成": "s", "接了几把锁": "3"}
        before = technician.config.read_text()
        assert technician.commission() == 1
        assert "第 2 路：锁没有动" in technician.words()
        assert technician.config.read_text() == before
        assert not (tmp_path / "commissioning").exists()

        line.free(0, 2)
        technician.seen = ""
        del technician.habits["第 2 路还没有验成"]
        assert technician.commission() == 0, technician.words()
        assert "3 格，已验 2 格" in technician.words()
        assert [unlock.channel for unlock in line.unlocks] == [1, 2, 3, 2]


def test_a_controller_of_our_own_proves_itself_with_the_secret_that_was_typed(tmp_path):
    sizes = {1: 2}
    with EmulatedLine("gongguan-lcp", sizes, fittings=FITTINGS, link=tmp_path / "left") as line:
        line.act(lambda bus: provision(bus.boards.values(), SECRET))

        def set_tampered(*, is_open):
            def turn(bus):
                bus.boards[1].is_tampered = is_open

            line.act(turn)
            line.restore()
            return ""

        technician = Technician(tmp_path, line, through(sizes), str(tmp_path / "left"))
        technician.habits |= {
            "是哪一种": "8",
            "控制器的密钥？": SECRET.octets.hex(),
            "试地址 1 的控制器的防拆": lambda: set_tampered(is_open=True),
            "请装回外壳": lambda: set_tampered(is_open=False),
        }
        assert technician.commission() == 0, technician.words()
    secret = tmp_path / "CAB-01-1.secret"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert secret.read_text().strip() == SECRET.octets.hex()
    assert SECRET.octets.hex() not in technician.words()
    cabinet = read_configuration(technician.config).cabinets[0]
    assert (cabinet.closed_bit, cabinet.boards) == (None, (BoardPlace(1, 2, secret),))
    assert report_of(technician)["boards"][0]["tamper"] is True


def test_relays_whose_inputs_drive_them_are_refused_until_they_are_set_right_and_keep_their_pulse(tmp_path):
    sizes = {1: 2}
    with EmulatedLine("waveshare-modbus", sizes, fittings=FITTINGS, link=tmp_path / "left") as line:
        line.break_board(1, Fault.MISSET)
        technician = Technician(tmp_path, line, through(sizes), str(tmp_path / "left"))
        technician.habits |= {"是哪一种": "7", "接了几把锁": "2", "通电多少毫秒": "300"}
        assert technician.commission() == 2
        assert "控制模式不是常规" in technician.words()
        line.break_board(1, Fault.NONE)
        assert technician.commission() == 0, technician.words()
        assert len(line.unlocks) == 2
    assert read_configuration(technician.config).cabinets[0].pulse_ms == 300


@pytest.mark.parametrize(
    ("mishap", "sentence"),
    [
        pytest.param(Mishap("cut-wire", 2), "门开了，但反馈一点没变", id="a cut feedback wire"),
        pytest.param(Mishap("inverted", 2), "反馈和别的相反", id="a switch of the other kind"),
    ],
)
def test_a_door_whose_feedback_lies_is_not_proven_and_says_what_to_mend(tmp_path, mishap, sentence):
    sizes = {1: 3}
    with EmulatedLine("bcc-8a", sizes, fittings=FITTINGS, link=tmp_path / "left") as line:
        line.act(lambda bus: befall(bus, [mishap]))
        technician = Technician(tmp_path, line, through(sizes), str(tmp_path / "left"))
        technician.habits |= {"是哪一种": "1", "接了几把锁": "3", "这几路不同": "2", "第 2 路还没有验成": "s"}
        assert technician.commission() == 1, technician.words()
    assert "这几路不同：第 2 路" in technician.words()
    assert sentence in technician.words()
