"""An entry's exact bytes and its leaf's hash: what an auditor looks up in a copy of their own. One row, by its key."""

from dataclasses import dataclass

from sqlalchemy import select

from server.store.database import Reader
from server.store.log_rows import ENTRIES


@dataclass(frozen=True, slots=True)
class SignedBytes:
    """The signed note of the entry at `position`; `leaf_hash` is SHA-256(0x00 ‖ note)."""

    position: int
    note: bytes
    leaf_hash: bytes


def signed_bytes(reader: Reader, position: int) -> SignedBytes | None:
    """The entry's bytes, or None beyond the end."""
    columns = select(ENTRIES.c.position, ENTRIES.c.note, ENTRIES.c.leaf_hash)
    row = reader.execute(columns.where(ENTRIES.c.position == position)).one_or_none()
    return None if row is None else SignedBytes(row.position, row.note, row.leaf_hash)
