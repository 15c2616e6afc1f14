"""The product's real processes over a township: the server, the agent, and emulated boards on pseudo-terminals."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Event
from time import monotonic
from types import MappingProxyType

from bench.township import Town
from firmware_protocol.emulators.line import EmulatedLine
from server.demo.cabinets import LinePlan, hung_lines, wiring_toml
from server.demo.township import AGENT, agent_files
from tests.fixtures.ports import free_port

HOST = "127.0.0.1"
STARTS_S = 30.0
ENDS_S = 10.0
_PORT_SAID = re.compile(rb"http://127\.0\.0\.1:(\d+)")


class DidNotStart(Exception):
    """A process ended, or did not say where it listens; its last words are in the message."""


@dataclass(frozen=True, slots=True)
class Running:
    """A process that listens for HTTP on loopback."""

    pid: int
    port: int


@dataclass(frozen=True, slots=True)
class Desk(Running):
    """The server, and the port of the broker inside it."""

    broker_port: int


@dataclass(frozen=True, slots=True)
class Door:
    """Where the lock of a compartment is."""

    line: EmulatedLine
    plan: LinePlan
    address: int
    channel: int


@dataclass(frozen=True, slots=True)
class Hall:
    """The agent beside its cabinets; `doors` by compartment."""

    agent: Running
    doors: Mapping[str, Door]


@contextmanager
def desk(town: Town) -> Iterator[Desk]:
    """The server, until the block ends."""
    broker_port = free_port()
    command = ["-m", "server", "serve", "--data", str(town.data), "--port", "0"]
    with started(command, town.data / "server.log", {"GONGGUAN_BROKER_PORT": str(broker_port)}) as server:
        yield Desk(server.pid, server.port, broker_port)


@contextmanager
def hall(
    town: Town, desk: Desk, in_the_cable: AbstractContextManager[object] | None = None, further: str = ""
) -> Iterator[Hall]:
    """The agent with its boards, paced at their baud rate, connected and knowing its doors, until the block ends.

    `in_the_cable` is entered when the ports are there, and before the agent opens them. `further` is TOML that its
    configuration ends with.
    """
    folder = town.data / "serial"
    with ExitStack() as stack:
        lines = stack.enter_context(hung_lines(folder, town.plans))
        stack.enter_context(in_the_cable or nullcontext())
        command = ["-m", "device_agent", "--config", str(_configured(town, desk, folder, further))]
        agent = stack.enter_context(started(command, town.data / "agent.log"))
        doors = {
            place: Door(lines[plan.name], plan, address, channel)
            for plan in town.plans
            for place, (address, channel) in plan.places.items()
        }
        _until_at_work(agent, len(doors))
        yield Hall(agent, doors)


def _configured(town: Town, desk: Desk, folder: Path, further: str) -> Path:
    files = agent_files(town.data)
    bundle = town.bundle
    bundle["server_url"] = f"http://{HOST}:{desk.port}"
    bundle["broker"] |= {"host": HOST, "port": desk.broker_port}
    files.bundle.write_text(json.dumps(bundle), encoding="utf-8")
    agent = f'[agent]\nid = "{AGENT}"\ndata = "journal"\nbundle = "{files.bundle.name}"\nhardware_clock = true\n'
    wiring = wiring_toml(folder, town.plans)
    files.configuration.write_text(f"{agent}[kiosk]\nport = 0\n{wiring}\n{further}", encoding="utf-8")
    return files.configuration


@contextmanager
def started(
    arguments: list[str], log: Path = Path(os.devnull), environment: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Running]:
    """Python with these arguments, once it has printed where it listens, until the block ends."""
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, **environment, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=errors,
        )
    try:
        yield Running(process.pid, _port_said(process, log))
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=ENDS_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _port_said(process: subprocess.Popen[bytes], log: Path) -> int:
    for line in process.stdout or ():
        if said := _PORT_SAID.search(line):
            return int(said[1])
    raise DidNotStart(log.read_text(errors="replace")[-2000:])


def _until_at_work(agent: Running, doors: int) -> None:
    """Wait until the agent is online, has its roster, and has seen every door."""
    connection, pause, deadline = HTTPConnection(HOST, agent.port), Event(), monotonic() + STARTS_S
    health: dict[str, object] = {}
    while not (health.get("online") and health["roster"] and health["doors_known"] == doors):
        if monotonic() > deadline:
            raise DidNotStart(str(health))
        pause.wait(0.02)
        connection.request("GET", "/healthz")
        health = json.loads(connection.getresponse().read())
    connection.close()
