"""Planted bugs: real functions of the product made wrong in one way each, and the seed by which each is found.

They are what shows that the simulation would notice.
"""

from collections.abc import Sequence

from tests.simulation.changing_mutants import OF_CHANGES
from tests.simulation.custody_mutants import OF_CUSTODY
from tests.simulation.planting import Mutant, Plant

MUTANTS: Sequence[Mutant] = (*OF_CUSTODY, *OF_CHANGES)
__all__ = ["MUTANTS", "Mutant", "Plant"]
