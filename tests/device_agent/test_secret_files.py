"""A controller's secret is read from a file that its owner alone may read, and a bad one is named in plain words."""

import pytest

from device_agent.cabinet import bus_wiring
from device_agent.configuration import BoardPlace, Bus, Cabinet, ConfigurationError
from device_agent.line.wiring import Timing
from device_agent.secret_files import read_secret
from firmware_protocol.boards.gongguan_lcp.keys import Secret

DIGITS = "00112233445566778899aabbccddeeff" * 2


def file_with(tmp_path, octets, mode=0o600):
    path = tmp_path / "left.secret"
    path.write_bytes(octets)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("octets", [DIGITS, DIGITS.upper(), f"{DIGITS}\n", f" {DIGITS}\r\n"], ids=repr)
@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_sixty_four_hexadecimal_digits_are_a_secret(octets, mode, tmp_path):
    assert read_secret(file_with(tmp_path, octets.encode(), mode)) == Secret(bytes.fromhex(DIGITS))


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601, 0o777], ids=oct)
def test_a_file_that_others_may_touch_is_refused_with_the_command_that_mends_it(mode, tmp_path):
    path = file_with(tmp_path, DIGITS.encode(), mode)

    with pytest.raises(ConfigurationError, match=f"chmod 600 {path}"):
        read_secret(path)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        DIGITS[:-1].encode(),
        f"{DIGITS}0".encode(),
        f"{DIGITS[:-1]}g".encode(),
        f"0x{DIGITS}".encode(),
        f"{DIGITS}\n{DIGITS}".encode(),
        "密".encode() * 20,
        bytes(32),
        b"\xff" * 64,
    ],
    ids=["empty", "short", "long", "no digit", "prefixed", "two", "chinese", "raw", "no text"],
)
def test_anything_else_is_refused_without_telling_what_is_in_the_file(octets, tmp_path):
    with pytest.raises(ConfigurationError) as refused:
        read_secret(file_with(tmp_path, octets))

    assert str(refused.value) == f"密钥文件 {tmp_path / 'left.secret'} 里应是 64 位十六进制数，别的什么都没有。"


@pytest.mark.parametrize("name", ["nothing.secret", "."], ids=["missing", "a folder"])
def test_a_file_that_cannot_be_read_is_named(name, tmp_path):
    with pytest.raises(ConfigurationError, match=f"读不到控制器的密钥文件 {tmp_path / name}"):
        read_secret(tmp_path / name)


@pytest.mark.parametrize(("mode", "said"), [(0o600, ""), (0o644, "chmod 600"), (None, "读不到")])
def test_a_controller_is_not_driven_with_a_secret_that_is_not_there_or_not_kept(mode, said, tmp_path):
    path = tmp_path / "left.secret" if mode is None else file_with(tmp_path, DIGITS.encode(), mode)
    plans = [Cabinet("CAB-01", "left", (BoardPlace(1, 8, path),), closed_bit=None)]
    bus = Bus("left", "/dev/left", 115200, "gongguan-lcp")

    if said:
        with pytest.raises(ConfigurationError, match=said):
            bus_wiring(bus, plans, Timing())
    else:
        assert bus_wiring(bus, plans, Timing()).boards[0].secret == Secret.parse(DIGITS)


def test_a_secret_is_never_shown():
    assert "aa" not in repr(Secret.parse(DIGITS))
