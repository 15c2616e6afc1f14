"""What the tests of the server's core share."""

from collections.abc import Callable, Iterator

import pytest

from tests.fixtures.databases import ENGINES, sqlite_url
from tests.fixtures.postgres import Server
from tests.server.templates import Template, empty, furnished
from tests.server.town import Town


@pytest.fixture(scope="session")
def empty_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """A schema in a file."""
    return empty(sqlite_url(tmp_path_factory.mktemp("empty")))


@pytest.fixture(scope="session")
def furnished_on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """东坑村 in a file."""
    return furnished(sqlite_url(tmp_path_factory.mktemp("furnished")))


@pytest.fixture(scope="session")
def furnished_on_postgres(postgres_server: Server) -> Template:
    """东坑村 on PostgreSQL."""
    return furnished(postgres_server.make())


@pytest.fixture
def town(furnished_on_sqlite: Template, copy_database: Callable[[str], str]) -> Iterator[Town]:
    """东坑村 on SQLite, furnished: 东坑一社 and 东坑二社 have their things in the cabinet, 东坑三社 not yet."""
    town = furnished_on_sqlite.open(copy_database(furnished_on_sqlite.url))
    yield town
    town.close()


@pytest.fixture(params=ENGINES)
def any_town(request: pytest.FixtureRequest, copy_database: Callable[[str], str]) -> Iterator[Town]:
    """The same on each engine the product runs on."""
    template: Template = request.getfixturevalue(f"furnished_on_{request.param}")
    town = template.open(copy_database(template.url))
    yield town
    town.close()
