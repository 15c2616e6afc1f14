"""`emulate` puts a board of any family on a pseudo-terminal, its doors closed and wired as that family usually is."""

import json
import subprocess
import sys

import pytest
import serial

from firmware_protocol.boards import DIALECTS, ReadStatus, Side, Status, Unlock, dialect
from tests.fixtures.patience import PATIENCE_S


def answer(port, speech, frame):
    """Send one request; the first status that comes back."""
    port.write(speech.encode(frame))
    decoder = speech.decoder(Side.BOARD)
    while True:
        octets = port.read(1)
        assert octets, "no answer"
        for heard in decoder.feed(octets):
            if isinstance(heard, Status):
                return heard


@pytest.mark.parametrize("family", [name for name, speech in DIALECTS.items() if not speech.has_operation_ids])
def test_every_family_can_be_put_on_a_line_asked_and_unlocked(family, tmp_path):
    speech, link = dialect(family), tmp_path / "left"
    address, closed = speech.addresses[0], bool(speech.usual_closed_bit)
    options = ["--board", family, "--pty", "--link", str(link), "--channels", "4", "--pulse-ms", "100"]
    with subprocess.Popen(
        [sys.executable, "-m", "firmware_protocol", "emulate", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as emulator:
        assert emulator.stdin
        assert emulator.stdout
        assert json.loads(emulator.stdout.readline()) == {"ready": str(link), "boards": {str(address): 4}}
        with serial.Serial(str(link), speech.baud, timeout=PATIENCE_S) as port:
            assert answer(port, speech, ReadStatus(address)).bits[:4] == (closed,) * 4
            port.write(speech.encode(Unlock(address, 3)))
            assert not speech.replies_to_unlock or port.read(1)
        emulator.stdin.close()
        assert emulator.wait(PATIENCE_S) == 0


@pytest.mark.parametrize(
    ("option", "sentence"),
    [
        pytest.param(["--link", "{taken}"], "不是链接", id="a link where a file is"),
        pytest.param(["--link", "{free}", "--tap", "{taken}"], "不是链接", id="a tap where a file is"),
        pytest.param(["--fault", "stuck=5"], "没有第 5 路", id="a fault of a lock that is not there"),
        pytest.param(
            ["--board", "gongguan-lcp", "--secret-file", "{free}"], "那个文件里", id="a secret that is not there"
        ),
    ],
)
def test_options_that_would_do_harm_or_nothing_are_refused(option, sentence, tmp_path):
    taken = tmp_path / "hall-1.toml"
    taken.write_text("precious")
    words = [word.format(taken=taken, free=tmp_path / "left") for word in option]
    command = [sys.executable, "-m", "firmware_protocol", "emulate", "--board", "bcc-8a", "--pty", "--channels", "4"]
    told = subprocess.run([*command, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (told.returncode, sentence in told.stderr) == (2, True)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("hall-1.toml", "precious")]


def test_a_tag_reader_takes_no_file_s_place_either(tmp_path):
    taken = tmp_path / "hall-1.toml"
    taken.write_text("precious")
    command = [sys.executable, "-m", "firmware_protocol", "emulate-tags", "--link", str(taken)]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    assert (told.returncode, "不是链接" in told.stderr, taken.read_text()) == (2, True, "precious")
