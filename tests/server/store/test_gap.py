"""What a database put back lacks of the published log comes again to its old places, and nothing else takes them."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from firmware_protocol.messages import CarriedEntry
from firmware_protocol.notes import Signer
from firmware_protocol.successions import write_succession
from server.custody.roster import CabinetRow
from server.ledger.forks import LogForked
from server.store.database import Database
from server.store.gap import WHOLE, OutOfTurn, gap_in
from server.store.log_files import LogFiles, Published
from server.store.log_rows import read_head
from server.usecases.take_in_events import OUT_OF_TURN
from tests.server.town import KEYS, Hall, Town
from tests.server.village import roster

ORDER = "121122121"
"""Which hall's entry stands where: those of two halls, mixed."""


@dataclass
class PutBack:
    """A town whose database is as old as its last backup; its log was published to the end, and two halls know how."""

    town: Town
    files: LogFiles
    halls: dict[str, Hall]
    unsent: dict[str, list[CarriedEntry]]
    published: Published

    def comes(self, hall: str) -> str | None:
        """This hall sends all it has, as after any reconnection; why not all of it was taken."""
        return self.halls[hall].sends(*self.unsent[hall]).stopped_by

    def publishes(self) -> Published | None:
        """Let out what is committed."""
        with self.town.database.reading() as reader:
            return self.files.publish(reader, KEYS.log, self.town.now)

    @property
    def gap(self) -> int:
        """How many entries are missing."""
        with self.town.database.reading() as reader:
            return len(self.files.gap(reader))


@pytest.fixture
def put_back(tmp_path: Path) -> Iterator[PutBack]:
    file = tmp_path / "town.sqlite"
    town = Town(Database.open(f"sqlite:///{file}")).furnish()
    rows = roster()
    second = CabinetRow(row=4, id="CAB-02", place="二楼", compartments=8)
    town.import_rows(replace(rows, cabinets=(*rows.cabinets, second)))
    assert town.hall is not None
    halls = {"1": town.hall, "2": Hall(town, town.add_agent("hall-2", "CAB-02"))}
    town.close()
    shutil.copyfile(file, tmp_path / "old.sqlite")
    files = LogFiles(tmp_path / "log", KEYS.log.verifier)
    later = _reopened(file, town, halls)
    unsent: dict[str, list[CarriedEntry]] = {name: [] for name in halls}
    for name in ORDER:
        unsent[name].append(halls[name].writes("agent_started", {"boot": len(unsent[name])}))
        halls[name].sends()
    with later.database.reading() as reader:
        published = files.publish(reader, KEYS.log, town.now)
    assert published is not None
    later.close()
    shutil.copyfile(tmp_path / "old.sqlite", file)
    again = _reopened(file, later, halls, files)
    yield PutBack(again, files, halls, unsent, published)
    again.close()


def _reopened(file: Path, before: Town, halls: dict[str, Hall], files: LogFiles | None = None) -> Town:
    database = Database.open(f"sqlite:///{file}")
    with database.reading() as reader:
        gap = WHOLE if files is None else files.gap(reader)
    town = Town(database, serial=before.serial, gap=gap)
    for hall in halls.values():
        hall.town = town
    return town


def test_entries_come_back_to_the_places_where_everybody_has_seen_them(put_back: PutBack) -> None:
    assert put_back.gap == len(ORDER)
    stops = [put_back.comes(hall) for hall in "2" + "12" * len(ORDER)]
    assert stops[0] == OUT_OF_TURN
    assert stops[-1] is None
    assert put_back.gap == 0
    assert put_back.publishes() == put_back.published


def test_nothing_is_published_while_something_is_missing(put_back: PutBack) -> None:
    put_back.comes("1")
    assert 0 < put_back.gap < len(ORDER)
    assert put_back.publishes() == put_back.published


def test_the_server_takes_no_place_of_its_own_before_the_last_entry_is_back(put_back: PutBack) -> None:
    town = put_back.town
    with pytest.raises(OutOfTurn):
        town.asks("游少玉", town.item("东坑一社"))
    for hall in "12" * len(ORDER):
        put_back.comes(hall)
    town.permitted()
    after = put_back.publishes()
    assert after is not None
    assert after.size > put_back.published.size
    assert put_back.files.consistency(put_back.published.size, after.size)


def test_another_entry_of_a_hall_does_not_take_the_place(put_back: PutBack) -> None:
    first = put_back.halls["1"]
    first.chain = put_back.town.do(lambda work, _: work.chain_of("hall-1", 1), None)
    other = first.writes("agent_started", {"boot": 99})
    assert first.sends(other).stopped_by == OUT_OF_TURN
    assert put_back.gap == len(ORDER)


def test_a_hall_that_changed_its_key_meanwhile_is_known_by_both_until_its_entries_are_back(put_back: PutBack) -> None:
    hall, town = put_back.halls["1"], put_back.town
    for name in "2" + "12" * len(ORDER):
        put_back.comes(name)
    held, old = town.do(lambda work, _: read_head(work.connection).frontier, None), hall.signer
    new, newest = (Signer(old.name, bytes([number]) * 32) for number in (61, 62))
    for following in (new, newest):
        hall.writes("agent_key_rotated", {"succession": write_succession(hall.signer, following).decode()})
        hall.signer = following
    hall.sends()
    later = put_back.publishes()
    assert later is not None
    gap = gap_in(held, later.size, later.checkpoint.root, put_back.files.read)
    assert list(gap.keys_after(old.verifier)) == [new.verifier, newest.verifier]
    assert list(gap.keys_after(put_back.halls["2"].signer.verifier)) == []


def test_published_files_that_are_gone_are_no_reason_to_wait(put_back: PutBack) -> None:
    shutil.rmtree(put_back.files.folder / "tile" / "entries")
    with pytest.raises(LogForked, match="damaged"):
        put_back.publishes()


@pytest.mark.parametrize("what", ["another history", "entries of the server"])
def test_a_database_that_lacks_anything_else_is_not_waited_for(put_back: PutBack, what: str, tmp_path: Path) -> None:
    other = Town(Database.open(f"sqlite:///{tmp_path / 'other.sqlite'}"), serial=5 if what == "another history" else 0)
    if what == "another history":
        other.furnish()
    with other.database.reading() as reader, pytest.raises(LogForked):
        put_back.files.gap(reader)
    other.close()
