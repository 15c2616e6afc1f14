"""The ports of this machine, by the names under which they are found again."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from device_agent.configuration import Bus
from device_agent.ports import STABLE_NAMES, stable_name

PORTS = ("ttyUSB*", "ttyACM*", "ttyAMA*", "ttyS[0-9]")


def ports_here(buses: Iterable[Bus] = (), devices: Path = Path("/dev"), names: Path = STABLE_NAMES) -> tuple[str, ...]:
    """Every serial port that is plugged in, then those that the configuration names beside them; each once."""
    found: list[str] = []
    with suppress(OSError):
        found += [str(link) for link in sorted(names.iterdir())]
    for pattern in PORTS:
        found += [stable_name(str(device), names) for device in sorted(devices.glob(pattern))]
    return tuple(dict.fromkeys([*found, *(bus.port for bus in buses)]))
