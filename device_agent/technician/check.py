"""`python -m device_agent check --config FILE`: is everything as it was commissioned? Nothing is opened.

A running agent has the lines and the journal for itself and is not disturbed: it is asked on its own page instead.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from device_agent.bundle import Bundle, BundleError, read_bundle
from device_agent.cabinet import bus_wiring
from device_agent.configuration import Bus, Configuration, ConfigurationError, read_configuration
from device_agent.line.wiring import Timing
from device_agent.technician.doors import now_text
from device_agent.technician.findings import Checked, bad, doubtful, exit_code, good, table_of
from device_agent.technician.line_check import check_line, check_port
from device_agent.technician.machine_check import (
    check_broker,
    check_journal,
    check_reports,
    check_secrets,
    check_server,
)
from device_agent.technician.running import health_of_agent
from device_agent.technician.terminal import Terminal
from device_agent.tls import with_tls

CLOCKS = {"sync": "与服务器一致", "rtc": "靠电池时钟", "floor": "走慢了，不可信", "unknown": "还没有对过"}

DOUBTFUL_DOORS = {
    "open": ("开着", "请看门。"),
    "released": ("没锁上", "门关着，锁没有扣上，请看锁。"),
    "jammed": ("未弹开", "锁没有弹开，请看锁。"),
    "unknown": ("不知道", "请查板和反馈线。"),
}
"""How a door may stand that is not simply closed: the word for it, and what to do."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `check`."""
    parser.add_argument("--config", type=Path, required=True, metavar="FILE", help="柜机配置（TOML）")
    parser.add_argument("--report", type=Path, metavar="FILE", help="把结果也写进这个文本文件")


def run(chosen: argparse.Namespace) -> int:
    """Print the table; 0 if nothing is bad, 1 if something is, 2 with nothing to check by or no room for a report."""
    terminal = Terminal()
    try:
        configuration = read_configuration(chosen.config)
        bundle = with_tls(read_bundle(configuration.bundle), configuration.tls)
        checked = list(check(configuration, bundle, chosen.config.parent))
    except (ConfigurationError, BundleError) as error:
        terminal.show(str(error))
        return 2
    table = f"柜机 {configuration.agent} 现场检查 {now_text()[:19].replace('T', ' ')}\n\n{table_of(checked)}\n"
    terminal.show(table)
    try:
        if chosen.report is not None:
            chosen.report.write_text(table, encoding="utf-8")
    except OSError as error:
        terminal.show(f"结果没有写进 {chosen.report}：{error.strerror}。")
        return 2
    return exit_code(checked)


def check(configuration: Configuration, bundle: Bundle, folder: Path) -> Iterator[Checked]:
    """Everything, one after another. `folder` is where the configuration lies."""
    yield from check_secrets(configuration)
    buses = {bus.name: bus for bus in configuration.buses}
    for cabinet in configuration.cabinets:
        yield check_reports(folder / "commissioning", cabinet, buses[cabinet.bus], bundle)
    yield from (check_port(bus.name, bus.port) for bus in configuration.buses)
    yield from (check_port(reader.name, reader.port) for reader in configuration.readers)
    health = health_of_agent(configuration.kiosk_port)
    if health is None:
        yield from (each for bus in configuration.buses for each in _check_bus(bus, configuration))
        yield check_journal(configuration.data)
    else:
        yield from check_running(health)
    yield check_broker(bundle.broker)
    yield from check_server(bundle)


def _check_bus(bus: Bus, configuration: Configuration) -> Iterator[Checked]:
    try:
        wiring = bus_wiring(bus, configuration.cabinets, Timing())
    except ConfigurationError as error:  # a secret, which was named already
        yield bad(f"口 {bus.name}", "没有查", str(error))
    else:
        yield from check_line(wiring)


def check_running(health: dict[str, Any]) -> Iterator[Checked]:
    """What the running agent says of itself."""
    yield good("柜机程序", "正在运行，以下由它报告")
    if fault := health.get("fault"):
        yield bad("日志", str(fault), "请联系三资办。")
    else:
        yield good("日志", "正常")
    lost, unfit = health.get("boards_lost", []), health.get("boards_unfit", {})
    yield from (bad(f"板 {board}", "不回答", unfit.get(board) or "请查电源、接线、拨码。") for board in lost)
    if not lost:
        yield good("锁控板", "全部回答")
    yield from _doors(health.get("doors", {}))
    clock = str(health.get("clock"))
    is_trusted = clock in {"sync", "rtc"}
    yield (good if is_trusted else _untrusted)("柜机的时间", CLOCKS.get(clock, clock))
    unsent = int(health.get("unsent", 0))
    if health.get("online"):
        yield good("与服务器的连接", f"在线，{unsent} 条待送")
    else:
        yield bad("与服务器的连接", f"断开，{unsent} 条待送", "请查网络；柜机照常开柜，事件会补送。")


def _untrusted(what: str, seen: str) -> Checked:
    return doubtful(what, seen, "时间没有把握时不能领用，只能归还。请查网络校时。")


def _doors(doors: dict[str, str]) -> Iterator[Checked]:
    by_word: dict[str, list[str]] = {}
    for place, word in doors.items():
        by_word.setdefault(word, []).append(place)
    closed = len(by_word.pop("closed", []))
    yield good("门", f"{closed} 扇关着")
    for word, (said, advice) in DOUBTFUL_DOORS.items():
        if places := by_word.get(word):
            yield doubtful("门", f"{said}：{'、'.join(places)}", advice)
