"""A township with pages, for every test here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.web.township import Township, build


@pytest.fixture(scope="session")
def built_township(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The township, founded once per test process; each test works on a copy."""
    folder = tmp_path_factory.mktemp("township")
    build(folder)
    return folder


@pytest.fixture
def township(built_township: Path, tmp_path: Path) -> Iterator[Township]:
    """A township of this test's own."""
    township = Township(built_township, tmp_path)
    yield township
    township.close()
