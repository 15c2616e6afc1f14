"""Proofs out of a tree: inclusion and consistency (RFC 9162 §2.1.3.1, §2.1.4.1).

Where the hashes come from is the caller's: a list of leaves (`over_leaves`), or the log's tiles (`ledger.tiles`), which
give every root of a proof in a few reads however long the log is. The other half, the checks that a device or an
auditor runs, is `firmware_protocol.proofs`; the two are tested against each other and against the public vectors.
"""

from collections.abc import Callable, Sequence

from server.ledger.tree import Frontier

RootOver = Callable[[int, int], bytes]
"""The root (32 bytes) of the tree over the leaves from `start` up to, not including, `end`; `start < end`."""


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaves."""
    return Frontier().extend(leaf_hashes).root


def over_leaves(leaf_hashes: Sequence[bytes]) -> RootOver:
    """Roots computed anew from the leaves each time: takes time in the number of leaves."""
    return lambda start, end: root_of(leaf_hashes[start:end])


def inclusion_path(index: int, size: int, root_over: RootOver) -> list[bytes]:
    """The audit path, leaf upwards, that shows leaf `index` in the tree of `size` leaves.

    Raises `IndexError` when there is no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError(index)
    return _path(index, 0, size, root_over)


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """`inclusion_path` in the tree over all of `leaf_hashes`."""
    return inclusion_path(index, len(leaf_hashes), over_leaves(leaf_hashes))


def consistency_path(earlier_size: int, size: int, root_over: RootOver) -> list[bytes]:
    """The proof that the tree of `earlier_size` leaves is a prefix of the tree of `size` leaves.

    Raises `ValueError` unless `0 < earlier_size <= size`; empty for equal sizes.
    """
    if not 0 < earlier_size <= size:
        raise ValueError("a consistency proof starts from a smaller, non-empty tree")
    return _subproof(earlier_size, 0, size, root_over, is_whole=True)


def consistency_proof(leaf_hashes: Sequence[bytes], earlier_size: int) -> list[bytes]:
    """`consistency_path` to the tree over all of `leaf_hashes`."""
    return consistency_path(earlier_size, len(leaf_hashes), over_leaves(leaf_hashes))


def split_of(size: int) -> int:
    """Where a tree of `size` > 1 leaves divides: the largest power of two smaller than it."""
    return 1 << ((size - 1).bit_length() - 1)


def _path(index: int, start: int, end: int, root_over: RootOver) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + split_of(end - start)
    if index < middle:
        return [*_path(index, start, middle, root_over), root_over(middle, end)]
    return [*_path(index, middle, end, root_over), root_over(start, middle)]


def _subproof(earlier_end: int, start: int, end: int, root_over: RootOver, *, is_whole: bool) -> list[bytes]:
    if earlier_end == end:
        return [] if is_whole else [root_over(start, end)]
    middle = start + split_of(end - start)
    if earlier_end <= middle:
        return [*_subproof(earlier_end, start, middle, root_over, is_whole=is_whole), root_over(middle, end)]
    return [*_subproof(earlier_end, middle, end, root_over, is_whole=False), root_over(start, middle)]
