"""Looking into the log by a source's own numbers, or by when something was last said."""

from datetime import datetime

from sqlalchemy import Connection, select

from firmware_protocol.entries import entry_digest
from firmware_protocol.times import time_from_ms, time_ms
from server.store.log_rows import ENTRIES


def stored_digest(connection: Connection, by: str, epoch: int, seq: int) -> str | None:
    """SHA-256 (hex) of this source's entry with this number, or None where there is none."""
    wanted = select(ENTRIES.c.note).where(ENTRIES.c.by == by, ENTRIES.c.epoch == epoch, ENTRIES.c.seq == seq)
    note: bytes | None = connection.execute(wanted).scalar_one_or_none()
    return None if note is None else entry_digest(note)


def stored_at(connection: Connection, by: str, epoch: int, seq: int) -> datetime | None:
    """When this source says it wrote its entry with this number, or None where there is none."""
    wanted = select(ENTRIES.c.at_ms).where(ENTRIES.c.by == by, ENTRIES.c.epoch == epoch, ENTRIES.c.seq == seq)
    at_ms: int | None = connection.execute(wanted).scalar_one_or_none()
    return None if at_ms is None else time_from_ms(at_ms)


def has_happened_since(connection: Connection, event_type: str, since: datetime) -> bool:
    """Whether the log has an entry of this type with a time from then on."""
    wanted = select(ENTRIES.c.position).where(ENTRIES.c.at_ms >= time_ms(since), ENTRIES.c.type == event_type)
    return connection.execute(wanted.limit(1)).first() is not None


def began_before(connection: Connection, at: datetime) -> bool:
    """Whether the log's first entry is older than that."""
    wanted = select(ENTRIES.c.at_ms).where(ENTRIES.c.position == 0)
    at_ms: int | None = connection.execute(wanted).scalar_one_or_none()
    return at_ms is not None and at_ms < time_ms(at)
