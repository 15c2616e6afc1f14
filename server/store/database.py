"""Opening the database: one engine that writes, one that reads, the same code for SQLite and PostgreSQL.

SQLite runs in WAL with `synchronous=FULL`: what was committed survives a power cut. One connection writes and alone
checkpoints the WAL; readers see a consistent snapshot and can change nothing. Where a crash happens inside a
transaction, the transaction never was.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from server.store.migrations import upgrade

Reader = Connection
"""What lists and deliveries read from: a connection inside a read-only snapshot. Pages pass it on and never look in."""

READERS_MAX = 16
READER_CACHE_KB = 8 << 10
"""What each reader of SQLite may remember of the file: the index that everything is counted along, and the things of
one cooperative, which lie on a page each. SQLite's own 2 MB hold neither where there are 50,000 things."""
CHECKPOINT_PAGES = 1000
_SQLITE = (
    "foreign_keys=ON",
    "busy_timeout=5000",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "temp_store=MEMORY",
)


class Database:
    """Both ends of one database. Thread-safe; the writing end is meant for one `Writer`."""

    def __init__(self, writing: Engine, reading: Engine, *, is_guest: bool = False) -> None:
        self.writing = writing
        self._reading = reading
        self._folds_wal = not is_guest and writing is not reading and writing.dialect.name == "sqlite"

    @classmethod
    def open(cls, url: str, *, is_guest: bool = False) -> "Database":
        """Connect and bring the schema up to date. `url` is `sqlite:///path` or `postgresql+psycopg://…`.

        A guest writes beside a server that may be at work, and leaves SQLite's WAL to it.
        """
        parsed = make_url(url)
        writing = _engine(parsed, is_writer=True, wal_pages=0 if is_guest else CHECKPOINT_PAGES)
        with writing.begin() as connection:
            upgrade(connection)
        return cls(writing, _engine(parsed, is_writer=False), is_guest=is_guest)

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """A snapshot that stays the same until the block ends. Nothing can be written through it."""
        with self._reading.connect() as connection, connection.begin():
            yield connection

    def close(self) -> None:
        """Close every connection; a writing one that is no guest folds SQLite's WAL into the file first."""
        self._reading.dispose()
        if self._folds_wal:
            connection = self.writing.raw_connection()
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
        self.writing.dispose()


def read_only(url: str) -> Database:
    """Open an existing database for reading alone: no migration, and not even the WAL is folded into the file."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        parsed = parsed.set(database=f"file:{quote(parsed.database or '')}", query={"mode": "ro", "uri": "true"})
    reading = _engine(parsed, is_writer=False)
    return Database(reading, reading)


def _engine(url: URL, *, is_writer: bool, wal_pages: int = 0) -> Engine:
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, is_writer=is_writer, wal_pages=wal_pages)
    options = {} if is_writer else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return create_engine(url, pool_size=READERS_MAX, execution_options=options)


def _sqlite(url: URL, *, is_writer: bool, wal_pages: int) -> Engine:
    engine = create_engine(
        url,
        pool_size=READERS_MAX,
        pool_use_lifo=True,  # whoever read last remembers most
        connect_args={"check_same_thread": False, "timeout": 5},
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver must not begin transactions by itself
        own = (
            ("journal_mode=WAL", "synchronous=FULL", f"wal_autocheckpoint={wal_pages}")
            if is_writer
            else ("query_only=ON", "wal_autocheckpoint=0", f"cache_size=-{READER_CACHE_KB}")
        )
        cursor = connection.cursor()
        for pragma in (*own, *_SQLITE):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A read that later wants to write would fail at once with a stale snapshot: the writer locks from the start.
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    return engine
