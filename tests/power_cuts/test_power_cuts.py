"""Power cuts at any place on real schemas: everything stands up again, and every planted bug is found."""

from collections.abc import Callable

import pytest

from tests.power_cuts.__main__ import again
from tests.power_cuts.cutting import CUTS_PER_SEED, Tally, cut_all
from tests.power_cuts.mutants import MUTANTS, finds
from tests.power_cuts.sqlite import VERSION
from tests.simulation.invariants import Violation
from tests.simulation.mutants import Mutant

BRIEFLY = range(10)
FOR_LONG = range(10, 400)
FOUND_WITHIN = 10
"""How many seeds after the one that found it last may be needed: the schedules change with the product."""
Count = Callable[[str, object], None]


def test_the_suite_makes_as_many_cuts_as_it_promises() -> None:
    assert len(BRIEFLY) * CUTS_PER_SEED >= 500
    assert (len(BRIEFLY) + len(FOR_LONG)) * CUTS_PER_SEED >= 20_000


def stands(seed: int) -> Tally:
    """The tally of this seed, or how to see it fail again."""
    try:
        return cut_all(seed)
    except Violation as violation:
        pytest.fail(f"{violation}\n    {again(seed)}", pytrace=False)


def count(tally: Tally, record_property: Count) -> None:
    """For the sum at the end of the run."""
    for kind, cuts in tally.machines.items():
        record_property(f"power cuts of SQLite {VERSION}: {kind}", cuts)


@pytest.mark.parametrize("seed", BRIEFLY, ids=lambda seed: f"seed {seed}")
def test_whatever_a_power_cut_leaves_everything_that_was_told_is_true(seed: int, record_property: Count) -> None:
    count(stands(seed), record_property)


@pytest.mark.long
@pytest.mark.parametrize("seed", FOR_LONG, ids=lambda seed: f"seed {seed}")
def test_whatever_a_power_cut_leaves_everything_that_was_told_is_true_for_long(
    seed: int, record_property: Count
) -> None:
    count(stands(seed), record_property)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_planted_bug_is_found(mutant: Mutant) -> None:
    seeds = range(mutant.found_by, mutant.found_by + FOUND_WITHIN)
    assert any(finds(mutant, seed) for seed in seeds), "look for it anew: python -m tests.power_cuts --mutants"
