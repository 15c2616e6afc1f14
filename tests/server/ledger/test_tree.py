"""The tree and its proofs, held against RFC 6962's definition and against the checks that devices run."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_protocol.proofs import EMPTY_ROOT, check_consistency, check_inclusion, leaf_hash, node_hash
from server.ledger.prove import consistency_path, consistency_proof, inclusion_path, inclusion_proof, root_of
from server.ledger.tree import Frontier
from tests.firmware_protocol import test_proofs as naive

LEAVES = [leaf_hash(str(n).encode()) for n in range(70)]
# RFC 6962's own example leaves, with the roots that Certificate Transparency's reference implementation gives.
REFERENCE_LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
REFERENCE_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
sizes = st.integers(1, len(LEAVES))


def defined_root(leaves: list[bytes]) -> bytes:
    """RFC 9162 §2.1.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(defined_root(leaves[:split]), defined_root(leaves[split:]))


@pytest.mark.parametrize("size", range(len(REFERENCE_ROOTS) + 1))
def test_the_root_is_what_certificate_transparency_says(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(text)) for text in REFERENCE_LEAVES[:size]]
    expected = bytes.fromhex(REFERENCE_ROOTS[size - 1]) if size else EMPTY_ROOT
    assert Frontier().extend(leaves).root == root_of(leaves) == expected


@given(size=st.integers(0, len(LEAVES)))
def test_the_frontier_has_the_root_of_the_definition(size: int) -> None:
    assert Frontier().extend(LEAVES[:size]).root == defined_root(LEAVES[:size])


@given(sizes=st.lists(st.integers(0, 12), max_size=5))
def test_growing_in_any_portions_gives_one_tree(sizes: list[int]) -> None:
    frontier, position = Frontier(), 0
    for size in sizes:
        frontier, position = frontier.extend(LEAVES[position : position + size]), position + size
    assert frontier == Frontier().extend(LEAVES[:position])


@given(size=st.integers(0, len(LEAVES)))
def test_a_frontier_survives_storage(size: int) -> None:
    frontier = Frontier().extend(LEAVES[:size])
    assert Frontier.from_bytes(size, frontier.to_bytes()) == frontier


@pytest.mark.parametrize(("size", "joined"), [(1, b""), (0, bytes(32)), (3, bytes(32)), (1, bytes(31))])
def test_a_frontier_that_cannot_be_is_not_read(size: int, joined: bytes) -> None:
    with pytest.raises(ValueError, match="frontier"):
        Frontier.from_bytes(size, joined)


@given(data=st.data(), size=sizes)
def test_every_leaf_is_proven_where_it_stands_and_nowhere_else(data: st.DataObject, size: int) -> None:
    index = data.draw(st.integers(0, size - 1))
    leaves = LEAVES[:size]
    proof, root = inclusion_proof(leaves, index), root_of(leaves)
    assert check_inclusion(leaves[index], index, size, proof, root)
    assert not check_inclusion(leaves[index], index + 1, size, proof, root)
    assert not check_inclusion(leaf_hash(b"other"), index, size, proof, root)


@given(data=st.data(), size=sizes)
def test_every_earlier_tree_is_a_prefix_and_no_other_is(data: st.DataObject, size: int) -> None:
    earlier = data.draw(st.integers(1, size))
    proof = consistency_proof(LEAVES[:size], earlier)
    root1, root2 = root_of(LEAVES[:earlier]), root_of(LEAVES[:size])
    assert check_consistency(earlier, size, proof, root1, root2)
    assert not check_consistency(earlier, size, proof, leaf_hash(b"other"), root2)


def test_the_prover_agrees_with_the_definition_for_every_size() -> None:
    frontier = Frontier()
    assert frontier.root == naive.root_of(0, 0)
    for size, leaf in enumerate(naive.LEAVES, 1):
        frontier = frontier.extend([leaf])
        assert frontier.root == naive.root_of(0, size)
        for index in naive.indexes_worth_trying(size):
            assert inclusion_path(index, size, naive.root_of) == naive.path_of(index, 0, size)
            assert consistency_path(index + 1, size, naive.root_of) == naive.consistency_of(index + 1, 0, size)


def test_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(ValueError, match="smaller"):
        consistency_proof(LEAVES[:3], 4)
    with pytest.raises(ValueError, match="smaller"):
        consistency_proof(LEAVES[:3], 0)
