"""Proofs about the log agree with a recomputation from the definition, and with nothing else."""

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_protocol.proofs import EMPTY_ROOT, check_consistency, check_inclusion, leaf_hash, node_hash

SIZES = 1025
LEAVES = [leaf_hash(index.to_bytes(4)) for index in range(SIZES)]
_ROOTS: dict[tuple[int, int], bytes] = {}


def root_of(start: int, end: int) -> bytes:
    """RFC 6962 §2.1, word by word, over LEAVES[start:end]."""
    if start == end:
        return EMPTY_ROOT
    if end - start == 1:
        return LEAVES[start]
    if (start, end) not in _ROOTS:
        middle = start + split(end - start)
        _ROOTS[start, end] = node_hash(root_of(start, middle), root_of(middle, end))
    return _ROOTS[start, end]


def split(size: int) -> int:
    """The largest power of two smaller than `size`."""
    return 1 << ((size - 1).bit_length() - 1)


def path_of(index: int, start: int, end: int) -> list[bytes]:
    """RFC 6962 §2.1.1."""
    if end - start == 1:
        return []
    middle = start + split(end - start)
    if index < middle:
        return [*path_of(index, start, middle), root_of(middle, end)]
    return [*path_of(index, middle, end), root_of(start, middle)]


def consistency_of(size1: int, start: int, end: int, whole: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2, SUBPROOF; `size1` counts from `start`."""
    if size1 == end - start:
        return [] if whole else [root_of(start, end)]
    half = split(end - start)
    if size1 <= half:
        return [*consistency_of(size1, start, start + half, whole), root_of(start + half, end)]
    return [*consistency_of(size1 - half, start + half, end, False), root_of(start, start + half)]


def indexes_worth_trying(size: int) -> set[int]:
    return {index for index in (0, 1, size // 3, size // 2, size - 2, size - 1) if 0 <= index < size}


def test_inclusion_agrees_with_recomputation_for_every_size():
    for size in range(1, SIZES + 1):
        root = root_of(0, size)
        for index in indexes_worth_trying(size):
            path = path_of(index, 0, size)
            assert check_inclusion(LEAVES[index], index, size, path, root)
            assert not check_inclusion(LEAVES[index], index, size, [*path, root], root)
            assert not check_inclusion(LEAVES[index], index + 1, size, path, root) or size == 1
            if path:
                assert not check_inclusion(LEAVES[index], index, size, path[:-1], root)


def test_consistency_agrees_with_recomputation_for_every_size():
    for size2 in range(1, SIZES + 1):
        root2 = root_of(0, size2)
        for size1 in {1, size2 // 3, size2 // 2, size2 - 1, size2} - {0}:
            proof = consistency_of(size1, 0, size2)
            root1 = root_of(0, size1)
            assert check_consistency(size1, size2, proof, root1, root2)
            assert not check_consistency(size1, size2, [*proof, root1], root1, root2)
            if proof:
                assert not check_consistency(size1, size2, proof[:-1], root1, root2)
                assert not check_consistency(size1, size2, proof, root2, root1)


@settings(max_examples=300)
@given(st.data())
def test_any_changed_part_of_an_inclusion_proof_is_noticed(data):
    size = data.draw(st.integers(2, SIZES))
    index = data.draw(st.integers(0, size - 1))
    path = path_of(index, 0, size)
    changed = data.draw(st.integers(0, len(path) - 1))
    path[changed] = hashlib.sha256(path[changed]).digest()

    assert not check_inclusion(LEAVES[index], index, size, path, root_of(0, size))


R1, R2 = LEAVES[0], LEAVES[1]


@pytest.mark.parametrize(
    ("leaf", "index", "size", "proof", "root"),
    [
        (R1, 0, 0, [], EMPTY_ROOT),
        (R1, 1, 1, [], R1),
        (R1, -1, 1, [], R1),
        (R1, 2, 1, [], R1),
        (b"", 0, 1, [], R1),
        (R1, 0, 1, [], b""),
        (b"", 0, 1, [], b""),
        (R1, 0, 2, [R2[:31]], node_hash(R1, R2[:31])),
        (R1, 0, 2, [b""], node_hash(R1, b"")),
    ],
    ids=[
        "the empty tree holds nothing",
        "index outside the tree",
        "negative index",
        "index far outside",
        "leaf hash of no length",
        "root of no length",
        "both of no length",
        "a hash one byte short",
        "an empty hash",
    ],
)
def test_an_inclusion_proof_out_of_bounds_is_wrong(leaf, index, size, proof, root):
    assert check_inclusion(leaf, index, size, proof, root) is False


@pytest.mark.parametrize(
    ("size1", "size2", "proof", "root1", "root2", "right"),
    [
        (0, 0, [], EMPTY_ROOT, EMPTY_ROOT, True),
        (0, 0, [], EMPTY_ROOT, R1, False),
        (0, 0, [EMPTY_ROOT], EMPTY_ROOT, EMPTY_ROOT, False),
        (0, 1, [], EMPTY_ROOT, R1, False),
        (0, 1, [R1], EMPTY_ROOT, R1, False),
        (1, 0, [], R1, EMPTY_ROOT, False),
        (2, 1, [], node_hash(R1, R2), R1, False),
        (-1, -1, [], R1, R1, False),
        (1, 1, [], R1, R1, True),
        (1, 1, [], R1, R2, False),
        (1, 1, [], R1[:31], R1[:31], True),
        (1, 1, [], R1, R1[:31], False),
        (1, 1, [R1], R1, R1, False),
        (1, 2, [], R1, node_hash(R1, R2), False),
        (1, 2, [R2], R1, node_hash(R1, R2), True),
        (1, 2, [R2[:31]], R1, node_hash(R1, R2[:31]), False),
        (1, 2, [R2], R1[:31], node_hash(R1[:31], R2), False),
        (1, 2, [R2], R1, b"", False),
    ],
)
def test_consistency_at_the_edges(size1, size2, proof, root1, root2, right):
    assert check_consistency(size1, size2, proof, root1, root2) is right
