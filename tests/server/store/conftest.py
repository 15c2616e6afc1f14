"""What the tests of the store share."""

from collections.abc import Iterator

import pytest

from server.store.database import Database
from tests.server.town import Town


@pytest.fixture
def empty(database_url: str) -> Iterator[Town]:
    """A database with nothing in it, on each engine."""
    town = Town(Database.open(database_url))
    yield town
    town.close()
