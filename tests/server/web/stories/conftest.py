"""Every story ends as an auditor would end it: the whole log is verified."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from server.web.desk import papers
from tests.fixtures.patience import PATIENCE_S
from tests.server.web.service import serving
from tests.server.web.stories.office import Office
from tests.server.web.township import Township


@pytest.fixture
def office(township: Township, open_screen: Callable[..., Page], monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """The township's pages on a port; afterwards log, tables and files agree.

    Papers are given at once, so whoever prints stays on the page, however busy the machine is.
    """
    monkeypatch.setattr(papers, "AT_ONCE_S", PATIENCE_S)
    with serving(township.app) as address:
        office = Office(township, address, open_screen)
        yield office
    assert office.verified().wrong is None
