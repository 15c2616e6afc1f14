"""`python -m bench [--quick] [--entries N] [--json FILE] [NAME …]`: measure, and print figures beside their floors."""

import argparse
import json
import os
import platform
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bench import (
    appends,
    arrival,
    auditor,
    checkouts,
    decoders,
    last_touch,
    log,
    memory,
    pages,
    polling,
    reads,
    startup,
    unlocks,
    wire,
)
from bench.figures import Figure, show
from bench.township import Town, furnish

WIDTH_MIN = 136


@dataclass(frozen=True, slots=True)
class Measurement:
    """One thing to measure, and how often: in full, and in a hurry; what `takes_long` is left out then unless named."""

    measure: Callable[[Town, int], list[Figure]]
    full: int
    quick: int
    takes_long: bool = False


# A board takes 30 pulses a minute, and half of the touches go to each of two.
MEASUREMENTS = {
    "last-touch": Measurement(last_touch.measure, 56, 4),
    "unlocks": Measurement(unlocks.measure, 40, 3),
    "arrival": Measurement(arrival.measure, 120, 8),
    "checkouts": Measurement(checkouts.measure, 300, 20),
    "reads": Measurement(reads.measure, 1000, 100),
    "appends": Measurement(appends.measure, 400, 20),
    "log": Measurement(log.measure, 400, 20),
    "auditor": Measurement(auditor.measure, 200_000, 6000),
    "wire": Measurement(wire.measure, 300, 20, takes_long=True),
    "decoders": Measurement(decoders.measure, 5000, 500),
    "polling": Measurement(polling.measure, 20, 2, takes_long=True),
    "memory": Measurement(memory.measure, 8, 2),
    "pages": Measurement(pages.measure, 1_000_000, 30_000, takes_long=True),
    "startup": Measurement(startup.measure, 3, 1, takes_long=True),
}


def main() -> int:
    """Run the measurements that were asked for, all of them if none was."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(MEASUREMENTS)}")
    parser.add_argument("--quick", action="store_true", help="few repetitions: shows that everything works, no more")
    parser.add_argument("--entries", type=int, metavar="N", help="how many entries of the log `pages` has to do with")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    chosen = parser.parse_args()
    if unknown := set(chosen.names) - MEASUREMENTS.keys():
        parser.error(f"nothing is called {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, lambda *_signal: sys.exit("terminated"))  # as Ctrl-C does: clean up first
    console = Console()
    console.width = max(console.width, WIDTH_MIN)
    usual = [name for name, each in MEASUREMENTS.items() if not (chosen.quick and each.takes_long)]
    if chosen.entries is not None:
        MEASUREMENTS["pages"] = replace(MEASUREMENTS["pages"], full=chosen.entries, quick=chosen.entries)
    figures = list(measured(chosen.names or usual, console, is_quick=chosen.quick))
    show(figures, console)
    if chosen.json is not None:
        chosen.json.write_text(json.dumps(as_json_object(figures), ensure_ascii=False, indent=2) + "\n")
    return 0


def measured(names: Sequence[str], console: Console, *, is_quick: bool) -> Iterator[Figure]:
    """The figures, each measurement over a township of its own: a copy of one that is furnished once."""
    with TemporaryDirectory(prefix="bench-") as folder:
        town = furnish(Path(folder, "township"))
        for name in names:
            measurement = MEASUREMENTS[name]
            console.print(f"{name} …", style="dim")
            count = measurement.quick if is_quick else measurement.full
            yield from measurement.measure(_copied(town, Path(folder, name)), count)


def _copied(town: Town, data: Path) -> Town:
    shutil.copytree(town.data, data)
    return replace(town, data=data)


def as_json_object(figures: Sequence[Figure]) -> dict[str, object]:
    """The figures with when and on what they were measured."""
    machine = {"system": platform.system(), "machine": platform.machine(), "python": platform.python_version()}
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"at": at, **machine, "cores": os.cpu_count(), "figures": [each.as_json_object() for each in figures]}


if __name__ == "__main__":
    sys.exit(main())
