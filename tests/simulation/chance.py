"""Chance that a seed repeats."""

from random import Random  # noqa: TID251 - nothing here is secret, and everything has to happen again

Chance = Random


def seeded(seed: float) -> Chance:
    """All the chance that follows from this seed."""
    return Random(seed)  # noqa: S311 - see above
