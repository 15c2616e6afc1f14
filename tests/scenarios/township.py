"""A township in parts, as it stands in a hall: a server, an agent beside it, and the boards behind the agent's lines.

The parts start and end one by one. The boards are the test's own, so they outlive an agent that is killed.
"""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Self

import httpx

from firmware_protocol.emulators.line import UnlockHeard
from server.demo.cabinets import PLANS, DemoCabinets, wiring_toml
from tests.fixtures.mosquitto import CertifiedMosquitto, Mosquitto
from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import LOOPBACK, free_port
from tests.fixtures.processes import wait_until
from tests.scenarios.people import Cast

AGENT = "hall-1"
DOORS = sum(sum(plan.channels.values()) for plan in PLANS)
_ASKING = httpx.Client(trust_env=False, timeout=PATIENCE_S, limits=httpx.Limits(max_keepalive_connections=0))
"""One client for all: each reads the machine's list of certificates anew. It keeps no line to what may be killed."""
CONFIGURATION = """\
[agent]
id = "{agent}"
data = "journal"
bundle = "bundle.json"
hardware_clock = true
[kiosk]
port = {port}
camera = {camera}
{wiring}
[demo]
cards = [{cards}]
{tls}
"""


class Program:
    """One of our programs as a process. `hours_later` starts it with its wall clock so far ahead."""

    def __init__(self, out: Path, *command: str, environment: Mapping[str, str] | None = None) -> None:
        self._out, self._command = out, command
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The running process."""
        assert self._process is not None
        return self._process

    def start(self, hours_later: float = 0) -> None:
        """Start it."""
        late = ("tests.scenarios.later", str(hours_later)) if hours_later else ()
        command = [sys.executable, "-m", *late, *self._command]
        with self._out.open("ab") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=self._environment)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int | None:
        """End it by a signal; answers its exit status, None when it was not running."""
        process, self._process = self._process, None
        if process is None:
            return None
        process.send_signal(number)
        try:
            return process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


class Server(Program):
    """`python -m server serve`, at the same address however often it starts."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        self.data, self.port = data, free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        command = ("server", "serve", "--data", str(data), "--port", str(self.port))
        super().__init__(data.with_name("server.out"), *command, environment=environment)

    def start(self, hours_later: float = 0) -> None:
        """Start it and wait until it says that everything works."""
        super().start(hours_later)
        wait_until(lambda: bool(_health(self.url).get("ok")), "the server", self.process)

    def read(self, query: str) -> list[tuple[Any, ...]]:
        """What its database holds."""
        return _read(self.data / "gongguan.sqlite", query)


class Agent(Program):
    """`python -m device_agent` with a configuration of its own."""

    def __init__(self, folder: Path, bundle: dict[str, Any], cast: Cast, *, camera: bool, tls: str) -> None:
        self.port = free_port()
        self.kiosk_url = f"http://{LOOPBACK}:{self.port}"
        self._folder, self.journal = folder, folder / "journal" / "journal.sqlite"
        (folder / "bundle.json").write_text(json.dumps(bundle), encoding="utf-8")
        (folder / "bundle.json").chmod(0o600)
        cards = ", ".join(
            f'{{ name = "{each.name}", role = "{each.title}", card = "{each.card}" }}'
            for each in (cast.accountant, cast.head, cast.supervisor, cast.officer)
        )
        text = CONFIGURATION.format(
            agent=AGENT, port=self.port, camera=str(camera).lower(), wiring=wiring_toml(folder), cards=cards, tls=tls
        )
        (folder / "agent.toml").write_text(text, encoding="utf-8")
        super().__init__(folder / "agent.out", "device_agent", "--config", str(folder / "agent.toml"))

    def start(self, hours_later: float = 0) -> None:
        """Start it and wait until it sees all its doors."""
        super().start(hours_later)
        wait_until(lambda: self.health.get("doors_known") == DOORS, "the agent", self.process)

    def command(self, word: str) -> list[str]:
        """One of the technician's commands, for this agent."""
        return [sys.executable, "-m", "device_agent", word, "--config", str(self._folder / "agent.toml")]

    @property
    def bundle(self) -> dict[str, Any]:
        """Its bundle as it is now."""
        read: dict[str, Any] = json.loads((self._folder / "bundle.json").read_text(encoding="utf-8"))
        return read

    @property
    def health(self) -> dict[str, Any]:
        """What it says of itself; empty while it says nothing."""
        return _health(self.kiosk_url)

    def notes(self) -> list[bytes]:
        """The entries of its journal, oldest first, exactly as signed; while it runs, nobody else may look."""
        return [note for (note,) in _read(self.journal, "SELECT note FROM entries ORDER BY seq")]

    def events(self) -> list[str]:
        """The types of its journal's entries, oldest first; while it runs, nobody else may look."""
        return [event for (event,) in _read(self.journal, "SELECT type FROM entries ORDER BY seq")]


class Township:
    """The parts together. `with Township(folder, data, cast):` starts all of them and ends what is left.

    With `camera` one hangs on the kiosk. `at_an_unlock` is called in a line's thread as soon as an unlock frame was
    heard, before anything comes of it. Everybody's clock is `hours_later`.
    """

    def __init__(
        self,
        folder: Path,
        data: Path,
        cast: Cast,
        *,
        mosquitto: Mosquitto | None = None,
        camera: bool = False,
        hours_later: float = 0,
    ) -> None:
        self.cast, self._hours_later = cast, hours_later
        self.lines = {plan.name: plan.line(folder, on_unlock=self._unlocked) for plan in PLANS}
        self.at_an_unlock: Callable[[], object] = lambda: None
        self.hands = DemoCabinets(self.lines)
        broker_port = free_port() if mosquitto is None else mosquitto.port
        self.server = Server(data, _broker_settings(broker_port, mosquitto))
        bundle = json.loads((data / "agent" / "agent.bundle.json").read_text(encoding="utf-8"))
        bundle["server_url"] = self.server.url
        bundle["broker"] |= {"host": LOOPBACK, "port": broker_port}
        if mosquitto is not None:
            bundle["broker"]["password"] = mosquitto.passwords.get(AGENT, "unknown to it")
        self.agent = Agent(folder, bundle, cast, camera=camera, tls=_tls(mosquitto))

    def __enter__(self) -> Self:
        for line in self.lines.values():
            line.start()
        try:
            self.start(self._hours_later)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        for line in self.lines.values():
            line.stop()

    def start(self, hours_later: float = 0) -> None:
        """Start server and agent."""
        self.server.start(hours_later)
        self.agent.start(hours_later)

    def end(self) -> None:
        """End agent and server."""
        self.agent.end()
        self.server.end()

    def _unlocked(self, _unlock: UnlockHeard) -> None:
        self.at_an_unlock()

    def stored_notes(self) -> list[bytes]:
        """The agent's entries as the server's log holds them, in the order of the log."""
        rows = self.server.read("SELECT note FROM entries WHERE by <> 'server' ORDER BY position")
        return [note for (note,) in rows]


def _broker_settings(port: int, mosquitto: Mosquitto | None) -> dict[str, str]:
    if mosquitto is None:
        return {"GONGGUAN_BROKER_PORT": str(port)}
    if isinstance(mosquitto, CertifiedMosquitto):
        return mosquitto.environment
    return {
        "GONGGUAN_BROKER": "external",
        "GONGGUAN_BROKER_PORT": str(port),
        "GONGGUAN_BROKER_PASSWORD": mosquitto.passwords["server"],
    }


def _tls(mosquitto: Mosquitto | None) -> str:
    """What an agent's configuration says of certificates."""
    if not isinstance(mosquitto, CertifiedMosquitto):
        return ""
    return "\n".join(("[tls]", *(f'{name} = "{path}"' for name, path in mosquitto.files_of(AGENT).items())))


def _health(url: str) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = _ASKING.get(f"{url}/healthz").json()
    except httpx.TransportError:
        return {}
    return answer


def _read(file: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return database.execute(query).fetchall()
