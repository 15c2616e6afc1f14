"""The server's clock is set: the log says so, and times never go back unsaid."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from server.operate.verify import verify_database
from server.store.committing import Uncertain
from server.store.gap import WHOLE, Gap
from server.store.lists import entries
from tests.server.store.crash import register
from tests.server.town import KEYS, MONDAY, Town

STEPPED = "server_clock_stepped"


@dataclass
class Machine:
    """A town on a machine whose other clock nobody can set."""

    town: Town
    steady_ms: int = 0

    def passes(self, *, set_by: timedelta = timedelta(0), **time: int) -> None:
        """Time passes, and meanwhile somebody sets the clock."""
        self.town.now += timedelta(**time) + set_by
        self.steady_ms += timedelta(**time) // timedelta(milliseconds=1)

    def starts(self, gap: Gap = WHOLE) -> None:
        """The server starts, or starts again."""
        self.town.writer.close()
        self.town.gap, self.town.steady_ms = gap, lambda: self.steady_ms
        self.town.begin_writing()

    def log(self) -> list[tuple[str, Any, timedelta]]:
        """Types of entries, by how much a step was, and how long after Monday's morning; all of it verified."""
        with self.town.database.reading() as reader:
            assert verify_database(reader, KEYS).wrong is None
            lines = [entries.entry(reader, position) for position in range(entries.log_size(reader))]
        return [(each.type, each.about.get("step_ms"), each.at - MONDAY) for each in lines if each is not None]


@pytest.fixture
def machine(empty: Town) -> Machine:
    machine = Machine(empty)
    machine.starts()
    empty.do(register, "one")
    return machine


ITEM = "item_registered"
BEGUN = (ITEM, None, timedelta(0))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_clock_that_is_right_leaves_no_entry(machine: Machine) -> None:
    machine.passes(hours=1)
    machine.town.do(register, "two")
    assert machine.log() == [BEGUN, (ITEM, None, HOUR)]


@pytest.mark.parametrize("set_by", [-DAY, DAY], ids=["back", "forward"])
def test_a_step_is_said_before_anything_else_at_the_new_time(machine: Machine, set_by: timedelta) -> None:
    machine.passes(hours=1, set_by=set_by)
    machine.town.do(register, "two")
    at, step_ms = HOUR + set_by, set_by // timedelta(milliseconds=1)
    assert machine.log() == [BEGUN, (STEPPED, step_ms, at), (ITEM, None, at)]


def test_a_step_is_said_once_and_putting_it_right_is_another(machine: Machine) -> None:
    for name, set_by in (("two", DAY), ("three", timedelta(0)), ("four", -DAY)):
        machine.passes(hours=1, set_by=set_by)
        machine.town.do(register, name)
    assert [each for each in machine.log() if each[0] == STEPPED] == [
        (STEPPED, 86_400_000, HOUR + DAY),
        (STEPPED, -86_400_000, 3 * HOUR),
    ]


def test_a_step_back_while_the_server_stood_still_is_seen_at_the_start(machine: Machine) -> None:
    machine.passes(set_by=-HOUR)
    machine.starts()
    machine.town.do(register, "two")
    assert machine.log() == [BEGUN, (STEPPED, -3_600_000, -HOUR), (ITEM, None, -HOUR)]


def test_a_clock_put_right_by_a_second_holds_the_time_and_says_nothing(machine: Machine) -> None:
    machine.passes(set_by=-timedelta(seconds=1))
    machine.town.do(register, "two")
    assert machine.log() == [BEGUN, BEGUN]


def test_a_step_that_could_not_be_committed_is_said_the_next_time(machine: Machine) -> None:
    def fails(_connection: Connection) -> None:
        event.remove(machine.town.database.writing, "commit", fails)
        raise OSError

    event.listen(machine.town.database.writing, "commit", fails)
    machine.passes(hours=1, set_by=DAY)
    with pytest.raises(Uncertain):
        machine.town.do(register, "two")
    machine.town.do(register, "three")
    assert [each[0] for each in machine.log()] == [ITEM, STEPPED, ITEM]


def test_a_step_waits_for_a_gap_to_close(machine: Machine) -> None:
    machine.starts(gap=Gap(1, (bytes(32),)))
    machine.passes(hours=1, set_by=DAY)
    machine.town.do(lambda _work, _asked: None, None)
    assert machine.log() == [BEGUN]
