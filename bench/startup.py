"""How long the demo takes until it says that it is ready: founding a new township, and over one that is there."""

import signal
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from bench.figures import Figure, spread
from bench.township import Town

READY_S_MAX = 5.0
LAST_LINE = "Ctrl-C"
ENDS_S = 20.0


def measure(town: Town, starts: int) -> list[Figure]:
    """Found so many new townships, and start each once more."""
    folders = [town.data / f"demo-{number}" for number in range(starts)]
    return [
        _figure("a new township", [_ready_s(folder) for folder in folders]),
        _figure("the same again", [_ready_s(folder) for folder in folders]),
    ]


def _ready_s(data: Path) -> float:
    command = [sys.executable, "-m", "server", "demo", "--port", "0", "--kiosk-port", "0", "--data", str(data)]
    started = perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        for line in process.stdout or ():
            if LAST_LINE in line:
                break
        took_s = perf_counter() - started
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=ENDS_S)
    return took_s


def _figure(what: str, took_s: list[float]) -> Figure:
    measured = spread(took_s)
    return Figure(
        what=f"demo ready, {what}",
        unit="s",
        measured=measured,
        target=f"≤ {READY_S_MAX:.0f} s",
        is_met=measured["p99"] <= READY_S_MAX,
    )
