"""How far readers of the log have come, so that after a restart they go on where they stopped.

A bookmark saves reading and nothing else: one that is lost or put back makes its reader read again what it knows.
"""

from sqlalchemy import Connection, select

from server.store.tables import table_of
from server.store.upserts import upsert
from server.store.watch_tables import Bookmarks

_BOOKMARKS = table_of(Bookmarks)


def bookmark(connection: Connection, reader: str) -> int:
    """The first position this reader has not read; 0 where it never read."""
    wanted = select(_BOOKMARKS.c.position).where(_BOOKMARKS.c.reader == reader)
    position: int | None = connection.execute(wanted).scalar_one_or_none()
    return position or 0


def save_bookmark(connection: Connection, reader: str, position: int) -> None:
    """This reader has read up to here (exclusive)."""
    connection.execute(upsert(_BOOKMARKS, connection.dialect.name), {"reader": reader, "position": position})
