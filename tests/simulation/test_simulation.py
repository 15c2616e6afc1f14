"""The whole product in virtual time: every schedule holds, every planted bug is found, and a seed tells one story."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from tests.simulation.__main__ import again, finds
from tests.simulation.invariants import Violation
from tests.simulation.mutants import MUTANTS, Mutant
from tests.simulation.world import BRIEF, FULL, Length, Outcome, run

SCHEDULES, AT_A_TIME = 500, 25
FOR_LONG = range(0, 2_000, 50)
FOUND_WITHIN = 40
"""How many schedules after the one that found it last may be needed: the stories change with the product."""
ONCE_BROKEN = {200_124: "a head that a failing disk had stored all the same, and then another permit key"}
"""Full schedules that found a bug of the product, and which."""
Count = Callable[[str, object], None]


def holds(seed: int, length: Length) -> Outcome:
    """The schedule of this seed, or how to see it fail again."""
    try:
        return run(seed, length)
    except Violation as violation:
        pytest.fail(f"{violation}\n    {again(seed, length)}", pytrace=False)


@pytest.mark.parametrize("first", range(0, SCHEDULES, AT_A_TIME), ids=lambda first: f"seeds {first} on")
def test_whatever_happens_every_invariant_holds(first: int, record_property: Count) -> None:
    outcomes = [holds(seed, BRIEF) for seed in range(first, first + AT_A_TIME)]
    assert sum(outcome.pulses for outcome in outcomes) > AT_A_TIME / 2, "doors must open for anything to be shown"
    record_property("simulated schedules", len(outcomes))


@pytest.mark.parametrize("seed", ONCE_BROKEN, ids=lambda seed: ONCE_BROKEN[seed])
def test_what_found_a_bug_once_holds(seed: int) -> None:
    holds(seed, FULL)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_found(mutant: Mutant) -> None:
    seeds = range(mutant.found_by, mutant.found_by + FOUND_WITHIN)
    assert any(finds(mutant, seed) for seed in seeds), "look for it anew: python -m tests.simulation --mutants"


def test_a_seed_tells_the_same_story_twice() -> None:
    stories = {run(seed).digest for seed in (2, 2, 5)}
    assert len(stories) == 2


def test_a_seed_tells_the_same_story_in_another_process() -> None:
    program = "from tests.simulation.world import run; print(run(2).digest)"
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7"}
    said = subprocess.run([sys.executable, "-c", program], env=elsewhere, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == run(2).digest


@pytest.mark.long
@pytest.mark.parametrize("first", FOR_LONG, ids=lambda first: f"seeds {first} on")
def test_whatever_happens_every_invariant_holds_for_long(first: int, record_property: Count) -> None:
    for seed in range(first, first + FOR_LONG.step):
        holds(seed, FULL)
    record_property("simulated schedules", FOR_LONG.step)
