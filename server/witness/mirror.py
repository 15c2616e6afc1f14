"""A copy of the log that proves itself: fetched, checked hash by hash, and only then written beside what is there.

Each round fetches the checkpoint and whatever is new since the last one: the entries, and the tiles over them. The
leaves are hashed from the entries, every tile above from the one below, the root from all of them, and the new tree
must begin with the one that this witness vouched for. What holds is kept; what does not is evidence. Until that is
known it lies beside the copy, on the disk: a log of any length is fetched with a few files in memory. It survives the
server: the copy is the log.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

from firmware_protocol.log_heads import Head, judge, read_head
from firmware_protocol.notes import MalformedNote, UnverifiedNote, Verifier
from firmware_protocol.proofs import leaf_hash
from server.ledger.prove import consistency_path
from server.ledger.tiles import (
    Tile,
    bundles_between,
    entries_in,
    frontier_at,
    hashes_of_tiles,
    narrowed,
    partials_of,
    root_over_tiles,
    tiles_between,
)
from server.store.durable_files import write_durably

Fetch = Callable[[str], bytes]
"""Gives the bytes at a path below the log's address; raises `NotFetched`."""
CHECKPOINT = "checkpoint"


class NotFetched(Exception):
    """The log does not answer, or has no such file."""


class NotTheLog(Exception):
    """What was fetched is not the log that its head says; `kind` is how, the message where."""

    def __init__(self, kind: Literal["forked", "shrunk", "damaged"], where: str, shown: bytes) -> None:
        super().__init__(where)
        self.kind = kind
        self.shown = shown


@dataclass(frozen=True, slots=True)
class Mirror:
    """The copy of one log in `folder`, laid out as the log itself.

    A head that is fetched must bear `log_key`; the copy's own may bear one that this has followed.
    """

    folder: Path
    log_key: Verifier
    former: tuple[Verifier, ...] = ()

    def head(self) -> Head | None:
        """The head of the copy; None before the first round. Raises `NotTheLog` where the file is not that."""
        try:
            return read_head((self.folder / CHECKPOINT).read_bytes(), self.log_key, *self.former)
        except FileNotFoundError:
            return None
        except (MalformedNote, UnverifiedNote) as error:
            raise NotTheLog("damaged", f"{self.folder / CHECKPOINT}", b"") from error

    def follow(self, fetch: Fetch, known: Head | None) -> Head:
        """Bring the copy up to the log's newest head, and return that.

        `known` is the newest head this witness vouched for, which may be ahead of the copy. Raises `NotFetched` and
        `NotTheLog`; the copy is then as it was.
        """
        note = fetch(CHECKPOINT)
        try:
            head = read_head(note, self.log_key)
        except (MalformedNote, UnverifiedNote) as error:
            raise NotTheLog("damaged", CHECKPOINT, note) from error
        copied = self.head()
        for before in (copied, known):
            if before is not None:
                _refuse_shorter(before, head)
        size = 0 if copied is None else copied.size
        self._forget_arriving()
        try:
            self._fetch(fetch, size, head)
            self._check(head, known)
            self._keep(size, head)
        finally:
            self._forget_arriving()
        return head

    @property
    def _arriving(self) -> Path:
        """Where lies what is fetched until all of it holds; what a crash leaves there is forgotten."""
        return self.folder.with_name(f"{self.folder.name}.arriving")

    def _forget_arriving(self) -> None:
        shutil.rmtree(self._arriving, ignore_errors=True)

    def _arrive(self, tile: Tile, content: bytes) -> None:
        file = self._arriving / tile.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def _keep(self, copied: int, head: Head) -> None:
        """Each file durable, and only then the checkpoint that they are under."""
        for tile in _new(copied, head.size):
            write_durably(self.folder / tile.path, (self._arriving / tile.path).read_bytes())
        write_durably(self.folder / CHECKPOINT, head.note)
        for tile in _new(copied, head.size):
            shutil.rmtree(self.folder / partials_of(tile), ignore_errors=True)

    def _fetch(self, fetch: Fetch, copied: int, head: Head) -> None:
        """Bring the new bundles and tiles of this head, each as it must be if the entries are those of the tree.

        A tile above the leaves is new once in 256 entries, and is then hashed whole from the copy: so what this
        machine's disk did to the tiles below it shows within that time, for some 65,000 hashes.
        """
        for bundle in bundles_between(copied, head.size):
            content, leaves = _fetched(fetch, bundle, head), Tile(0, bundle.index, bundle.width)
            hashes = b"".join(leaf_hash(entry) for entry in _entries(content, bundle, head))
            if _fetched(fetch, leaves, head) != hashes:
                raise NotTheLog("damaged", leaves.path, head.note)
            self._arrive(bundle, content)
            self._arrive(leaves, hashes)
        for tile in tiles_between(copied, head.size):
            if tile.level:
                self._arrive(tile, hashes_of_tiles(tile.level, tile, self._read))

    def _check(self, head: Head, known: Head | None) -> None:
        if frontier_at(head.size, self._read).root != head.checkpoint.root:
            raise NotTheLog("damaged", CHECKPOINT, head.note)
        if known is not None and 0 < known.size < head.size:
            proof = consistency_path(known.size, head.size, root_over_tiles(head.size, self._read))
            if judge(known, head, known.size, proof) != "followed":
                raise NotTheLog("forked", CHECKPOINT, head.note)

    def _read(self, tile: Tile) -> bytes:
        """A tile that was fetched just now or is in the copy, which may be wider than asked for, and must be whole."""
        paths = tile.path, Tile(tile.level, tile.index).path
        for file in (folder / path for folder in (self._arriving, self.folder) for path in paths):
            content = file.read_bytes() if file.exists() else b""
            if len(content) >= tile.width * 32:
                return content[: tile.width * 32]
        raise NotTheLog("damaged", f"{self.folder / tile.path}", b"")


def _new(copied: int, size: int) -> Iterator[Tile]:
    """Every file that a log of `size` entries has and a copy of `copied` had not."""
    return chain(bundles_between(copied, size), tiles_between(copied, size))


def _refuse_shorter(before: Head, head: Head) -> None:
    """A head that is no later than what is known: another one of that size, or a log that shrank."""
    if head.size == before.size and head.checkpoint.root != before.checkpoint.root:
        raise NotTheLog("forked", CHECKPOINT, head.note)
    if head.size < before.size:
        if judge(before, head, 0, ()) == "shrunk":
            raise NotTheLog("shrunk", CHECKPOINT, head.note)
        raise NotFetched("an older head: somebody on the way keeps copies")


def _fetched(fetch: Fetch, tile: Tile, head: Head) -> bytes:
    """A tile as this head has it: since that was fetched, a partial one may have been filled and tidied away."""
    try:
        return fetch(tile.path)
    except NotFetched:
        full = Tile(tile.level, tile.index)
        if tile == full:
            raise
    try:
        return narrowed(fetch(full.path), tile)
    except ValueError as error:
        raise NotTheLog("damaged", full.path, head.note) from error


def _entries(content: bytes, bundle: Tile, head: Head) -> list[bytes]:
    try:
        entries = entries_in(content)
    except ValueError as error:
        raise NotTheLog("damaged", bundle.path, head.note) from error
    if len(entries) != bundle.width:
        raise NotTheLog("damaged", bundle.path, head.note)
    return entries
