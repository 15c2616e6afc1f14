"""What the tests of the server's core share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.store.database import Database
from tests.server.town import Town


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    """东坑村 on SQLite, furnished: 东坑一社 and 东坑二社 have their things in the cabinet, 东坑三社 not yet."""
    town = Town(Database.open(f"sqlite:///{tmp_path / 'gongguan.sqlite'}"))
    yield town.furnish()
    town.close()


@pytest.fixture
def any_town(database_url: str) -> Iterator[Town]:
    """The same on each engine the product runs on."""
    town = Town(Database.open(database_url))
    yield town.furnish()
    town.close()
