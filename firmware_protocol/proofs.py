"""What a device or an auditor checks about the log: RFC 6962 hashes, inclusion and consistency (RFC 9162 §2.1.3–2.1.4).

Leaf hash `SHA-256(0x00 ‖ entry)`, node hash `SHA-256(0x01 ‖ left ‖ right)`, empty tree `SHA-256("")`.
The checks never raise on bad input: a proof is right or it is not.
"""

import hashlib
import hmac

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry's exact bytes into its leaf (32 bytes)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two children (32 bytes each) into their parent."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(leaf_hash: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether `proof` shows that the leaf stands at `index` in the tree of `size` leaves with this `root`.

    `proof` is ordered from the leaf upwards. False for any index outside the tree, any hash that is not 32 bytes,
    and any proof longer or shorter than the tree is deep.
    """
    if not 0 <= index < size or not _all_hashes([leaf_hash, root, *proof]):
        return False
    node, last, running = index, size - 1, leaf_hash
    for sibling in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            running = node_hash(sibling, running)
            node, last = _up_past_missing_siblings(node, last)
        else:
            running = node_hash(running, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(running, root)


def check_consistency(size1: int, size2: int, proof: list[bytes], root1: bytes, root2: bytes) -> bool:
    """Whether `proof` shows that the tree (`size1`, `root1`) is a prefix of the tree (`size2`, `root2`).

    Equal sizes need equal roots and an empty proof; nothing is hashed then, so the roots may have any length (public
    vectors of other implementations have such). From an empty tree to a larger one nothing can be proven: False. False
    too for shrinking trees, hashes of a proof or beside one that are not 32 bytes, and proofs of any wrong length.
    """
    if size1 == size2 >= 0:
        return not proof and hmac.compare_digest(root1, root2)
    if not 0 < size1 < size2 or not proof or not _all_hashes([root1, root2, *proof]):
        return False
    if size1 & (size1 - 1) == 0:
        proof = [root1, *proof]
    return _walk_consistency(size1, size2, proof, root1, root2)


def _walk_consistency(size1: int, size2: int, proof: list[bytes], root1: bytes, root2: bytes) -> bool:
    node, last = size1 - 1, size2 - 1
    while node & 1:
        node >>= 1
        last >>= 1
    first = second = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first = node_hash(sibling, first)
            second = node_hash(sibling, second)
            node, last = _up_past_missing_siblings(node, last)
        else:
            second = node_hash(second, sibling)
        node >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(first, root1) and hmac.compare_digest(second, root2)


def _up_past_missing_siblings(node: int, last: int) -> tuple[int, int]:
    """On the tree's right edge a node without a right sibling is its own parent: climb until it is a right child."""
    while node & 1 == 0 and node != 0:
        node >>= 1
        last >>= 1
    return node, last


def _all_hashes(hashes: list[bytes]) -> bool:
    return all(len(value) == HASH_BYTES for value in hashes)
