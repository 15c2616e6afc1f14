"""The writer: groups, savepoints, crashes, and a commit that fails in either mood."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event

from firmware_protocol.checkpoints import read_checkpoint
from firmware_protocol.proofs import check_inclusion
from server.custody.facts import Item
from server.custody.news import LogGrew
from server.custody.refusals import Refused
from server.operate.verify import verify_database
from server.store import audit
from server.store.committing import Uncertain
from server.store.database import Database, Reader
from server.store.fact_rows import all_facts
from server.store.lists import entries, proofs
from server.store.log_files import LogFiles
from server.store.work import Work
from server.store.writer import Closed
from server.usecases.refusing import refuse
from tests.server.store.crash import Gate, hold, register
from tests.server.town import KEYS, Town


def fail(work: Work, name: str) -> None:
    register(work, name)
    raise RuntimeError(name)


def look_and_fail(work: Work, name: str) -> None:
    """Looking writes what the group has recorded so far, inside the part that is then undone."""
    register(work, name)
    assert {"before", name} <= names(work.connection)
    raise RuntimeError(name)


def say_no(work: Work, name: str) -> Refused:
    return refuse(work, Refused("rule", name), None)


def give_up(work: Work, name: str) -> None:
    """What an engine does by itself where its disk is full: the whole transaction is gone, not this part alone."""
    register(work, name)
    work.connection.connection.cursor().execute("ROLLBACK")
    raise RuntimeError(name)


def names(reader: Reader) -> set[str]:
    return {item.name for item in all_facts(reader, Item).values()}


async def in_one_group(town: Town, *jobs: tuple[Any, Any]) -> list[Any]:
    """What each use case answered or raised, all of them committed together."""
    gate = Gate()
    first = asyncio.create_task(town.writer.run(hold, gate))
    await asyncio.to_thread(gate.entered.wait, 10)
    asked = [asyncio.create_task(town.writer.run(usecase, arguments)) for usecase, arguments in jobs]
    await asyncio.sleep(0)
    gate.opened.set()
    await first
    return await asyncio.gather(*asked, return_exceptions=True)


async def test_a_failing_use_case_undoes_only_itself(empty: Town) -> None:
    answers = await in_one_group(empty, (register, "before"), (fail, "failing"), (register, "after"))
    assert [type(answer) for answer in answers] == [type(None), RuntimeError, type(None)]
    with empty.database.reading() as reader:
        assert names(reader) == {"before", "after"}
        assert verify_database(reader, KEYS).wrong is None
        assert entries.log_size(reader) == 2


async def test_a_failing_use_case_that_looked_at_its_neighbours_does_not_take_them_along(empty: Town) -> None:
    await in_one_group(empty, (register, "before"), (look_and_fail, "failing"), (register, "after"))
    with empty.database.reading() as reader:
        assert names(reader) == {"before", "after"}
        assert verify_database(reader, KEYS).wrong is None
        assert entries.log_size(reader) == 2


async def test_where_the_engine_gives_up_a_group_all_of_it_is_told_and_nothing_of_it_is_stored(empty: Town) -> None:
    answers = await in_one_group(empty, (register, "before"), (give_up, "giving up"), (register, "after"))
    assert all(isinstance(answer, Exception) for answer in answers)
    await empty.writer.run(register, "later")
    with empty.database.reading() as reader:
        assert names(reader) == {"later"}
        assert verify_database(reader, KEYS).wrong is None


async def test_a_refusal_is_an_event(empty: Town) -> None:
    (refused,) = await in_one_group(empty, (say_no, "不行。"))
    assert refused == Refused("rule", "不行。")
    with empty.database.reading() as reader:
        line = entries.entry(reader, 0)
        assert line is not None
        assert (line.type, line.body) == ("request_refused", {"sentence": "不行。"})


async def test_a_group_commits_once(empty: Town) -> None:
    commits: list[object] = []
    event.listen(empty.database.writing, "commit", commits.append)
    await in_one_group(empty, *((register, f"item {n}") for n in range(50)))
    assert len(commits) == 2, "one for the use case that held the writer, one for the fifty"
    with empty.database.reading() as reader:
        assert entries.log_size(reader) == 50


async def test_use_cases_see_the_entries_before_them_in_the_group(empty: Town) -> None:
    def count(work: Work, _asked: None) -> int:
        return audit.entry_count(work.connection)

    answers = await in_one_group(empty, (register, "one"), (register, "two"), (count, None), (register, "three"))
    assert answers == [None, None, 2, None]


async def test_use_cases_see_what_came_before_them_in_the_group(empty: Town) -> None:
    def count(work: Work, _asked: None) -> int:
        return len(all_facts(work.connection, Item))

    answers = await in_one_group(empty, (register, "one"), (count, None), (register, "two"), (count, None))
    assert answers == [None, 1, None, 2]


def test_others_are_told_only_what_is_committed(empty: Town) -> None:
    with pytest.raises(RuntimeError):
        empty.do(fail, "failing")
    assert empty.news == []
    empty.do(register, "one")
    assert empty.news == [LogGrew(1, frozenset({"item_registered"}))]


def test_every_commit_signs_the_tree_it_made(empty: Town, tmp_path: Path) -> None:
    files = LogFiles(tmp_path / "log", KEYS.log.verifier)
    for n in range(5):
        empty.do(register, f"item {n}")
        with empty.database.reading() as reader:
            proof = proofs.proof(reader, files, 0)
            assert proof is not None
            checkpoint = read_checkpoint(proof.checkpoint, [KEYS.log.verifier])
            assert (checkpoint.size, checkpoint.root) == (n + 1, proof.root)
            assert check_inclusion(proof.signed.leaf_hash, 0, n + 1, list(proof.path), checkpoint.root)


def test_a_closed_writer_takes_nothing_more(empty: Town) -> None:
    empty.writer.close()
    with pytest.raises(Closed):
        empty.do(register, "late")


async def test_what_was_cancelled_before_its_turn_never_happened(empty: Town) -> None:
    gate = Gate()
    first = asyncio.create_task(empty.writer.run(hold, gate))
    await asyncio.to_thread(gate.entered.wait, 10)
    cancelled = asyncio.create_task(empty.writer.run(register, "cancelled"))
    await asyncio.sleep(0)
    cancelled.cancel()
    await asyncio.sleep(0)
    gate.opened.set()
    await first
    empty.do(register, "kept")
    with empty.database.reading() as reader:
        assert names(reader) == {"kept"}


async def test_somebody_who_gave_up_waiting_keeps_nobody_else_from_their_answer(empty: Town) -> None:
    gate = Gate()
    first = asyncio.create_task(empty.writer.run(hold, gate))
    await asyncio.to_thread(gate.entered.wait, 10)
    second = asyncio.create_task(empty.writer.run(register, "second"))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    gate.opened.set()
    await second
    assert first.cancelled()
    with empty.database.reading() as reader:
        assert names(reader) == {"second"}


def test_an_event_loop_that_was_closed_meanwhile_stops_nothing(empty: Town) -> None:
    async def ask_and_leave() -> Gate:
        gate = Gate()
        asked = asyncio.create_task(empty.writer.run(hold, gate))
        await asyncio.to_thread(gate.entered.wait, 10)
        asked.cancel()
        return gate

    asyncio.run(ask_and_leave()).opened.set()
    empty.do(register, "later")
    with empty.database.reading() as reader:
        assert names(reader) == {"later"}


def test_a_crash_between_savepoint_and_commit_leaves_what_was_committed(database_url: str) -> None:
    root = Path(__file__).parents[3]
    command = [sys.executable, "-m", "tests.server.store.crash", database_url]
    assert subprocess.run(command, cwd=root, check=False, timeout=60).returncode == 9
    town = Town(Database.open(database_url))
    town.serial = 1000
    town.do(register, "after the crash")
    with town.database.reading() as reader:
        assert names(reader) == {"committed", "after the crash"}
        assert verify_database(reader, KEYS).wrong is None
    town.close()


class Moody(sqlite3.Connection):
    """A connection whose next commit fails, after or instead of having committed."""

    mood: str | None = None

    def commit(self) -> None:
        """Commit, or not, and complain."""
        mood, Moody.mood = Moody.mood, None
        if mood != "not stored":
            super().commit()
        if mood is not None:
            raise sqlite3.OperationalError("disk I/O error")


@pytest.mark.parametrize(("mood", "stored"), [("not stored", False), ("stored", True)])
def test_a_commit_that_fails_leaves_the_caller_uncertain_and_the_log_whole(
    tmp_path: Path, mood: str, stored: bool
) -> None:
    Database.open(f"sqlite:///{tmp_path / 'moody.sqlite'}").close()
    town = Town(_moody_database(tmp_path / "moody.sqlite"))
    town.do(register, "before")
    Moody.mood = mood
    with pytest.raises(Uncertain):
        town.do(register, "uncertain")
    town.do(register, "after")
    with town.database.reading() as reader:
        assert ("uncertain" in names(reader)) == stored
        assert {"before", "after"} <= names(reader)
        assert verify_database(reader, KEYS).wrong is None
    town.close()


def _moody_database(path: Path) -> Database:
    usual = Database.open(f"sqlite:///{path}")
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False, "factory": Moody})

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _entry: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    usual.writing.dispose()
    usual.writing = engine
    return usual
