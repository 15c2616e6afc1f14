"""The ports of this machine, by the names under which they are found again, and why one cannot be used."""

import errno
import termios
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from device_agent.configuration import Bus
from device_agent.ports import STABLE_NAMES, stable_name

BUSY = "正被别的程序占用，多半是柜机程序"
WHY: Mapping[int, str] = {
    errno.ENOENT: "没有这个口。请核对名字，并看转换器插好没有",
    errno.EACCES: "这个账号没有权限用它。请用柜机的账号运行，或把账号加进 dialout 组",
    errno.EAGAIN: BUSY,
    errno.EBUSY: BUSY,
    errno.ECONNREFUSED: "串口服务器没有在听，或者已经连着别人。请核对地址、端口",
    errno.EHOSTUNREACH: "找不到串口服务器。请查网线、地址",
    errno.ENOTTY: "它不是串口。请核对名字",
    errno.EISDIR: "它不是串口。请核对名字",
}
PORTS = ("ttyUSB*", "ttyACM*", "ttyAMA*", "ttyS[0-9]")


def ports_here(buses: Iterable[Bus] = (), devices: Path = Path("/dev"), names: Path = STABLE_NAMES) -> tuple[str, ...]:
    """Every serial port that is plugged in, then those that the configuration names beside them; each once."""
    found: list[str] = []
    with suppress(OSError):
        found += [str(link) for link in sorted(names.iterdir())]
    for pattern in PORTS:
        found += [stable_name(str(device), names) for device in sorted(devices.glob(pattern))]
    return tuple(dict.fromkeys([*found, *(bus.port for bus in buses)]))


def why_not(error: OSError | termios.error) -> str:
    """Why a port cannot be opened or used, and what to do, without a stop at its end."""
    number = error.errno if isinstance(error, OSError) else error.args[0]
    return WHY.get(number or 0) or (getattr(error, "strerror", None) or str(error)).rstrip("。")


def is_held(error: OSError | termios.error) -> bool:
    """Whether somebody else has it open."""
    return why_not(error) == BUSY
