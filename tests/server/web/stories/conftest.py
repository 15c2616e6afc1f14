"""Every story ends as an auditor would end it: the whole log is verified."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.server.web.service import serving
from tests.server.web.stories.office import Office
from tests.server.web.township import Township


@pytest.fixture
def office(township: Township, open_screen: Callable[..., Page]) -> Iterator[Office]:
    """The township's pages on a port; afterwards log, tables and files agree."""
    with serving(township.app) as address:
        office = Office(township, address, open_screen)
        yield office
    assert office.verified().wrong is None
