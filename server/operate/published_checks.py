"""Holding the published files against the log: the same entries, the same hashes, and a head that the log extends."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from firmware_protocol.notes import MalformedNote, UnverifiedNote
from server.ledger.forks import LogForked
from server.ledger.tiles import WIDTH, Tile, bundle_of, hashes_of_tiles, tiles_between
from server.ledger.tree import Frontier
from server.operate.wrongs import Wrong
from server.store.gap import gap_in
from server.store.log_files import LogFiles, Published

_WHERE = "公布的台账"


@dataclass(slots=True)
class PublishedCheck:
    """What was published, compared with the log while that is read. Without files there is nothing to compare.

    `awaited`: how many entries of cabinets a restored log waits for (`store/gap.py`); nothing is wrong with that.
    """

    files: LogFiles | None
    published: Published | None
    found: list[Wrong]
    frontier: Frontier = field(default_factory=Frontier)
    awaited: int = 0
    notes: list[bytes] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)

    @classmethod
    def of(cls, files: LogFiles | None) -> "PublishedCheck":
        """Begin with what the folder holds; a checkpoint that is not the log key's is the first thing wrong."""
        try:
            return cls(files, None if files is None else files.published(), [])
        except (UnverifiedNote, MalformedNote):
            return cls(files, None, [Wrong(f"{_WHERE}的检查点", "签名不对")])

    def take(self, note: bytes, leaf_hash: bytes, frontier: Frontier) -> None:
        """Compare the next entry; `frontier` is the log's with it. Call once for each entry, in order."""
        if self.published is None or frontier.size > self.published.size:
            return
        self.notes.append(note)
        self.hashes.append(leaf_hash)
        self.frontier = frontier
        if frontier.size % WIDTH == 0 or frontier.size == self.published.size:
            self._compare()
        if frontier.size == self.published.size and frontier.root != self.published.checkpoint.root:
            self.found.append(
                Wrong(f"{_WHERE}的检查点", f"签过名的前 {frontier.size} 条不是现在的前 {frontier.size} 条")
            )

    def problems(self) -> Iterator[Wrong]:
        """What is wrong, once the log has been read to its end."""
        yield from self.found
        if self.published is None:
            return
        size, root = self.published.size, self.published.checkpoint.root
        try:
            self.awaited = len(gap_in(self.frontier, size, root, self._read)) if self.frontier.size < size else 0
        except LogForked:
            yield Wrong(f"{_WHERE}的检查点", f"公布过 {size} 条，而台账里只有 {self.frontier.size} 条")
            return
        for tile in tiles_between(0, self.published.size):
            if tile.level and not self._is(tile, hashes_of_tiles(tile.level, tile, self._read)):
                yield _differs(tile)

    def _compare(self) -> None:
        index, width = (self.frontier.size - 1) // WIDTH, len(self.hashes)
        for tile, content in (
            (Tile(None, index, width), bundle_of(self.notes)),
            (Tile(0, index, width), b"".join(self.hashes)),
        ):
            if not self._is(tile, content):
                self.found.append(_differs(tile))
        self.notes.clear()
        self.hashes.clear()

    def _is(self, tile: Tile, content: bytes) -> bool:
        try:
            return self._read(tile) == content
        except (OSError, ValueError):
            return False

    def _read(self, tile: Tile) -> bytes:
        if self.files is None:
            raise FileNotFoundError(tile.path)
        return self.files.read(tile)


def _differs(tile: Tile) -> Wrong:
    return Wrong(f"{_WHERE}的文件 {tile.path}", "不见了，或者与台账里的记录不一致")
