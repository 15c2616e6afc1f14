"""What the tests of the store share."""

from collections.abc import Callable, Iterator

import pytest

from tests.fixtures import databases
from tests.fixtures.postgres import Server
from tests.server import templates
from tests.server.town import Town


@pytest.fixture(scope="session")
def empty_on_postgres(postgres_server: Server) -> templates.Template:
    """A schema on PostgreSQL."""
    return templates.empty(postgres_server.make())


@pytest.fixture(params=databases.ENGINES)
def empty(request: pytest.FixtureRequest, copy_database: Callable[[str], str]) -> Iterator[Town]:
    """A database with nothing in it, on each engine."""
    template: templates.Template = request.getfixturevalue(f"empty_on_{request.param}")
    town = template.open(copy_database(template.url))
    yield town
    town.close()
