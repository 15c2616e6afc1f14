"""The log as files that anybody can copy and check (C2SP tlog-tiles v0.1.0): which there are, and what is in them.

A tile of level L holds up to 256 hashes of 32 bytes: at level 0 the leaves, at each level above the roots of the full
tiles below. Entry bundles hold the leaves' exact bytes, each behind its length in two bytes. A full file never changes;
while the last one fills, each published size has a partial copy of its own::

    checkpoint                       the signed head
    tile/0/x001/234                  leaves 315904–316159
    tile/1/004.p/210                 the first 210 hashes of level 1's fifth tile
    tile/entries/x001/234            the entries of those leaves
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from firmware_protocol.proofs import HASH_BYTES, node_hash
from server.ledger.prove import RootOver, root_of, split_of
from server.ledger.tree import Frontier

WIDTH = 256
"""Hashes in a full tile."""
HEIGHT = 8
ENTRY_BYTES_MAX = 0xFFFF
_DIGITS = 1000


@dataclass(frozen=True, slots=True)
class Tile:
    """The first `width` hashes of tile `index` of this level; level None: entries instead of hashes."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it is kept and served, relative to the log's folder."""
        kind = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{_in_thousands(self.index)}{partial}"

    @property
    def first(self) -> int:
        """The number of its first hash within the level."""
        return self.index * WIDTH


Read = Callable[[Tile], bytes]
"""Gives the bytes of a tile that exists; one that is wider than asked for does as well."""


def tiles_between(published: int, size: int) -> Iterator[Tile]:
    """Every tile of hashes that a log of `size` leaves has and one of `published` had not, lower levels first."""
    level = 0
    while size:
        if size > published:
            yield from _tiles(level, published, size)
        published, size, level = published >> HEIGHT, size >> HEIGHT, level + 1


def bundles_between(published: int, size: int) -> Iterator[Tile]:
    """Every bundle of entries that is new when a log grows from `published` to `size` leaves."""
    return _tiles(None, published, size) if size > published else iter(())


def partials_of(full: Tile) -> str:
    """The folder of the partial copies that nobody needs once `full` is there."""
    return f"{full.path}.p"


def hashes_of_tiles(level: int, tile: Tile, read: Read, published: int = 0) -> bytes:
    """The content of a tile above level 0: the roots of the full tiles below, which must have been written.

    What a log of `published` leaves had of it already is read, not hashed again.
    """
    held = max(0, (published >> HEIGHT * level) - tile.first)
    known = read(Tile(level, tile.index, held))[: held * HASH_BYTES] if held else b""
    below = range(tile.first + held, tile.first + tile.width)
    return known + b"".join(root_of(hashes_in(read(Tile(level - 1, index)))) for index in below)


def hashes_in(content: bytes) -> list[bytes]:
    """The hashes of a tile; raises `ValueError` for bytes that are no whole number of hashes."""
    if len(content) % HASH_BYTES:
        raise ValueError("a tile is made of 32-byte hashes")
    return [content[at : at + HASH_BYTES] for at in range(0, len(content), HASH_BYTES)]


def bundle_of(entries: Iterable[bytes]) -> bytes:
    """Entries one after the other, each behind its length. Raises `ValueError` for one above 65,535 bytes."""
    return b"".join(_with_length(entry) for entry in entries)


def entries_in(content: bytes) -> list[bytes]:
    """The entries of a bundle; raises `ValueError` where it ends in the middle of one."""
    found, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        entry = content[at + 2 : at + 2 + length]
        if at + 2 > len(content) or len(entry) < length:
            raise ValueError("a bundle ends in the middle of an entry")
        found.append(entry)
        at += 2 + length
    return found


def narrowed(full: bytes, tile: Tile) -> bytes:
    """What a partial tile held, of the bytes of the full one that it has become; `ValueError` for a damaged bundle."""
    return bundle_of(entries_in(full)[: tile.width]) if tile.level is None else full[: tile.width * HASH_BYTES]


def root_over_tiles(size: int, read: Read) -> RootOver:
    """Roots within a log of `size` leaves whose tiles `read` gives: a few reads each, however long the log is."""

    def root_over(start: int, end: int) -> bytes:
        span = end - start
        if span & (span - 1) == 0 and start % span == 0:
            return _perfect(span.bit_length() - 1, start // span, size, read)
        middle = start + split_of(span)
        return node_hash(root_over(start, middle), root_over(middle, end))

    return root_over


def frontier_at(size: int, read: Read) -> Frontier:
    """The frontier of the log's first `size` leaves, from tiles that cover them."""
    root_over = root_over_tiles(size, read)
    spans = [1 << height for height in reversed(range(size.bit_length())) if size >> height & 1]
    ends = accumulate(spans)
    return Frontier(size, tuple(root_over(end - span, end) for span, end in zip(spans, ends, strict=True)))


def _perfect(height: int, index: int, size: int, read: Read) -> bytes:
    """The root of the perfect subtree of `2 ** height` leaves that begins at leaf `index * 2 ** height`."""
    level, rest = divmod(height, HEIGHT)
    number = index << rest
    tile = number // WIDTH
    width = min(WIDTH, (size >> (HEIGHT * level)) - tile * WIDTH)
    offset = number - tile * WIDTH
    hashes: Sequence[bytes] = hashes_in(read(Tile(level, tile, width)))
    return root_of(hashes[offset : offset + (1 << rest)])


def _tiles(level: int | None, published: int, size: int) -> Iterator[Tile]:
    for index in range(published // WIDTH, (size - 1) // WIDTH + 1):
        yield Tile(level, index, min(WIDTH, size - index * WIDTH))


def _with_length(entry: bytes) -> bytes:
    if len(entry) > ENTRY_BYTES_MAX:
        raise ValueError(f"an entry has at most {ENTRY_BYTES_MAX} bytes")
    return len(entry).to_bytes(2, "big") + entry


def _in_thousands(index: int) -> str:
    groups = [f"{index % _DIGITS:03}"]
    while index := index // _DIGITS:
        groups.append(f"x{index % _DIGITS:03}")
    return "/".join(reversed(groups))
