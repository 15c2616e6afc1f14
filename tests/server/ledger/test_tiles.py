"""The log's files: the same tree as the definition's, at every size, from any size before."""

from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from firmware_protocol.proofs import check_consistency, check_inclusion, leaf_hash
from server.ledger.prove import consistency_path, consistency_proof, inclusion_path, inclusion_proof, root_of
from server.ledger.tiles import (
    ENTRY_BYTES_MAX,
    WIDTH,
    Tile,
    bundle_of,
    bundles_between,
    entries_in,
    frontier_at,
    hashes_in,
    hashes_of_tiles,
    root_over_tiles,
    tiles_between,
)
from server.ledger.tree import Frontier

SIZE_MAX = 1025
LARGE = 256 * 256 + 300
sizes = st.integers(1, SIZE_MAX)


@cache
def leaves(size: int) -> list[bytes]:
    return [leaf_hash(str(n).encode()) for n in range(size)]


class Shelf:
    """The files of a log, written as it grows."""

    def __init__(self) -> None:
        self.size = 0
        self.files: dict[str, bytes] = {}

    def grow(self, size: int) -> "Shelf":
        for tile in tiles_between(self.size, size):
            self.files[tile.path] = self._content(tile)
        self.size = size
        return self

    def _content(self, tile: Tile) -> bytes:
        if tile.level:
            return hashes_of_tiles(tile.level, tile, self.read, self.size)
        return b"".join(leaves(LARGE)[tile.first : tile.first + tile.width])

    def read(self, tile: Tile) -> bytes:
        return self.files[tile.path]


@cache
def shelf(size: int) -> Shelf:
    return Shelf().grow(size)


def test_the_tiles_give_the_root_of_every_size() -> None:
    grown, frontier = Shelf(), Frontier()
    for size in range(1, SIZE_MAX + 1):
        frontier = frontier.extend(leaves(LARGE)[size - 1 : size])
        assert frontier_at(size, grown.grow(size).read) == frontier, size


@pytest.mark.parametrize("size", [65535, 65536, 65537, LARGE])
def test_a_third_level_of_tiles_gives_the_same_root(size: int) -> None:
    assert frontier_at(size, shelf(size).read) == Frontier().extend(leaves(LARGE)[:size])


def test_a_tile_that_grows_reads_its_copy_and_what_is_new_below() -> None:
    grown, asked = Shelf().grow(3 * WIDTH).grow(4 * WIDTH), list[Tile]()

    def read(tile: Tile) -> bytes:
        asked.append(tile)
        return grown.read(tile)

    content = hashes_of_tiles(1, Tile(1, 0, 4), read, 3 * WIDTH)
    assert asked == [Tile(1, 0, 3), Tile(0, 3)]
    assert content == hashes_of_tiles(1, Tile(1, 0, 4), grown.read)


@given(portions=st.lists(st.integers(1, 600), max_size=6))
def test_growing_in_any_portions_leaves_the_same_full_tiles(portions: list[int]) -> None:
    grown, size = Shelf(), 0
    for portion in portions:
        grown.grow(size := size + portion)
    full = {path: content for path, content in grown.files.items() if ".p/" not in path}
    at_once = Shelf().grow(size).files
    assert full == {path: content for path, content in at_once.items() if ".p/" not in path}
    assert at_once.items() <= grown.files.items()


@given(size=sizes, data=st.data())
@example(size=SIZE_MAX, data=None)
def test_a_path_from_tiles_is_the_path_from_leaves(size: int, data: st.DataObject | None) -> None:
    index = size - 1 if data is None else data.draw(st.integers(0, size - 1))
    own, read = leaves(LARGE)[:size], shelf(size).read
    path = inclusion_path(index, size, root_over_tiles(size, read))
    assert path == inclusion_proof(own, index)
    assert check_inclusion(own[index], index, size, path, root_of(own))


@given(size=sizes, data=st.data())
def test_a_consistency_proof_from_tiles_is_the_one_from_leaves(size: int, data: st.DataObject) -> None:
    earlier = data.draw(st.integers(1, size))
    own, read = leaves(LARGE)[:size], shelf(size).read
    proof = consistency_path(earlier, size, root_over_tiles(size, read))
    assert proof == consistency_proof(own, earlier)
    assert check_consistency(earlier, size, proof, root_of(own[:earlier]), root_of(own))


PATHS = {
    "the first leaves, partly": (Tile(0, 0, 3), "tile/0/000.p/3"),
    "a full tile": (Tile(0, 7), "tile/0/007"),
    "the thousandth": (Tile(0, 1000), "tile/0/x001/000"),
    "C2SP's own example": (Tile(0, 1234067), "tile/0/x001/x234/067"),
    "a level above, partly": (Tile(1, 4, 210), "tile/1/004.p/210"),
    "entries": (Tile(None, 1234, 5), "tile/entries/x001/234.p/5"),
}


@pytest.mark.parametrize(("tile", "path"), PATHS.values(), ids=PATHS)
def test_a_tile_stands_where_the_specification_says(tile: Tile, path: str) -> None:
    assert tile.path == path


def test_nothing_is_written_where_nothing_grew() -> None:
    assert [*tiles_between(300, 300), *bundles_between(300, 300)] == []


def test_a_new_bundle_begins_after_a_full_one() -> None:
    assert list(bundles_between(256, 257)) == [Tile(None, 1, 1)]
    assert list(bundles_between(255, 257)) == [Tile(None, 0), Tile(None, 1, 1)]


@given(entries=st.lists(st.binary(max_size=300), max_size=20))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert entries_in(bundle_of(entries)) == entries


@given(entries=st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=5), cut=st.integers(1, 30))
def test_a_bundle_that_was_cut_is_refused(entries: list[bytes], cut: int) -> None:
    whole = bundle_of(entries)
    kept = whole[: len(whole) - min(cut, len(entries[-1]) + 1)]
    with pytest.raises(ValueError, match="middle of an entry"):
        entries_in(kept)


def test_an_entry_that_no_bundle_can_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 65535 bytes"):
        bundle_of([bytes(ENTRY_BYTES_MAX + 1)])


def test_half_a_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32-byte"):
        hashes_in(bytes(33))
