"""The schema's history. Alembic applies what a database lacks; one that lacks nothing starts without alembic."""

from pathlib import Path

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

_HERE = Path(__file__).parent
_REVISIONS = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))
"""Alembic's own table: one row, the revision the schema is at."""


def upgrade(connection: Connection) -> None:
    """Bring the schema up to date inside the caller's transaction: all of it happens, or nothing."""
    if _revision(connection) != newest_revision():
        from server.store.migrations.history import upgrade_to_head  # noqa: PLC0415 - a third of the time to start

        upgrade_to_head(connection)


def newest_revision() -> str:
    """The last of `versions/`, whose files are named `<revision>_<subject>.py` in their order."""
    return max(path.name for path in (_HERE / "versions").glob("[0-9]*.py")).partition("_")[0]


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table(_REVISIONS.name):
        return None
    revision: str | None = connection.execute(select(_REVISIONS.c.version_num)).scalar_one_or_none()
    return revision
