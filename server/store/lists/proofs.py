"""Any entry with its proof in the log as it is now: from the published tiles, however long the log is.

What was committed in the milliseconds since the last publication is read from the database.
"""

from dataclasses import dataclass

from sqlalchemy import select

from firmware_protocol.proofs import check_inclusion, node_hash
from server.ledger.forks import LogDamaged
from server.ledger.prove import RootOver, inclusion_path, root_of, split_of
from server.ledger.tiles import root_over_tiles
from server.store.database import Reader
from server.store.lists.signed import SignedBytes, signed_bytes
from server.store.log_files import LogFiles
from server.store.log_rows import ENTRIES, read_head
from server.store.receipts import reading_published


@dataclass(frozen=True, slots=True)
class EntryProof:
    """An entry's exact bytes, and the path (leaf upwards) from its leaf hash to the root of the checkpoint's tree."""

    signed: SignedBytes
    path: tuple[bytes, ...]
    size: int
    root: bytes
    checkpoint: bytes


@reading_published()
def proof(reader: Reader, files: LogFiles, position: int) -> EntryProof | None:
    """One entry with its proof, or None beyond the end; raises `LogDamaged` where the published tiles give none."""
    signed, head = signed_bytes(reader, position), read_head(reader)
    if signed is None:
        return None
    size = head.frontier.size
    path = inclusion_path(position, size, _root_over(reader, files))
    if not check_inclusion(signed.leaf_hash, position, size, path, head.frontier.root):
        raise LogDamaged(f"the published tiles do not prove entry {position}")
    return EntryProof(signed, tuple(path), size, head.frontier.root, head.checkpoint)


def _root_over(reader: Reader, files: LogFiles) -> RootOver:
    """Roots within the log: of what is published from its tiles, of the rest from the leaves themselves."""
    published = files.published()
    covered = 0 if published is None else published.size
    over_tiles = root_over_tiles(covered, files.read)

    def root_over(start: int, end: int) -> bytes:
        if end <= covered:
            return over_tiles(start, end)
        if start >= covered:
            return root_of(_leaf_hashes(reader, start, end))
        middle = start + split_of(end - start)
        return node_hash(root_over(start, middle), root_over(middle, end))

    return root_over


def _leaf_hashes(reader: Reader, start: int, end: int) -> list[bytes]:
    between = ENTRIES.c.position >= start, ENTRIES.c.position < end
    wanted = select(ENTRIES.c.leaf_hash).where(*between).order_by(ENTRIES.c.position)
    return list(reader.execute(wanted).scalars())
