"""The emulated line on a real pseudo-terminal, opened as an agent opens it, and the program around it."""

import json
import subprocess
import sys
from contextlib import contextmanager

import pytest
import serial

from firmware_protocol.boards import ReadStatus, Side, Unlock, dialect
from firmware_protocol.emulators import Fault, Fittings
from firmware_protocol.emulators.line import EmulatedLine, UnlockHeard
from tests.fixtures.patience import PATIENCE_S

QUICK = Fittings(pulse_ms=20, springs_open_ms=5, answer_after_ms=1)
BCC = dialect("bcc-8a")


def exchange(port, frame, length):
    """Send one request; answer the frames in so many bytes."""
    port.write(BCC.encode(frame))
    decoder = BCC.decoder(Side.BOARD)
    return decoder.feed(port.read(length)) + decoder.idle()


@contextmanager
def opened(path):
    with serial.Serial(path, 9600, timeout=PATIENCE_S, exclusive=True) as port:
        yield port


@pytest.fixture
def link(tmp_path):
    return tmp_path / "left"


def test_a_host_reads_unlocks_and_sees_the_door_open_until_somebody_closes_it(link):
    with EmulatedLine("bcc-8a", {1: 24}, fittings=QUICK, link=link) as line, opened(line.pty_path) as port:
        assert exchange(port, ReadStatus(1), 7)[0].bits[6]
        assert not exchange(port, Unlock(1, 7), 5)[0].bit
        assert line.doors()[1][7].is_open

        line.close(1, 7)
        assert exchange(port, ReadStatus(1), 7)[0].bits[6]


def test_the_moment_of_each_unlock_is_told(link):
    told: list[UnlockHeard] = []
    with EmulatedLine("bcc-8a", {1: 24}, fittings=QUICK, link=link, on_unlock=told.append) as line:
        with opened(line.pty_path) as port:
            exchange(port, Unlock(1, 3), 5)
            exchange(port, Unlock(1, 4), 5)
        heard = line.wait_for_unlocks(2, PATIENCE_S)

    assert [(unlock.address, unlock.channel) for unlock in heard] == [(1, 3), (1, 4)]
    assert heard[1].first_byte_ns - heard[0].first_byte_ns > 20_000_000
    assert told == list(heard)


def test_a_mute_board_hears_the_unlock_all_the_same(link):
    with EmulatedLine("bcc-8a", {1: 24, 2: 8}, fittings=QUICK, link=link) as line, opened(line.pty_path) as port:
        line.break_board(2, Fault.MUTE)
        port.write(BCC.encode(Unlock(2, 8)))
        assert line.wait_for_unlocks(1, PATIENCE_S)[0].address == 2
        assert exchange(port, ReadStatus(1), 7)[0].address == 1


def test_an_unplugged_line_is_an_error_to_its_host_and_comes_back_under_the_same_name(link):
    with EmulatedLine("bcc-8a", {1: 24}, fittings=QUICK, link=link) as line:
        with opened(line.pty_path) as port:
            line.unplug()
            assert not link.exists()
            with pytest.raises(OSError, match=r"readiness|Input/output"):
                port.read(1)
        line.replug()
        with opened(line.pty_path) as port:
            assert len(exchange(port, ReadStatus(1), 7)) == 1


def test_nothing_is_left_behind(link):
    with EmulatedLine("bcc-8a", {1: 24}, link=link):
        assert link.is_symlink()
    assert not link.is_symlink()


class Program:
    """The running program, asked one command at a time."""

    def __init__(self, link):
        options = ["--pty", "--address", "0", "1", "--channels", "16", "8", "--link", str(link)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "firmware_protocol", "emulate", "--board", "kerong-cu16", *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.commands, self.answers = self.process.stdin, self.process.stdout

    def hear(self):
        return json.loads(self.answers.readline())

    def __call__(self, command):
        print(command, file=self.commands, flush=True)
        return self.hear()


@pytest.fixture
def emulator(link):
    """The program, ready; it ends when its commands end, and tidies up."""
    program = Program(link)
    with program.process:
        assert program.hear() == {"ready": str(link), "boards": {"0": 16, "1": 8}}
        yield program
        program.commands.close()
        assert program.process.wait(PATIENCE_S) == 0
    assert not link.is_symlink()


def test_the_program_does_to_doors_what_people_do(emulator, link):
    speech = dialect("kerong-cu16")
    assert emulator("pull 1 8") == {"ok": True, "open": False}
    assert emulator("force 1 8") == {"ok": True}
    assert emulator("doors")["doors"]["1"] == ["closed"] * 7 + ["open"]
    assert emulator("close 1 8") == {"ok": True}
    assert emulator("jam 0 2") == {"ok": True}
    assert emulator("doors")["jammed"] == {"0": [2], "1": []}
    assert emulator("free 0 2") == {"ok": True}

    with serial.Serial(str(link), 19200, timeout=PATIENCE_S) as port:
        port.write(speech.encode(ReadStatus(1)))
        assert len(port.read(9)) == 9
    (frame,) = emulator("frames")["frames"]
    assert frame.pop("at_ns") > 0
    assert frame == {"kind": "status", "address": 1}
    assert emulator("frames")["frames"] == []


def test_the_program_breaks_and_mends_boards_and_lines(emulator, link):
    assert emulator("cut")["ok"]
    assert emulator("doors")["cut"]
    for command in ("restore", "dead 1", "mute 1", "mend 1"):
        assert emulator(command) == {"ok": True}
    assert emulator("unplug")["ok"]
    assert not link.exists()
    assert emulator("replug") == {"ok": True}
    assert link.exists()


@pytest.mark.parametrize(
    ("command", "said"),
    [("jam 1 99", "99"), ("pull 2", "地址"), ("pull x", "不是数"), ("open 1", "听不懂"), ("jam", "听不懂")],
)
def test_the_program_explains_what_it_does_not_understand(emulator, command, said):
    assert said in emulator(command)["error"]


def test_the_program_takes_faults_and_items_and_tells_what_is_the_matter(emulator):
    assert emulator("put 0 3") == {"ok": True}
    assert emulator("fault late=20 stuck=7") == {"ok": True}
    told = emulator("status")
    assert (told["items"], told["faults"]) == ({"0": [3], "1": []}, ["late=20", "stuck=7"])
    assert told["jammed"] == {"0": [7], "1": [7]}
    assert "loud" in emulator("fault loud")["error"]
    assert emulator("heal") == emulator("take 0 3") == {"ok": True}
    told = emulator("status")
    assert (told["items"]["0"], told["faults"], told["jammed"]["0"]) == ([], [], [])


def test_a_serial_server_has_one_host_at_a_time_and_the_same_port_after_a_power_cut():
    with EmulatedLine("bcc-8a", {1: 24}, fittings=QUICK, tcp_port=0) as line:
        for _ in range(2):
            with serial.serial_for_url(line.pty_path, 9600, timeout=PATIENCE_S) as port:
                assert exchange(port, ReadStatus(1), 7)[0].bits[6]
        path = line.pty_path
        line.unplug()
        line.replug()
        assert line.pty_path == path
        with serial.serial_for_url(path, 9600, timeout=PATIENCE_S) as port:
            assert not exchange(port, Unlock(1, 7), 5)[0].bit
