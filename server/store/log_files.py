"""The published log: tiles, bundles of entries and the newest checkpoint as files (C2SP tlog-tiles), in `DATA/log`.

The database is where entries are committed; the files follow it. Each is written beside its place, made durable and
renamed; the checkpoint comes last. So a crash leaves the log of the last checkpoint whole, with at most a few files
more than it needs, and the next `publish` writes those again.

The checkpoint's file is also what this signer remembers having let out: `publish` refuses, with `LogForked`, to follow
a database whose log is not an extension of it; one that lacks nothing but cabinets' entries is waited for (`gap`).

Under the checkpoint stand the log's own cosignature, which says when this head was still the newest (made anew each
minute, so that a log that stands still is told from one that died), and those of the witnesses that have come in.
"""

import fcntl
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from sqlalchemy import ColumnElement, Select, bindparam, select

from firmware_protocol.checkpoints import Checkpoint, read_checkpoint
from firmware_protocol.cosignatures import cosign, with_signatures
from firmware_protocol.key_changes import KeyChange, KeyDelivery, encode_changes, parse_changes, ring_to
from firmware_protocol.log_heads import read_head as read_head_note
from firmware_protocol.notes import Signature, Signer, Verifier, parse_note
from firmware_protocol.successions import KeyRing
from server.ledger.forks import LogDamaged, LogForked
from server.ledger.prove import consistency_path, inclusion_path
from server.ledger.tiles import (
    WIDTH,
    Tile,
    bundle_of,
    bundles_between,
    entries_in,
    frontier_at,
    hashes_in,
    hashes_of_tiles,
    narrowed,
    partials_of,
    root_over_tiles,
    tiles_between,
)
from server.ledger.tree import Frontier
from server.store.database import Reader
from server.store.durable_files import make_folder, write_durably
from server.store.gap import WHOLE, Gap, gap_in
from server.store.log_rows import ENTRIES, read_head
from server.store.rotations import key_changes

CHECKPOINT = "checkpoint"
KEYS = "keys"
"""The entries by which the server's keys followed one another (`key_changes`), once they did."""
HEARTBEAT = timedelta(minutes=1)


def _between(column: ColumnElement[bytes]) -> Select[bytes]:
    position = ENTRIES.c.position
    return select(column).where(position >= bindparam("start"), position < bindparam("end")).order_by(position)


_LEAF_HASHES, _NOTES = _between(ENTRIES.c.leaf_hash), _between(ENTRIES.c.note)


@dataclass(frozen=True, slots=True)
class Published:
    """The newest checkpoint that anybody may have seen: the note, what it says, and when the log last said so."""

    note: bytes
    checkpoint: Checkpoint
    at: datetime | None = None

    @property
    def size(self) -> int:
        """How many entries it covers."""
        return self.checkpoint.size


@dataclass(frozen=True, slots=True)
class Witnessed:
    """Somebody's cosignature of the head of this size."""

    size: int
    cosignature: Signature


class LogFiles:
    """The files of one log. Whoever publishes waits for the one who does already; anybody may read."""

    def __init__(self, folder: Path, verifier: Verifier, former: tuple[Verifier, ...] = ()) -> None:
        """`verifier` is that of the log's key; a checkpoint it does not verify is an error, not an empty log.

        `former` are those it has followed and that may have signed the newest head before it came.
        """
        self.folder = folder
        self.verifier = verifier
        self.former = former
        self._frontier = Frontier()
        self._is_doubtful = False
        """Whether the checkpoint that stands there may not be durable: a file system says so once, and never again."""

    def published(self) -> Published | None:
        """What was published last, or None before the first time. Raises `UnverifiedNote` or `MalformedNote`."""
        try:
            note = (self.folder / CHECKPOINT).read_bytes()
        except FileNotFoundError:
            return None
        head = read_head_note(note, self.verifier, *self.former)
        return Published(note, head.checkpoint, head.at)

    def changes(self) -> tuple[KeyChange, ...]:
        """What was published of keys that followed one another; nothing in it is verified. Raises `MalformedNote`."""
        try:
            return parse_changes((self.folder / KEYS).read_bytes()).changes
        except FileNotFoundError:
            return ()

    def ring(self) -> KeyRing:
        """Every key the log has had, up to the one these files are read with."""
        return ring_to(self.verifier, self.changes())

    def read(self, tile: Tile) -> bytes:
        """A tile's bytes; where its partial copy has been tidied away, those of the full one, cut to its width.

        Raises `FileNotFoundError` for one that was never written.
        """
        try:
            return (self.folder / tile.path).read_bytes()
        except FileNotFoundError:
            return narrowed((self.folder / Tile(tile.level, tile.index).path).read_bytes(), tile)

    def leaf(self, position: int, size: int) -> bytes:
        """The leaf hash of entry `position` of a published log of `size` entries."""
        return hashes_in(self.read(_holding(0, position, size)))[position % WIDTH]

    def entry(self, position: int, size: int) -> bytes:
        """The exact bytes of entry `position` of a published log of `size` entries."""
        return entries_in(self.read(_holding(None, position, size)))[position % WIDTH]

    def root(self, size: int) -> bytes:
        """The root of the published log's first `size` entries."""
        return frontier_at(size, self.read).root

    def inclusion(self, position: int, size: int) -> list[bytes]:
        """The audit path of entry `position` in the published log's first `size` entries; `IndexError` outside."""
        return inclusion_path(position, size, root_over_tiles(size, self.read))

    def consistency(self, earlier_size: int, size: int) -> list[bytes]:
        """The proof that the first `size` entries extend the first `earlier_size`; `ValueError` for none or more."""
        return consistency_path(earlier_size, size, root_over_tiles(size, self.read))

    def gap(self, reader: Reader) -> Gap:
        """What the database lacks of the published log, for cabinets to send again; `LogForked` for anything else."""
        published, held = self.published(), read_head(reader).frontier
        if published is None or held.size >= published.size:
            return WHOLE
        return gap_in(held, published.size, published.checkpoint.root, self.read)

    def publish(
        self,
        reader: Reader,
        signer: Signer,
        now: datetime,
        witnessed: Iterable[Witnessed] = (),
        beside: tuple[Signer, ...] = (),
    ) -> Published | None:
        """Follow the database as far as `reader` sees it; durable when it returns. None for an empty log.

        `signer` is the log's key, `beside` the one before it, which says too when a head that it signed was the newest;
        `witnessed` are cosignatures the caller has checked, dropped where the head moved on.
        Raises `LogForked`, and changes no checkpoint, where the database has another history than was published, and
        `LogDamaged` where nobody can tell. What was published stays as it is while the database has a gap.
        """
        with self._alone():
            (published, before), head = self._standing(), read_head(reader)
            if head.frontier.size < before.size:
                self.gap(reader)
            elif head.frontier != before.extend(_leaf_hashes(reader, before.size, head.frontier.size)):
                raise LogForked(f"the first {before.size} entries are not those that were published")
            if published is None or head.frontier.size > before.size:
                self._write_bundles(reader, before.size, head.frontier.size)
                self._write_tiles(reader, before.size, head.frontier.size)
                self._write_keys(reader, head.frontier.size)
                self._frontier = head.frontier
                return self._let_out(head.checkpoint, published, signer, now, beside)
            is_stale = published.at is None or now - published.at >= HEARTBEAT
            if self._is_doubtful or is_stale or not bears(published.note, signer.verifier):
                published = self._let_out(published.note, published, signer, now, beside) or published
            return self._witnessed(published, witnessed)

    def _let_out(
        self,
        note: bytes,
        before: Published | None,
        signer: Signer,
        now: datetime,
        beside: tuple[Signer, ...] = (),
    ) -> Published | None:
        """Publish a checkpoint with the log's word that it is the newest now; that time never goes back.

        A head that was committed before the log's key came is signed with that too.
        """
        if not note:
            return None
        at = now if before is None or before.at is None else max(now, before.at)
        text = read_checkpoint(note, (self.verifier, *self.former)).text
        first = () if bears(note, signer.verifier) else (signer.sign(text),)
        vouching = (signer, *(each for each in beside if bears(note, each.verifier)))
        self._write_checkpoint(with_signatures(note, [*first, *(cosign(text, each, at) for each in vouching)]))
        return self.published()

    def _write_keys(self, reader: Reader, size: int) -> None:
        """Publish how keys followed one another, where they did; before the head that covers it."""
        changes = tuple(each for each in key_changes(reader) if each.index < size)
        content, file = encode_changes(KeyDelivery(changes)), self.folder / KEYS
        if changes and (not file.exists() or file.read_bytes() != content):
            self._write(KEYS, content)

    def _witnessed(self, published: Published, witnessed: Iterable[Witnessed]) -> Published | None:
        """Add what witnesses say of the published head."""
        added = [each.cosignature for each in witnessed if each.size == published.size]
        note = with_signatures(published.note, added)
        if note == published.note:
            return published
        self._write_checkpoint(note)
        return self.published()

    def _write_checkpoint(self, note: bytes) -> None:
        """Durable when it returns. After a failure the file may be the new one without being durable: written again."""
        self._is_doubtful = True
        self._write(CHECKPOINT, note)
        self._is_doubtful = False

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Commands and the server publish to the same folder: an older head must never replace a newer one."""
        make_folder(self.folder)
        with self.folder.with_name(f"{self.folder.name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _standing(self) -> tuple[Published | None, Frontier]:
        """What was published last, and its frontier: kept from the last time, or read from the tiles."""
        try:
            published = self.published()
            if published is None:
                return None, Frontier()
            if self._frontier.root != published.checkpoint.root:
                self._frontier = frontier_at(published.size, self.read)
        except (FileNotFoundError, ValueError, IndexError) as error:
            raise LogDamaged(f"the published log is damaged: {error}") from error
        if self._frontier.root != published.checkpoint.root:
            raise LogDamaged("the published tiles are not those of the published checkpoint")
        return published, self._frontier

    def _write_bundles(self, reader: Reader, published: int, size: int) -> None:
        for bundle in bundles_between(published, size):
            self._write(bundle.path, bundle_of(_notes(reader, bundle.first, bundle.first + bundle.width)))
            self._tidy(bundle)

    def _write_tiles(self, reader: Reader, published: int, size: int) -> None:
        for tile in tiles_between(published, size):
            if tile.level:
                content = hashes_of_tiles(tile.level, tile, self.read, published)
            else:
                content = b"".join(_leaf_hashes(reader, tile.first, tile.first + tile.width))
            self._write(tile.path, content)
            self._tidy(tile)

    def _tidy(self, tile: Tile) -> None:
        """Remove a full tile's partial copies."""
        if tile == Tile(tile.level, tile.index):
            shutil.rmtree(self.folder / partials_of(tile), ignore_errors=True)

    def _write(self, path: str, content: bytes) -> None:
        write_durably(self.folder / path, content)


def bears(note: bytes, key: Verifier) -> bool:
    """Whether a signature line of this key stands under the note."""
    return any((each.name, each.key_id) == (key.name, key.key_id) for each in parse_note(note).signatures)


def _holding(level: int | None, position: int, size: int) -> Tile:
    index = position // WIDTH
    return Tile(level, index, min(WIDTH, size - index * WIDTH))


def _leaf_hashes(reader: Reader, start: int, end: int) -> Iterator[bytes]:
    return chain.from_iterable(reader.execute(_LEAF_HASHES, {"start": start, "end": end}).scalars().partitions(WIDTH))


def _notes(reader: Reader, start: int, end: int) -> Iterable[bytes]:
    return reader.execute(_NOTES, {"start": start, "end": end}).scalars().all()
