"""Any number of power cuts, the cuts of one seed, or where each planted bug is found.

python -m tests.power_cuts --cuts 20000         on every core; a failing seed is printed with the line below
python -m tests.power_cuts --seed 7             the cuts of one seed, and whether everything stood up again
python -m tests.power_cuts --mutants            the first seed that finds each planted bug
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.power_cuts.cutting import CUTS_PER_SEED, RAN, Tally, cut_all
from tests.power_cuts.mutants import MUTANTS, finds
from tests.simulation.invariants import Violation

SAID_EVERY_S = 10.0


def main() -> int:
    """0 when everything stood up again, and every bug was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.power_cuts", description=__doc__.partition("\n")[0])
    parser.add_argument("--cuts", type=int, default=2000, help="how many, at least")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="the cuts of one seed")
    parser.add_argument("--mutants", action="store_true", help="find every planted bug")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    print(RAN, flush=True)
    seeds = range(asked.first, asked.first - (-asked.cuts // CUTS_PER_SEED))
    if asked.seed is not None:
        seeds = range(asked.seed, asked.seed + 1)
    return hunt(seeds, asked.workers) if asked.mutants else sweep(seeds, asked.workers)


def sweep(seeds: Sequence[int], workers: int) -> int:
    """Cut all of them; print what failed, each with the line that does it again, and the sum."""
    began = said = time.monotonic()
    tally, failed = Tally(), 0
    with ProcessPoolExecutor(workers) as pool:
        for found in pool.map(_tried, seeds):
            if isinstance(found, Tally):
                tally.add(found)
            else:
                failed += 1
                print(found, flush=True)
            if time.monotonic() - said > SAID_EVERY_S:
                said = time.monotonic()
                print(f"{tally.cuts:,} power cuts, {tally.cuts / (said - began):.0f}/s, {failed} failed", flush=True)
    print(f"{tally}; {len(seeds)} schedules in {time.monotonic() - began:.0f} s, {failed} failed")
    return 1 if failed else 0


def hunt(seeds: Sequence[int], workers: int) -> int:
    """Print the first seed that finds each planted bug."""
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(_first_seed, range(len(MUTANTS)), [seeds] * len(MUTANTS)))
    for mutant, seed in zip(MUTANTS, found, strict=True):
        print(f"{mutant.name}: {'not found' if seed is None else f'seed {seed}'}")
    return 1 if None in found else 0


def again(seed: int) -> str:
    """The line that does it again."""
    return f"python -m tests.power_cuts --seed {seed}"


def _first_seed(number: int, seeds: Sequence[int]) -> int | None:
    return next((seed for seed in seeds if finds(MUTANTS[number], seed)), None)


def _tried(seed: int) -> Tally | str:
    try:
        return cut_all(seed)
    except (Violation, Exception) as error:  # noqa: BLE001 - whatever it is, the seed says how to see it again
        return f"{error!r}\n    {again(seed)}"


if __name__ == "__main__":
    sys.exit(main())
