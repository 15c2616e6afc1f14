"""Proofs out of leaf hashes: inclusion and consistency (RFC 9162 §2.1.3.1, §2.1.4.1).

The other half, the checks a device or an auditor runs, is `firmware_protocol.proofs`; the two are tested against each
other and against the public vectors.
"""

from collections.abc import Sequence

from server.ledger.tree import Frontier


def root_of(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaves."""
    return Frontier().extend(leaf_hashes).root


def inclusion_proof(leaf_hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The audit path, leaf upwards, that shows leaf `index` in the tree over all of `leaf_hashes`.

    Raises `IndexError` when there is no such leaf. Takes time in the number of leaves.
    """
    size = len(leaf_hashes)
    if not 0 <= index < size:
        raise IndexError(index)
    if size == 1:
        return []
    split = _split(size)
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if index < split:
        return [*inclusion_proof(left, index), root_of(right)]
    return [*inclusion_proof(right, index - split), root_of(left)]


def consistency_proof(leaf_hashes: Sequence[bytes], earlier_size: int) -> list[bytes]:
    """The proof that the tree over the first `earlier_size` leaves is a prefix of the tree over all of them.

    Raises `ValueError` unless `0 < earlier_size <= len(leaf_hashes)`; empty for equal sizes.
    """
    if not 0 < earlier_size <= len(leaf_hashes):
        raise ValueError("a consistency proof starts from a smaller, non-empty tree")
    return _subproof(leaf_hashes, earlier_size, is_whole=True)


def _subproof(leaf_hashes: Sequence[bytes], earlier_size: int, *, is_whole: bool) -> list[bytes]:
    size = len(leaf_hashes)
    if earlier_size == size:
        return [] if is_whole else [root_of(leaf_hashes)]
    split = _split(size)
    left, right = leaf_hashes[:split], leaf_hashes[split:]
    if earlier_size <= split:
        return [*_subproof(left, earlier_size, is_whole=is_whole), root_of(right)]
    return [*_subproof(right, earlier_size - split, is_whole=False), root_of(left)]


def _split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)
