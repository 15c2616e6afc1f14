"""A township, its link at work over a broker, and an agent at the wire."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fixtures.brokers import BrokerInTest
from tests.server.cabinets.agent_at_the_wire import Agent
from tests.server.cabinets.township import Service, Township
from tests.server.templates import Template


@pytest.fixture
def township(tmp_path: Path, empty_on_sqlite: Template, copy_database: Callable[[str], str]) -> Iterator[Township]:
    copy_database(empty_on_sqlite.url)
    township = Township(tmp_path)
    yield township
    township.close()


@pytest.fixture
def service(township: Township, broker: BrokerInTest) -> Iterator[Service]:
    with Service(township, broker) as service:
        yield service


@pytest.fixture
def agent(service: Service, broker: BrokerInTest) -> Iterator[Agent]:
    assert service.link.is_ready
    with Agent(broker) as agent:
        yield agent
