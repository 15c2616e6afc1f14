"""Any number of schedules, one schedule to look at, or where each planted bug is found.

python -m tests.simulation --seeds 10000        seeds 0 to 9999, on every core
python -m tests.simulation --seed 7             one schedule: what happened in it, and whether it held
python -m tests.simulation --mutants            the first seed that finds each planted bug
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial

from tests.simulation.invariants import Violation
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.world import BRIEF, FULL, Length, World, run

AT_A_TIME = 20
SAID_EVERY_S = 10.0


def main() -> int:
    """0 when every invariant held, and every bug was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=500, help="how many schedules")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--seed", type=int, help="one schedule, with what happened in it")
    parser.add_argument("--mutants", action="store_true", help="find every planted bug")
    parser.add_argument("--brief", action="store_true", help="schedules as short as those in ./test")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    length = BRIEF if asked.brief else FULL
    if asked.seed is not None:
        return look_at(asked.seed, length)
    seeds = range(asked.first, asked.first + asked.seeds)
    return hunt(seeds, asked.workers) if asked.mutants else sweep(seeds, length, asked.workers)


def look_at(seed: int, length: Length) -> int:
    """Run one schedule and print the end of its story."""
    world, broken = World(seed, length), None
    try:
        world.run()
    except Violation as violation:
        broken = violation
    print(*world.timeline.trace.recent, sep="\n")
    print(f"{world.timeline.trace.length} lines, hash {world.timeline.trace.digest}")
    print("every invariant holds" if broken is None else broken)
    return 0 if broken is None else 1


def sweep(seeds: range, length: Length, workers: int) -> int:
    """Run all of them; print what failed, each with the line that runs it again."""
    began, said, failed, done = time.monotonic(), time.monotonic(), 0, 0
    batches = [seeds[at : at + AT_A_TIME] for at in range(0, len(seeds), AT_A_TIME)]
    with ProcessPoolExecutor(workers) as pool:
        for batch, found in zip(batches, pool.map(partial(_broken_in, length), batches), strict=True):
            done, failed = done + len(batch), failed + len(found)
            for seed, what in found:
                print(f"{what}\n    {again(seed, length)}", flush=True)
            if time.monotonic() - said > SAID_EVERY_S:
                said = time.monotonic()
                print(f"{done} schedules, {done / (said - began):.1f}/s, {failed} failed", flush=True)
    took_s = time.monotonic() - began
    print(f"{done} schedules in {took_s:.0f} s, {done / took_s:.1f}/s on {workers} cores, {failed} failed")
    return 1 if failed else 0


def hunt(seeds: range, workers: int) -> int:
    """Print the first seed that finds each planted bug."""
    with ProcessPoolExecutor(workers) as pool:
        found = list(pool.map(_first_seed, range(len(MUTANTS)), [seeds] * len(MUTANTS)))
    for mutant, seed in zip(MUTANTS, found, strict=True):
        print(f"{mutant.name}: {'not found' if seed is None else f'seed {seed}'}")
    return 1 if None in found else 0


def again(seed: int, length: Length) -> str:
    """The line that tells this story again."""
    return f"python -m tests.simulation --seed {seed}{' --brief' if length is BRIEF else ''}"


def finds(mutant: Mutant, seed: int) -> bool:
    """Whether this schedule notices that bug."""
    with mutant.planted():
        try:
            run(seed)
        except Violation as violation:
            return violation.invariant in mutant.breaks
        except Exception:  # noqa: BLE001 - a product with a bug may fail in any way; only an invariant finds it
            return False
    return False


def _first_seed(number: int, seeds: range) -> int | None:
    return next((seed for seed in seeds if finds(MUTANTS[number], seed)), None)


def _broken_in(length: Length, seeds: range) -> list[tuple[int, str]]:
    return list(_broken(length, seeds))


def _broken(length: Length, seeds: range) -> Iterator[tuple[int, str]]:
    for seed in seeds:
        try:
            run(seed, length)
        except (Violation, Exception) as error:  # noqa: BLE001 - whatever it is, the seed says how to see it again
            yield seed, f"seed {seed}: {error!r}"


if __name__ == "__main__":
    sys.exit(main())
