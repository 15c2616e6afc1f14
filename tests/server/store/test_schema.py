"""The schema: what the migrations make is what the tables declare, on both engines, and the log only grows."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, OperationalError

from server.store.database import Database, read_only
from server.store.log_rows import read_head
from server.store.tables import metadata
from tests.server.town import Town, granted


def is_declared(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the tables have to declare it: SQLite's full-text index and what it keeps its own things in do not."""
    return kind != "table" or not (name or "").startswith("search_index")


def test_the_migrations_make_exactly_the_declared_schema(database_url: str) -> None:
    database = Database.open(database_url)
    with database.reading() as reader:
        context = MigrationContext.configure(reader, opts={"include_name": is_declared})
        assert compare_metadata(context, metadata) == []
    database.close()


def test_opening_again_changes_nothing(any_town: Town) -> None:
    with any_town.database.reading() as reader:
        head = read_head(reader)
    again = Database.open(any_town.database.writing.url.render_as_string(hide_password=False))
    with again.reading() as reader:
        assert read_head(reader) == head
    again.close()


@pytest.mark.parametrize("statement", ["UPDATE entries SET type = 'x'", "DELETE FROM entries", "DELETE FROM bodies"])
def test_the_log_only_grows(any_town: Town, statement: str) -> None:
    with pytest.raises(DBAPIError, match="the log only grows"), any_town.database.writing.begin() as connection:
        connection.execute(text(statement))


def test_a_reader_changes_nothing(any_town: Town) -> None:
    with pytest.raises(DBAPIError), any_town.database.reading() as reader:
        reader.execute(text("UPDATE items SET name = 'x'"))


def test_a_reader_sees_one_moment(any_town: Town) -> None:
    with any_town.database.reading() as reader:
        before = read_head(reader).frontier.size
        any_town.asks("游少玉", any_town.item("东坑一社"))
        assert read_head(reader).frontier.size == before
    with any_town.database.reading() as reader:
        assert read_head(reader).frontier.size > before


def test_sqlite_keeps_what_was_committed_through_a_power_cut(town: Town) -> None:
    with town.database.writing.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


def test_looking_in_from_outside_leaves_the_wal_alone(town: Town) -> None:
    path = town.database.writing.url.database
    assert path is not None
    granted(town.asks("游少玉", town.item("东坑一社")))
    outside = read_only(f"sqlite:///{path}")
    with outside.reading() as reader:
        assert read_head(reader).frontier.size > 0
        with pytest.raises(OperationalError, match="readonly"):
            reader.execute(text("PRAGMA user_version = 1"))
    outside.close()
    assert Path(f"{path}-wal").stat().st_size > 0
