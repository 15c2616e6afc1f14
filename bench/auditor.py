"""The auditor's one file over a long exported log, run as an auditor runs it: with signatures, and without.

The log is made for this alone: entries of a server and two controllers, each really signed and chained, written as the
files that an export holds. A short one would measure how long processes take to start.
"""

import subprocess
import sys
from pathlib import Path
from statistics import fmean
from time import perf_counter

from bench.figures import Figure
from bench.floors import CORES, checks_per_s, hashes_per_s
from bench.log import verified
from bench.township import Town
from server.operate import verify_log
from tests.fixtures.exported_logs import History

MILLION = 1_000_000
MILLION_S_MAX = 15.0
SAMPLE = 20_000
"""So many of the entries are checked by the floors, which take as long for each of them; before and after the program,
since other machines share these cores."""


def measure(town: Town, entries: int) -> list[Figure]:
    """Write a log of so many entries and run the program over it, twice."""
    history = History.lived(entries)
    folder = history.write(town.data.with_name(f"{town.data.name}-exported"))
    notes = history.notes[:SAMPLE]
    before = checks_per_s(notes, CORES)
    checked_s = _ran_s(folder)
    floor_per_s = fmean((before, checks_per_s(notes, CORES)))
    hashed_s = _ran_s(folder, "--hashes-only")
    return [
        verified("verify_log.py", entries, entries / checked_s, floor_per_s),
        _hashed(notes, entries, hashed_s),
    ]


def _ran_s(folder: Path, *options: str) -> float:
    started = perf_counter()
    subprocess.run([sys.executable, verify_log.__file__, folder, *options], check=True, capture_output=True)
    return perf_counter() - started


def _hashed(notes: list[bytes], entries: int, took_s: float) -> Figure:
    million_s = MILLION / entries * took_s
    return Figure(
        what=f"verify_log.py --hashes-only: a million entries, by the rate of {entries}",
        unit="s",
        measured={"all": million_s},
        floors={f"hash, {CORES} cores": MILLION / hashes_per_s(notes, CORES)},
        target=f"< {MILLION_S_MAX:.0f} s",
        is_met=million_s < MILLION_S_MAX,
    )
