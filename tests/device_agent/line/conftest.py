"""The line most of these stories happen on."""

import pytest

from tests.device_agent.line.simulation import SIZES, Simulation


@pytest.fixture(params=list(SIZES))
def hall(request):
    """A settled line of each family."""
    simulation = Simulation(request.param)
    simulation.settle()
    return simulation
