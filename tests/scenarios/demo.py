"""A demo as a stranger starts it, in a process of its own, and the hands at its cabinets."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Self

import httpx

from tests.fixtures.patience import PATIENCE_S
from tests.fixtures.ports import free_port
from tests.fixtures.processes import wait_until
from tests.scenarios.people import Cast, printed_cast

READY = "按 Ctrl-C 结束"


class Hands:
    """What somebody standing at the demo's cabinets does, through its hardware page."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=f"{url}/demo/hardware", headers={"origin": url}, timeout=PATIENCE_S)

    def close(self, place: str) -> None:
        """Push a door shut."""
        self._do("close", place)

    def jam(self, place: str) -> None:
        """Jam a latch."""
        self._do("jam", place)

    def free(self, place: str) -> None:
        """Free a jammed latch."""
        self._do("free", place)

    def force(self, place: str) -> None:
        """Break a door open."""
        self._do("force", place)

    def is_open(self, place: str) -> bool:
        """Whether this door stands open."""
        state: dict[str, Any] = self._http.get("/state").raise_for_status().json()
        return any(door["is_open"] for door in state["doors"] if door["place"] == place)

    def leave(self) -> None:
        """Go home."""
        self._http.close()

    def _do(self, deed: str, target: str) -> None:
        self._http.post("/deeds", json={"deed": deed, "target": target}).raise_for_status()


class Demo:
    """`python -m server demo` with its agent and its emulated boards; knows what it printed."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._out = data.with_suffix(".out")
        # A port that the demo chose and let go again for its agent could be anybody's by then.
        ports = ["--port", "0", "--kiosk-port", str(free_port())]
        command = [sys.executable, "-m", "server", "demo", *ports, "--data", str(data)]
        with self._out.open("wb") as out:
            self._process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_until(lambda: READY in self.printed, "the demo", self._process)
        except BaseException:
            self.end()
            raise
        self.cast: Cast = printed_cast(self.printed)
        self.url, self.kiosk_url = self._address("网页"), self._address("柜前屏幕")
        self.hands = Hands(self.url)

    @property
    def printed(self) -> str:
        """Everything it has printed so far."""
        return self._out.read_text(encoding="utf-8")

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, or another signal; answers the exit status. Safe to call twice."""
        self._process.send_signal(number)
        try:
            return self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.hands.leave()
        self.end()

    def _address(self, name: str) -> str:
        found = re.search(rf"^{name}\s+(\S+)", self.printed, re.MULTILINE)
        assert found is not None, self.printed
        return found[1]


def verify(data: Path) -> subprocess.CompletedProcess[str]:
    """`python -m server verify`, as an auditor runs it."""
    command = [sys.executable, "-m", "server", "verify", "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
