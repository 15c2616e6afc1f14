"""A real agent with its page, and two people before it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.device_agent.kiosk.hands import Hands
from tests.device_agent.kiosk.stand import Stand, standing


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    """An agent that holds a take and a deposit permit."""
    with standing(tmp_path) as started:
        yield started


@pytest.fixture
def hands(open_screen: Callable[..., Page], stand: Stand) -> Hands:
    """Two people before its screen."""
    return Hands(open_screen("kiosk"), stand)
