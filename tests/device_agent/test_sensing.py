"""What the configuration may say of a cabinet's inputs and of tag readers, and what it is held against."""

from pathlib import Path

import pytest

from device_agent.configuration import ConfigurationError, read_configuration
from device_agent.line.wiring import Sensing
from device_agent.tag_reader import ReaderPlace
from device_agent.technician.settings_file import toml_of
from tests.device_agent.test_configuration import GOOD, written

RIGHT = 'id = "CAB-02"\n'
"""The cabinet whose boards have a second row of inputs."""


def with_settings(cabinet: str, settings: str) -> str:
    return GOOD.replace(cabinet, cabinet + settings + "\n")


@pytest.mark.parametrize(
    ("settings", "sensing"),
    [
        ("", Sensing()),
        ('feedback = "lock"', Sensing(feedback="lock")),
        ('sensors = "items"\nsensor_bit = 0', Sensing(sensors="items", sensor_bit=0)),
        ('feedback = "lock"\nsensors = "doors"', Sensing(feedback="lock", sensors="doors")),
    ],
    ids=["nothing said", "hooks", "light barriers", "hooks and contacts"],
)
def test_what_the_inputs_mean_is_the_cabinet_s_setting(tmp_path: Path, settings: str, sensing: Sensing) -> None:
    assert read_configuration(written(tmp_path, with_settings(RIGHT, settings))).cabinets[1].sensing == sensing


@pytest.mark.parametrize(
    ("cabinet", "settings", "message"),
    [
        (RIGHT, 'feedback = "hook"', "door、lock"),
        (RIGHT, 'sensors = "doors"', '请写 feedback = "lock"'),
        ('id = "CAB-01"\n', 'sensors = "items"', "没有第二排输入"),
    ],
    ids=["no such word", "told twice", "a board without a second row"],
)
def test_what_the_boards_cannot_tell_is_refused(tmp_path: Path, cabinet: str, settings: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_configuration(written(tmp_path, with_settings(cabinet, settings)))


READER = '\n[[reader]]\nname = "r7"\nport = "/dev/ttyUSB7"\ncompartment = "CAB-01/7"\n'


def test_a_tag_reader_looks_into_one_compartment(tmp_path: Path) -> None:
    readers = read_configuration(written(tmp_path, GOOD + READER)).readers
    assert readers == (ReaderPlace("r7", "/dev/ttyUSB7", 115_200, "CAB-01/7"),)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (READER.replace("CAB-01/7", "CAB-09/7"), "没有这一格"),
        (READER + READER.replace("r7", "r8").replace("USB7", "USB8"), "同一个 port 或 compartment"),
        (READER.replace("/dev/ttyUSB7", "/dev/ttyUSB0"), "port 重复"),
    ],
    ids=["no such compartment", "two readers in one", "a line's own port"],
)
def test_a_reader_that_looks_nowhere_or_twice_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        read_configuration(written(tmp_path, GOOD + text))


def test_commissioning_writes_back_what_it_read(tmp_path: Path) -> None:
    settings = with_settings(RIGHT, 'feedback = "lock"\nsensors = "doors"\nsensor_bit = 0')
    configuration = read_configuration(written(tmp_path, settings + READER))
    assert 'sensors = "doors"' in toml_of(configuration, tmp_path)
    assert "[[reader]]" in toml_of(configuration, tmp_path)
