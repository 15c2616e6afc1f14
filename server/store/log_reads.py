"""Looking into the log by a source's own numbers."""

from datetime import datetime

from sqlalchemy import Connection, select

from firmware_protocol.entries import entry_digest
from firmware_protocol.times import time_from_ms
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
