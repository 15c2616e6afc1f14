"""How much memory the agent and the server hold: when nobody is there, and at most while people sign in."""

from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from bench.figures import Figure
from bench.processes import Running, desk, hall
from bench.township import Town
from bench.visitors import AtKiosk, SignedIn

SETTLES_S = 2.0
IDLE, SIGN_IN = "idle", "at a sign-in"
AGENT_MB_MAX = {IDLE: 60.0, SIGN_IN: 80.0}
_RESET_PEAK = "5"


def measure(town: Town, sign_ins: int) -> list[Figure]:
    """Let so many pairs of people identify at the kiosk, and so many people sign in on the web."""
    people = town.cooperatives[:sign_ins]
    with desk(town) as server, hall(town, server) as cabinets, AtKiosk(cabinets.agent.port) as kiosk:
        Event().wait(SETTLES_S)

        def at_the_kiosk() -> None:
            for each in people:
                kiosk.identify(each.accountant, town.officer)
                kiosk.touch("end")
                kiosk.until("waiting")

        def on_the_web() -> None:
            for each in people:
                SignedIn(server.port, each.accountant).close()

        return [
            _figure("agent", _held_mb(cabinets.agent, at_the_kiosk), AGENT_MB_MAX),
            _figure("server", _held_mb(server, on_the_web), {}),
        ]


def _held_mb(process: Running, work: Callable[[], None]) -> dict[str, float]:
    """Resident memory before the work, and its peak during the work."""
    folder = Path("/proc", str(process.pid))
    idle_mb = _status_mb(folder, "VmRSS")
    folder.joinpath("clear_refs").write_text(_RESET_PEAK)
    work()
    return {IDLE: idle_mb, SIGN_IN: _status_mb(folder, "VmHWM")}


def _status_mb(folder: Path, name: str) -> float:
    lines = folder.joinpath("status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024


def _figure(what: str, held_mb: Mapping[str, float], limits_mb: Mapping[str, float]) -> Figure:
    return Figure(
        what=f"memory: {what}, resident",
        unit="MB",
        measured=held_mb,
        target=", ".join(f"{name} ≤ {limit:.0f} MB" for name, limit in limits_mb.items()),
        is_met=all(held_mb[name] <= limit for name, limit in limits_mb.items()) if limits_mb else None,
    )
