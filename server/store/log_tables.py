"""The log's tables, and the few beside it that hold what must never be in a log.

An entry's exact bytes stand in `entries`, its salted body in `bodies`. The columns by which people search are derived
from the entry and what was known at that moment; `verify` derives them again. `log_heads` has one row: how far the log
has grown, the frontier of its tree, and the signed checkpoint.
"""

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field

from server.store.tables import Table

_POSITION = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER is SQLite's own row number


class Entries(Table, table=True):
    """One leaf. `position` counts from 0; `at_ms` is the entry's own time."""

    __tablename__ = "entries"
    __table_args__ = (
        UniqueConstraint("by", "epoch", "seq"),
        Index(None, "at_ms", "position"),
        Index(None, "cooperative", "at_ms", "position"),
        Index(None, "cooperative", "event_group", "at_ms", "position"),
        Index(None, "event_group", "at_ms", "position"),
        Index(None, "checkout", "position"),
    )
    position: int = Field(primary_key=True, sa_type=_POSITION, sa_column_kwargs={"autoincrement": False})
    by: str = Field(sa_type=Text)
    epoch: int
    seq: int = Field(sa_type=BigInteger)
    at_ms: int = Field(sa_type=BigInteger)
    type: str = Field(sa_type=Text)
    event_group: str = Field(sa_type=Text)
    cooperative: str | None = Field(sa_type=Text)
    checkout: str | None = Field(sa_type=Text)
    leaf_hash: bytes = Field(sa_type=LargeBinary)
    note: bytes = Field(sa_type=LargeBinary)


class Bodies(Table, table=True):
    """What an entry says outside the tree: `SHA-256(salt ‖ body)` is in the entry."""

    __tablename__ = "bodies"
    position: int = Field(primary_key=True, sa_type=_POSITION, sa_column_kwargs={"autoincrement": False})
    salt: bytes = Field(sa_type=LargeBinary)
    body: bytes = Field(sa_type=LargeBinary)


class EntryPeople(Table, table=True):
    """Which people an entry names."""

    __tablename__ = "entry_people"
    __table_args__ = (Index(None, "position"), {"sqlite_with_rowid": False})
    person: str = Field(primary_key=True, sa_type=Text)
    at_ms: int = Field(primary_key=True, sa_type=BigInteger)
    position: int = Field(primary_key=True, sa_type=BigInteger)


class EntryItems(Table, table=True):
    """Which items an entry names."""

    __tablename__ = "entry_items"
    __table_args__ = (Index(None, "position"), {"sqlite_with_rowid": False})
    item: str = Field(primary_key=True, sa_type=Text)
    at_ms: int = Field(primary_key=True, sa_type=BigInteger)
    position: int = Field(primary_key=True, sa_type=BigInteger)


class Sources(Table, table=True):
    """Where each source's chain stands: its last `seq` and the SHA-256 of that entry."""

    __tablename__ = "sources"
    by: str = Field(primary_key=True, sa_type=Text)
    epoch: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=BigInteger)
    prev: str = Field(sa_type=Text)


class LogHeads(Table, table=True):
    """The log's one head (`id` is always 1)."""

    __tablename__ = "log_heads"
    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    size: int = Field(sa_type=BigInteger)
    frontier: bytes = Field(sa_type=LargeBinary)
    checkpoint: bytes = Field(sa_type=LargeBinary)


class Secrets(Table, table=True):
    """Password and PIN hashes (PHC strings) by their SHA-256; a credential in the log names only that."""

    __tablename__ = "secrets"
    digest: str = Field(primary_key=True, sa_type=Text)
    phc: str = Field(sa_type=Text)


class RosterDocuments(Table, table=True):
    """The newest roster of each agent as signed; the log has its SHA-256."""

    __tablename__ = "roster_documents"
    agent: str = Field(primary_key=True, sa_type=Text)
    version: int
    document: bytes = Field(sa_type=LargeBinary)


class Visits(Table, table=True):
    """When a session was last used, to the minute; it only ever shortens a session."""

    __tablename__ = "visits"
    sign_in: str = Field(primary_key=True, sa_type=Text)
    seen_at_ms: int = Field(sa_type=BigInteger)


class Throttles(Table, table=True):
    """Failed attempts per account and per source, and until when the next one is not even looked at."""

    __tablename__ = "throttles"
    key: str = Field(primary_key=True, sa_type=Text)
    failures: int
    failed_at_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
