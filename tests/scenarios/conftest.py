"""What the stories stand on: a demo that those share which do not disturb each other, or a township of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from server.operate.verify import verify
from server.store.folder import DataFolder
from tests.scenarios.demo import Demo
from tests.scenarios.founded import Founded, found_once
from tests.scenarios.township import Township


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """One demo of this test process, shared: each story takes other things than its neighbours. Verified at the end."""
    with Demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running
    assert verify(DataFolder(running.data)).wrong is None


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Founded:
    """A township founded once for all test processes of this run."""
    base = tmp_path_factory.getbasetemp()
    return found_once((base if worker_id == "master" else base.parent) / "founded")


@pytest.fixture
def township(tmp_path: Path, founded: Founded) -> Iterator[Township]:
    """Server, agent and boards of this test's own, started and in touch with each other."""
    with Township(tmp_path, founded.copy_to(tmp_path), founded.cast) as running:
        yield running
