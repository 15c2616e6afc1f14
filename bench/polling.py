"""What it costs the agent to watch eight boards, one of each family, each on a line of its own.

The real agent in touch with its server; the boards are emulated on pseudo-terminals that hand over byte by byte, at
their baud rate, so that it is woken as often as by a real port without a buffer. Measured is the whole process's time
on a processor, once with every door shut and once with a door open in each cabinet, which is asked five times as often.
The floor is the plainest program that asks as often: write, wait, read until the answer is whole.
"""

import os
import select
from collections.abc import Iterable
from pathlib import Path
from threading import Event
from time import monotonic, thread_time

from bench.figures import Figure
from bench.processes import Door, desk, hall
from bench.township import Town, furnish
from bench.unlocks import answer
from device_agent.line.wiring import Timing
from firmware_protocol.boards import ReadStatus
from firmware_protocol.emulators.line import EmulatedLine
from server.demo.cabinets import LinePlan
from tests.fixtures.families import EVERY_FAMILY

IDLE_PERCENT_MAX = 5.0
SETTLES_S = 2.0
TICKS_PER_S = os.sysconf("SC_CLK_TCK")
BARE_POLLS = 10
READ_SIZE = 4096
WAIT_S = 5.0
BARE_FAMILIES = ("bcc-8a", "kerong-cu16", "kerong-cu48", "winnsen")
"""Whose answers have one length, however many locks there are."""


def measure(town: Town, seconds: int) -> list[Figure]:
    """Watch the agent for so many seconds of each kind."""
    pause, eight = Event(), furnish(town.data / "eight", EVERY_FAMILY)
    with desk(eight) as server, hall(eight, server) as cabinets:
        pause.wait(SETTLES_S)
        idle = _percent(cabinets.agent.pid, seconds)
        _open_one_each(cabinets.doors.values())
        pause.wait(1)
        busy = _percent(cabinets.agent.pid, seconds)
    bare_s = max(_bare_poll_s(plan, town.data) for plan in EVERY_FAMILY if plan.family in BARE_FAMILIES)
    polls_per_s = len(EVERY_FAMILY) * 1000 / Timing().poll_idle_ms
    return [
        Figure(
            what=f"agent watching {len(EVERY_FAMILY)} boards",
            unit="% CPU",
            measured={"all shut": idle, "a door open each": busy},
            floors={"bare polls": 100 * bare_s * polls_per_s},
            target=f"all shut ≤ {IDLE_PERCENT_MAX:.0f} %",
            is_met=idle <= IDLE_PERCENT_MAX,
        )
    ]


def _percent(pid: int, seconds: float) -> float:
    """How much of a core a process has used in the next so many seconds."""
    before_s, began_s = _used_s(pid), monotonic()
    Event().wait(seconds)
    return 100 * (_used_s(pid) - before_s) / (monotonic() - began_s)


def _used_s(pid: int) -> float:
    """Processor time so far, of the program and of the kernel for it."""
    fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def _open_one_each(doors: Iterable[Door]) -> None:
    for door in doors:
        if door.channel == 1:
            door.line.force(door.address, door.channel)


def _bare_poll_s(plan: LinePlan, folder: Path) -> float:
    """Processor time of one status poll without an agent: as many bytes as the answer has, whatever they say."""
    (address,) = plan.channels
    asked = ReadStatus(address)
    request, wanted = plan.dialect.encode(asked), len(plan.dialect.encode(answer(plan.dialect, asked)[0]))
    with EmulatedLine(plan.family, plan.channels, link=folder / f"bare-{plan.name}") as line:
        port = os.open(line.pty_path, os.O_RDWR | os.O_NOCTTY)
        began_s = thread_time()
        for _ in range(BARE_POLLS):
            os.write(port, request)
            missing = wanted
            while missing > 0:
                if not select.select([port], [], [], WAIT_S)[0]:
                    raise TimeoutError(plan.family)
                missing -= len(os.read(port, READ_SIZE))
        took_s = thread_time() - began_s
        os.close(port)
    return took_s / BARE_POLLS
